using FFF.Spaces;
using FFF.Transforms;
using static TorchSharp.torch;

[assembly: SavedSpace<BoundedVectors>("bounded")]

namespace FFF.Spaces;

/// <summary>
/// Rows of numbers some of whose columns have bounds. They are learnt through a transform that takes what lies between the bounds to all numbers, so that
/// no sample lies outside: logarithms of the distance to a bound, of a box near its bounds alone (<see cref="BoxMap"/>). Densities are
/// those of the numbers themselves.
/// </summary>
/// <param name="Bounds">Those of each column, D of them; null where a column has none.</param>
public sealed record BoundedVectors(IReadOnlyList<ColumnBounds?> Bounds) : Space, ISavedSpace
{
    private const string TensorName = "data.bounds";

    /// <summary>What is kept of each column; in models of earlier versions one less, whose boxes are learnt through the logit.</summary>
    private const int Numbers = 4;

    /// <inheritdoc/>
    public override int Dimension => Bounds.Count;

    /// <inheritdoc/>
    public override int DensityDimension => Bounds.Count;

    /// <inheritdoc/>
    public override ITransform Transform => new ColumnMaps([.. Bounds.Select(bounds => bounds?.Map)]);

    /// <inheritdoc/>
    public override string Describe() => new VectorSpace(Bounds.Count).Describe();

    /// <inheritdoc/>
    public override Tensor Contains(Tensor rows)
    {
        using var scope = NewDisposeScope();
        var inside = Bounds.Index().Select(column => (Values: rows.select(1, column.Index).to(float64), column.Item)).Select(column =>
            column.Item is not { } bounds ? ones_like(column.Values, ScalarType.Bool)
            : bounds.IsClosed ? (column.Values >= bounds.Low) & (column.Values <= bounds.High)
            : (column.Values > bounds.Low) & (column.Values < bounds.High));
        return stack(inside.ToArray(), 1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    internal override bool KeepsSingle => Bounds.All(bounds => bounds is null || bounds.IsSingle);

    /// <inheritdoc/>
    internal override string? BoundsOf(int column) => Bounds[column]?.ToString();

    /// <summary>Low, high, whether it is logarithmic, and the share of a box that is its edge, 0 for the logit: [D, 4], float64.</summary>
    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Tensor> Tensors()
    {
        double[] numbers = [.. Bounds.SelectMany(bounds => bounds is null
            ? new[] { double.NegativeInfinity, double.PositiveInfinity, 0, 0 }
            : [bounds.Low, bounds.High, bounds.IsLogarithmic ? 1 : 0, bounds.Edge ?? 0])];
        return new Dictionary<string, Tensor> { [TensorName] = tensor(numbers, [Bounds.Count, Numbers]) };
    }

    /// <inheritdoc/>
    static Space? ISavedSpace.Load(IReadOnlyDictionary<string, Tensor> tensors, int dimension)
    {
        if (!tensors.TryGetValue(TensorName, out var saved))
        {
            return null;
        }

        if (saved.dtype != float64 || saved.dim() != 2 || saved.shape[0] != dimension || saved.shape[1] is not (Numbers or Numbers - 1))
        {
            throw new ArgumentException($"The checkpoint is damaged: '{TensorName}' are no bounds of {dimension} columns.", nameof(tensors));
        }

        using var local = saved.contiguous();
        return new BoundedVectors([.. local.data<double>().ToArray().Chunk((int)saved.shape[1]).Select(numbers => (numbers[0], numbers[1]) switch
        {
            (double.NegativeInfinity, double.PositiveInfinity) => null,
            var (low, high) => new ColumnBounds(low, high, numbers[2] != 0) { Edge = numbers.Length == Numbers && numbers[3] > 0 ? numbers[3] : null },
        })]);
    }
}
