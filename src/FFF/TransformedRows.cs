using FFF.Randomness;
using FFF.Spaces;
using FFF.Transforms;
using static TorchSharp.torch;

namespace FFF;

/// <summary>Rows in files that are given to a flow: they are transformed when they are read, batch by batch.</summary>
/// <param name="rows">The rows, in their own units.</param>
/// <param name="model">Whose transforms they go through, and where they come to.</param>
internal sealed class TransformedRows(IRows rows, DensityModel model) : IRows
{
    /// <inheritdoc/>
    public long Count => rows.Count;

    /// <inheritdoc/>
    public int Dimension => rows.Dimension;

    /// <inheritdoc/>
    public int ConditionDimension => rows.ConditionDimension;

    /// <inheritdoc/>
    public Space Space => rows.Space;

    /// <inheritdoc/>
    public Tensor Data => Part(0, Count).Data;

    /// <inheritdoc/>
    public Tensor? Condition => Part(0, Count).Condition;

    /// <inheritdoc/>
    public Tensor? Group => rows.Group;

    /// <inheritdoc/>
    public Samples Select(Tensor index) => Transformed(() => rows.Select(index));

    /// <inheritdoc/>
    public Samples Part(long first, long count) => Transformed(() => rows.Part(first, count));

    /// <inheritdoc/>
    IEnumerable<(long First, long Count)> IRows.Ranges() => rows.Ranges();

    /// <inheritdoc/>
    void IRows.Visit(Action<Samples> each) => rows.Visit(part => each(Transformed(() => part)));

    /// <inheritdoc/>
    ColumnMoments IRows.Moments(ITransform? before) => throw new NotSupportedException("Moments are those of rows in their own units.");

    /// <inheritdoc/>
    ColumnMoments? IRows.ConditionMoments(ITransform? before) => throw new NotSupportedException("Moments are those of rows in their own units.");

    /// <inheritdoc/>
    RowOrder IRows.OrderOfSplit(RandomStream random) => rows.OrderOfSplit(random);

    /// <inheritdoc/>
    RowOrder IRows.OrderOfEpoch(RandomStream random) => rows.OrderOfEpoch(random);

    /// <inheritdoc/>
    IRows IRows.Subset(RowOrder order, long first, long count) => new TransformedRows(rows.Subset(order, first, count), model);

    /// <inheritdoc/>
    IRows IRows.In(Space space) => new TransformedRows(rows.In(space), model);

    /// <inheritdoc/>
    IRows IRows.On(Device device) => this;

    /// <inheritdoc/>
    IRows IRows.Kept() => this;

    private Samples Transformed(Func<Samples> read)
    {
        using var scope = NewDisposeScope();
        var (samples, _) = model.Transformed(read());
        return samples.MoveToOuterDisposeScope();
    }
}
