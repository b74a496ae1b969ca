using FFF.Numerics;
using FFF.Randomness;
using FFF.Spaces;
using FFF.Transforms;
using static TorchSharp.torch;

namespace FFF.Datasets.Table;

/// <summary>Rows of a table that stays in its files: a part of them, in an order of its own.</summary>
internal sealed class StoredRows : IRows
{
    private readonly StoredTable _table;
    private readonly Shuffling _shuffling;

    /// <summary>The numbers that the rows have in the table, from a place on.</summary>
    private readonly RowOrder _order;
    private readonly long _first;
    private (ColumnMoments Data, ColumnMoments? Condition)? _moments;

    /// <summary>All rows of a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="shuffling">How they are put in random order.</param>
    public StoredRows(StoredTable table, Shuffling shuffling)
        : this(table, shuffling, new PlainOrder(table.Count), 0, table.Count, new VectorSpace(table.Dimension))
    {
    }

    private StoredRows(StoredTable table, Shuffling shuffling, RowOrder order, long first, long count, Space space) =>
        (_table, _shuffling, _order, _first, Count, Space) = (table, shuffling, order, first, count, space);

    /// <summary>The same rows in another random order.</summary>
    public StoredRows By(Shuffling shuffling) => new(_table, shuffling, _order, _first, Count, Space);

    /// <inheritdoc/>
    public long Count { get; }

    /// <inheritdoc/>
    public int Dimension => _table.Dimension;

    /// <inheritdoc/>
    public int ConditionDimension => _table.ConditionDimension;

    /// <inheritdoc/>
    public Space Space { get; }

    /// <inheritdoc/>
    public Tensor Data => Of(samples => samples.Data);

    /// <inheritdoc/>
    public Tensor? Condition => ConditionDimension == 0 ? null : Of(samples => samples.Condition!);

    /// <inheritdoc/>
    public Tensor? Group => null;

    /// <inheritdoc/>
    public Samples Select(Tensor index)
    {
        using var local = index.cpu();
        return Read(local.data<long>().ToArray());
    }

    /// <inheritdoc/>
    public Samples Part(long first, long count)
    {
        var places = new long[count];
        for (var i = 0; i < count; i++)
        {
            places[i] = first + i;
        }

        return Read(places);
    }

    /// <inheritdoc/>
    IEnumerable<(long First, long Count)> IRows.Ranges() => RowChunks.Of(Count, _table.RowsAtOnce);

    /// <inheritdoc/>
    /// <remarks>
    /// The first time all rows of the table are looked at, and the moments are computed on the way, so that the files are read once. As few rows as are
    /// worked on at once have the same moments, to the bit, as in memory; others are summed in another order.
    /// </remarks>
    void IRows.Visit(Action<Samples> each)
    {
        (ColumnMoments Data, ColumnMoments? Condition)? moments = null;
        void See(Samples part)
        {
            var (data, condition) = (ColumnMoments.Of(part.Data), part.Condition is { } given ? ColumnMoments.Of(given) : null);
            moments = moments is var (before, beforeCondition)
                ? (before.With(data), condition is null ? null : beforeCondition!.With(condition))
                : (data, condition);
            each(part);
        }

        if (Count <= _table.RowsAtOnce)
        {
            if (!_table.IsChecked)
            {
                _table.Scan((_, _) => { });
            }

            using var scope = NewDisposeScope();
            See(Part(0, Count));
        }
        else
        {
            var own = Own();
            _table.Scan((first, part) =>
            {
                var index = new List<long>((int)part.Count);
                for (var row = 0L; row < part.Count; row++)
                {
                    if (IsIn(own, first + row))
                    {
                        index.Add(row);
                    }
                }

                if (index.Count == part.Count)
                {
                    See(part);
                }
                else if (index.Count > 0)
                {
                    See(part.Select(tensor(index.ToArray())));
                }
            });
        }

        _moments = moments;
    }

    /// <inheritdoc/>
    ColumnMoments IRows.Moments(ITransform? before) => before is null ? Moments().Data : MomentsAfter(before, samples => samples.Data);

    /// <inheritdoc/>
    ColumnMoments? IRows.ConditionMoments(ITransform? before) =>
        before is null || ConditionDimension == 0 ? Moments().Condition : MomentsAfter(before, samples => samples.Condition!);

    /// <inheritdoc/>
    RowOrder IRows.OrderOfSplit(RandomStream random) => _shuffling.OfSplit(Count, random, asTensor: false);

    /// <inheritdoc/>
    RowOrder IRows.OrderOfEpoch(RandomStream random) => _shuffling.OfEpoch(Count, random, asTensor: false);

    /// <inheritdoc/>
    IRows IRows.Subset(RowOrder order, long first, long count) =>
        new StoredRows(_table, _shuffling, _order is PlainOrder && _first == 0 ? order : new ComposedOrder(_order, _first, order), first, count, Space);

    /// <inheritdoc/>
    IRows IRows.In(Space space) => new StoredRows(_table, _shuffling, _order, _first, Count, space) { _moments = _moments };

    /// <inheritdoc/>
    IRows IRows.On(Device device) => this;

    /// <inheritdoc/>
    IRows IRows.Kept() => this;

    /// <summary>Those of what a transform makes of the rows, which are read once more for it.</summary>
    private ColumnMoments MomentsAfter(ITransform before, Func<Samples, Tensor> of)
    {
        ColumnMoments? moments = null;
        foreach (var (first, count) in RowChunks.Of(Count, _table.RowsAtOnce))
        {
            using var scope = NewDisposeScope();
            var part = ColumnMoments.Of(before.Forward(of(Part(first, count))).Y);
            moments = moments is null ? part : moments.With(part);
        }

        return moments!;
    }

    private (ColumnMoments Data, ColumnMoments? Condition) Moments()
    {
        if (_moments is null)
        {
            ((IRows)this).Visit(_ => { });
        }

        return _moments!.Value;
    }

    private Samples Read(long[] places)
    {
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = _order.At(_first + places[i]);
        }

        return _table.Read(places) with { Space = Space };
    }

    private Tensor Of(Func<Samples, Tensor> part)
    {
        using var scope = NewDisposeScope();
        return part(Part(0, Count)).MoveToOuterDisposeScope();
    }

    /// <summary>A bit for each row of the table, set for those that are in this part.</summary>
    private ulong[] Own()
    {
        var own = new ulong[(_table.Count + 63) / 64];
        for (var place = 0L; place < Count; place++)
        {
            var row = _order.At(_first + place);
            own[row / 64] |= 1UL << (int)(row % 64);
        }

        return own;
    }

    private static bool IsIn(ulong[] own, long row) => (own[row / 64] & (1UL << (int)(row % 64))) != 0;
}
