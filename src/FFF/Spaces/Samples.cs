using FFF.Randomness;
using FFF.Transforms;
using static TorchSharp.torch;

namespace FFF.Spaces;

/// <summary>Samples in memory and, for conditional densities, what they are conditioned on.</summary>
/// <param name="Data">The samples, [N, D].</param>
/// <param name="Condition">Their conditions, [N, C]; null where there are none.</param>
public sealed record Samples(Tensor Data, Tensor? Condition) : IRows
{
    /// <inheritdoc/>
    public Space Space { get; init; } = new VectorSpace((int)Data.shape[1]);

    /// <summary>The groups that batches shall not mix, [N], int64, on the CPU, such as molecules of a size; null where there are none.</summary>
    public Tensor? Group { get; init; }

    /// <summary>N.</summary>
    public long Count => Data.shape[0];

    /// <inheritdoc/>
    public int Dimension => (int)Data.shape[1];

    /// <inheritdoc/>
    public int ConditionDimension => (int)(Condition?.shape[1] ?? 0);

    /// <summary>How they are put in random order.</summary>
    internal Shuffling Shuffling { get; init; } = Shuffling.Kept;

    /// <summary>The rows at the given indices, [B].</summary>
    public Samples Select(Tensor index) => this with { Data = Data.index(index), Condition = Condition?.index(index), Group = Group?.index(index) };

    /// <inheritdoc/>
    public Samples Part(long first, long count) => this with
    {
        Data = Data.narrow(0, first, count),
        Condition = Condition?.narrow(0, first, count),
        Group = Group?.narrow(0, first, count),
    };

    /// <summary>Moves the samples' tensors to the dispose scope around the present one.</summary>
    internal Samples MoveToOuterDisposeScope()
    {
        Data.MoveToOuterDisposeScope();
        Condition?.MoveToOuterDisposeScope();
        Group?.MoveToOuterDisposeScope();
        return this;
    }

    /// <summary>The same samples elsewhere; groups stay on the CPU, where batches are made of them.</summary>
    public Samples To(Device device) => this with { Data = Data.to(device), Condition = Condition?.to(device) };

    /// <inheritdoc/>
    IEnumerable<(long First, long Count)> IRows.Ranges() => [(0, Count)];

    /// <inheritdoc/>
    void IRows.Visit(Action<Samples> each) => each(this);

    /// <inheritdoc/>
    ColumnMoments IRows.Moments(ITransform? before) => MomentsOf(Data, before);

    /// <inheritdoc/>
    ColumnMoments? IRows.ConditionMoments(ITransform? before) => Condition is null ? null : MomentsOf(Condition, before);

    /// <inheritdoc/>
    RowOrder IRows.OrderOfSplit(RandomStream random) => Shuffling.OfSplit(Count, random, asTensor: true);

    /// <inheritdoc/>
    RowOrder IRows.OrderOfEpoch(RandomStream random) => Shuffling.OfEpoch(Count, random, asTensor: true).To(Data.device);

    /// <inheritdoc/>
    IRows IRows.Subset(RowOrder order, long first, long count)
    {
        using var index = order.Part(first, count);
        return Select(index);
    }

    /// <inheritdoc/>
    IRows IRows.In(Space space) => this with { Space = space };

    /// <inheritdoc/>
    IRows IRows.On(Device device) => To(device);

    /// <inheritdoc/>
    IRows IRows.Kept() => MoveToOuterDisposeScope();

    private static ColumnMoments MomentsOf(Tensor values, ITransform? before)
    {
        using var scope = NewDisposeScope();
        return ColumnMoments.Of(before is null ? values : before.Forward(values.to(float64)).Y);
    }
}
