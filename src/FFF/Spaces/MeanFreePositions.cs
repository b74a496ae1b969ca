using FFF.Spaces;
using static TorchSharp.torch;

[assembly: SavedSpace<MeanFreePositions>("mean-free-positions")]

namespace FFF.Spaces;

/// <summary>
/// Positions of N particles in d dimensions whose mean is zero, particle after particle: D = N·d numbers on a subspace of
/// (N − 1)·d dimensions. They are never standardised, as columns of different scales would undo the particles' symmetries.
/// </summary>
/// <param name="Particles">N.</param>
/// <param name="Dimensions">d, of space.</param>
public sealed record MeanFreePositions(int Particles, int Dimensions) : Space, ISavedSpace
{
    private const string TensorName = "data.particles";
    private const string AxisNames = "xyz";

    /// <summary>(N − 1)·d, the dimensions of the positions without their mean.</summary>
    public int MeanFreeDimension => (Particles - 1) * Dimensions;

    /// <inheritdoc/>
    public override int Dimension => Particles * Dimensions;

    /// <inheritdoc/>
    public override int DensityDimension => MeanFreeDimension;

    /// <summary>What the row tells of each particle: its position.</summary>
    public override NodeLayout Nodes => new(Dimensions, 0);

    /// <inheritdoc/>
    public override IReadOnlyList<long> NodeCounts => [.. Enumerable.Repeat(0L, Particles), 1L];

    /// <inheritdoc/>
    public override bool IsStandardized => false;

    /// <summary>Names such as x1, y1, x2, y2; coordinate1_1 in more than three dimensions.</summary>
    public override IReadOnlyList<string> Columns =>
        [.. from particle in Enumerable.Range(1, Particles)
            from axis in Enumerable.Range(0, Dimensions)
            select Dimensions <= AxisNames.Length ? $"{AxisNames[axis]}{particle}" : $"coordinate{axis + 1}_{particle}"];

    /// <inheritdoc/>
    public override string Describe() => $"of {Particles} particles in {Dimensions} {(Dimensions == 1 ? "dimension" : "dimensions")}";

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Tensor> Tensors() => new Dictionary<string, Tensor> { [TensorName] = tensor([Particles, Dimensions], int32) };

    /// <inheritdoc/>
    static Space? ISavedSpace.Load(IReadOnlyDictionary<string, Tensor> tensors, int dimension)
    {
        if (!tensors.TryGetValue(TensorName, out var saved))
        {
            return null;
        }

        long[] sizes = saved.dim() == 1 && !saved.is_floating_point() ? [.. saved.to(int64).data<long>()] : [];
        return sizes is [> 0, > 0] && sizes[0] <= dimension && sizes[0] * sizes[1] == dimension
            ? new MeanFreePositions((int)sizes[0], (int)sizes[1])
            : throw new ArgumentException($"The checkpoint is damaged: '{TensorName}' are no two sizes whose product is {dimension}, the number of columns.",
                nameof(tensors));
    }
}
