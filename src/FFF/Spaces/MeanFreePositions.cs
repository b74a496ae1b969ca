using FFF.Randomness;
using FFF.Spaces;
using FFF.Transforms;
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
    private const string LengthName = "data.length";
    private const string LabelsName = "data.labels";
    private const string BondsName = "data.bonds";
    private const string HandednessName = "data.handedness";
    private const string InternalName = "data.internal";
    private const string CutsName = "data.internal.cuts";
    private const string AxisNames = "xyz";

    /// <summary>ℓ, what positions are divided by before networks are given them, so that they are about 1; in the data's unit.</summary>
    public double Length { get; init; } = 1;

    /// <summary>Who is who; null where all particles are alike, and it is not known what they are.</summary>
    public ParticleLabels? Labels { get; init; }

    /// <summary>Which particles are bonded; null where no bonds are known.</summary>
    public ParticleBonds? Bonds { get; init; }

    /// <summary>The mirror image that all data are of; null where both have the same density, or there are none.</summary>
    public Handedness? Handedness { get; init; }

    /// <summary>The distances and angles by which positions are learnt; null where networks are given the positions themselves.</summary>
    public ZMatrixCoordinates? Internal { get; init; }

    /// <summary>(N − 1)·d, the dimensions of the positions without their mean.</summary>
    public int MeanFreeDimension => (Particles - 1) * Dimensions;

    /// <inheritdoc/>
    public override int Dimension => Particles * Dimensions;

    /// <inheritdoc/>
    public override int TransformedDimension => Internal?.Dimension ?? Dimension;

    /// <inheritdoc/>
    public override int DensityDimension => Internal?.Dimension ?? MeanFreeDimension;

    /// <summary>
    /// What the row tells of each particle: its position; null where distances and angles are learnt, which are no graph. Labels that all share tell a network
    /// nothing.
    /// </summary>
    public override NodeLayout? Nodes => Internal is not null
        ? null
        : new(Dimensions, 0) { Labels = Labels is { Count: > 1 } ? Labels : null, Bonds = Bonds, Count = Bonds is null ? null : Particles };

    /// <inheritdoc/>
    public override ITransform? Transform => (Internal, Handedness?.Transform, Length == 1 ? null : new Dilation(Length, MeanFreeDimension)) switch
    {
        ({ } coordinates, _, _) => coordinates,
        (_, { } folded, { } dilation) => new Chain([folded, dilation]),
        var (_, folded, dilation) => folded ?? dilation,
    };

    /// <inheritdoc/>
    public override IReadOnlyList<long> NodeCounts => Internal is not null ? [] : [.. Enumerable.Repeat(0L, Particles), 1L];

    /// <summary>All of a row that is of the data's mirror image, and nothing of another.</summary>
    /// <inheritdoc/>
    public override Tensor? Contains(Tensor rows)
    {
        using var has = Handedness?.Has(rows);
        return has?.unsqueeze(1).expand(rows.shape).clone();
    }

    /// <inheritdoc/>
    public override bool IsStandardized => false;

    /// <summary>Positions that are turned any way, where they were decoded from distances and angles.</summary>
    /// <inheritdoc/>
    internal override Tensor Drawn(Tensor rows, RandomStream random)
    {
        if (Internal is null)
        {
            return rows;
        }

        var positions = rows.reshape(rows.shape[0], Particles, Dimensions);
        return bmm(positions, RandomOrientation.Rotations(rows.shape[0], Dimensions, rows.dtype, random)).flatten(1);
    }

    /// <summary>Names such as x1, y1, x2, y2; coordinate1_1 in more than three dimensions.</summary>
    public override IReadOnlyList<string> Columns =>
        [.. from particle in Enumerable.Range(1, Particles)
            from axis in Enumerable.Range(0, Dimensions)
            select Dimensions <= AxisNames.Length ? $"{AxisNames[axis]}{particle}" : $"coordinate{axis + 1}_{particle}"];

    /// <inheritdoc/>
    public override string Describe() => $"of {Particles} particles in {Dimensions} {(Dimensions == 1 ? "dimension" : "dimensions")}";

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Tensor> Tensors()
    {
        var tensors = new Dictionary<string, Tensor> { [TensorName] = tensor([Particles, Dimensions], int32) };
        if (Length != 1)
        {
            tensors[LengthName] = tensor([Length]);
        }

        if (Labels is { } labels)
        {
            tensors[LabelsName] = labels.Saved();
        }

        if (Bonds is { } bonds)
        {
            tensors[BondsName] = bonds.Saved();
        }

        if (Handedness is { } image)
        {
            tensors[HandednessName] = tensor([.. image.Particles, image.IsPositive ? 1 : -1], int32);
        }

        if (Internal is { } coordinates)
        {
            tensors[InternalName] = coordinates.Matrix.Saved();
            tensors[CutsName] = tensor([.. coordinates.Cuts], dtype: float64);
        }

        return tensors;
    }

    /// <inheritdoc/>
    static Space? ISavedSpace.Load(IReadOnlyDictionary<string, Tensor> tensors, int dimension)
    {
        if (!tensors.TryGetValue(TensorName, out var saved))
        {
            return null;
        }

        long[] sizes = saved.dim() == 1 && !saved.is_floating_point() ? [.. saved.to(int64).data<long>()] : [];
        var coordinates = tensors.TryGetValue(InternalName, out var matrix) ? InternalOf(matrix, tensors.GetValueOrDefault(CutsName), dimension) : null;
        var columns = coordinates is null ? dimension : coordinates.Atoms * MoleculeSpace.Axes;
        if (sizes is not [> 0, > 0] || sizes[0] > columns || sizes[0] * sizes[1] != columns)
        {
            throw Damaged(TensorName, $"are no two sizes whose product is {columns}, the number of columns");
        }

        return new MeanFreePositions((int)sizes[0], (int)sizes[1])
        {
            Length = tensors.TryGetValue(LengthName, out var length) ? LengthOf(length) : 1,
            Labels = tensors.TryGetValue(LabelsName, out var labels) ? ParticleLabels.Load(labels, (int)sizes[0]) : null,
            Bonds = tensors.TryGetValue(BondsName, out var bonds) ? ParticleBonds.Load(bonds, (int)sizes[0]) : null,
            Handedness = tensors.TryGetValue(HandednessName, out var image) ? HandednessOf(image, sizes[0]) : null,
            Internal = coordinates,
        };
    }

    private static double LengthOf(Tensor saved) => saved.numel() == 1 && saved.to(float64).item<double>() is > 0 and < double.PositiveInfinity and var length
        ? length
        : throw Damaged(LengthName, "is no positive number");

    private static Handedness HandednessOf(Tensor saved, long particles)
    {
        long[] numbers = saved.dim() == 1 && !saved.is_floating_point() ? [.. saved.to(int64).data<long>()] : [];
        return numbers is [_, _, _, _, 1 or -1] && numbers[..4].All(particle => particle >= 0 && particle < particles)
            ? new((int)numbers[0], (int)numbers[1], (int)numbers[2], (int)numbers[3], numbers[4] == 1)
            : throw Damaged(HandednessName, "are no four particles and a sign");
    }

    private static ZMatrixCoordinates InternalOf(Tensor matrix, Tensor? cuts, int dimension)
    {
        var atoms = matrix.dim() == 2 ? (int)matrix.shape[0] : 0;
        return atoms > 3 && cuts?.dtype == float64 && cuts.shape.SequenceEqual([atoms - 3L]) && ZMatrix.Load(matrix, atoms) is { } placed
            && new ZMatrixCoordinates(placed, cuts.data<double>().ToArray()) is var coordinates && coordinates.Dimension == dimension
            ? coordinates
            : throw Damaged(InternalName, "are no distances and angles that place atoms");
    }

    private static ArgumentException Damaged(string name, string problem) => new($"The checkpoint is damaged: '{name}' {problem}.");
}
