using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Training;

/// <summary>
/// An epoch's batches, in a random order by seed and epoch. A last incomplete batch is left out; where samples come in
/// groups, such as molecules by size, batches are of one group each, and incomplete ones are kept, or rare groups would be lost.
/// </summary>
internal sealed class Batches : IDisposable
{
    private readonly IRows _samples;
    private readonly int _size;
    private readonly long _seed;
    private readonly long[]? _groups;
    private RowOrder? _order;
    private (long Start, long Count, long Group)[]? _cuts;
    private int _epoch = -1;

    /// <summary>Batches of samples.</summary>
    /// <param name="samples">The samples, where they are computed with.</param>
    /// <param name="size">Samples of a complete batch.</param>
    /// <param name="seed">The run's seed.</param>
    public Batches(IRows samples, int size, long seed)
    {
        (_size, _seed) = ((int)Math.Min(size, samples.Count), seed);
        _groups = samples.Group?.data<long>().ToArray();

        // Groups stay on the CPU, where the samples' indices are not.
        _samples = samples is Samples { Group: not null } grouped ? grouped with { Group = null } : samples;
        PerEpoch = _groups is null ? Math.Max(1, samples.Count / _size) : _groups.CountBy(group => group).Sum(group => (group.Value + (long)_size - 1) / _size);
    }

    /// <summary>Batches of an epoch.</summary>
    public long PerEpoch { get; }

    /// <summary>Samples of a batch, on average.</summary>
    public double MeanSize => _groups is null ? _size : (double)_samples.Count / PerEpoch;

    /// <summary>A batch, and what a complete one weighs against it: its share of the complete size.</summary>
    /// <param name="epoch">Epochs before it.</param>
    /// <param name="index">Its number in the epoch, from 0.</param>
    public (Batch Batch, double Weight) At(int epoch, long index)
    {
        if (_epoch != epoch)
        {
            Shuffle(epoch);
        }

        var (start, count) = _cuts is null ? (index * _size, _size) : (_cuts[index].Start, _cuts[index].Count);
        using var rows = _order!.Part(start, count);
        var selected = _samples.Select(rows);
        return (new Batch(selected.Data, selected.Condition, _cuts?[index].Group), (double)count / _size);
    }

    /// <inheritdoc/>
    public void Dispose() => _order?.Dispose();

    private void Shuffle(int epoch)
    {
        _order?.Dispose();
        using var random = NamedSeed.Stream(_seed, "order", epoch);
        if (_groups is null)
        {
            _order = _samples.OrderOfEpoch(random);
        }
        else
        {
            using var order = random.Permutation(_samples.Count);
            var sorted = order.data<long>().ToArray().OrderBy(row => _groups[row]).ToArray();
            using var turns = random.Permutation(PerEpoch);
            var cuts = Cuts(sorted).ToArray();
            _cuts = [.. turns.data<long>().ToArray().Select(turn => cuts[turn])];
            _order = new TensorOrder(tensor(sorted)).To(_samples.Data.device);
        }

        _epoch = epoch;
    }

    private IEnumerable<(long Start, long Count, long Group)> Cuts(long[] sorted)
    {
        for (long start = 0; start < sorted.Length;)
        {
            var group = _groups![sorted[start]];
            var end = start;
            while (end < sorted.Length && end - start < _size && _groups[sorted[end]] == group)
            {
                end++;
            }

            yield return (start, end - start, group);
            start = end;
        }
    }
}
