using FFF.Spaces;
using FFF.Transforms;
using static TorchSharp.torch;

[assembly: SavedSpace<PositiveVectors>("positive")]

namespace FFF.Spaces;

/// <summary>Rows of positive numbers, which are learnt as their logarithms: no sample can be negative, and heavy tails become light ones.</summary>
/// <param name="Size">D.</param>
public sealed record PositiveVectors(int Size) : Space, ISavedSpace
{
    private const string TensorName = "data.positive";

    /// <inheritdoc/>
    public override int Dimension => Size;

    /// <inheritdoc/>
    public override int DensityDimension => Size;

    /// <inheritdoc/>
    public override ITransform Transform { get; } = new Logarithm();

    /// <inheritdoc/>
    public override string Describe() => new VectorSpace(Size).Describe();

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Tensor> Tensors() => new Dictionary<string, Tensor> { [TensorName] = tensor([1], int32) };

    /// <summary>Whether a model was saved as one of such a space.</summary>
    internal static bool IsIn(IReadOnlyDictionary<string, Tensor> tensors) => tensors.ContainsKey(TensorName);

    /// <inheritdoc/>
    static Space? ISavedSpace.Load(IReadOnlyDictionary<string, Tensor> tensors, int dimension) => IsIn(tensors) ? new PositiveVectors(dimension) : null;
}
