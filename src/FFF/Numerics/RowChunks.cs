using static TorchSharp.torch;

namespace FFF.Numerics;

/// <summary>Works on some rows of a batch at a time, and joins what comes out.</summary>
internal static class RowChunks
{
    // As often is told how far some work has come, and whether to stop is asked.
    private const int Parts = 20;

    /// <summary>Where the chunks of some rows begin, and how many rows each has.</summary>
    /// <param name="count">All rows.</param>
    /// <param name="rows">At most so many rows at a time.</param>
    public static IEnumerable<(long First, long Count)> Of(long count, long rows)
    {
        for (long first = 0; first < count; first += rows)
        {
            yield return (first, Math.Min(rows, count - first));
        }
    }

    /// <summary>The same, for work that may take long: asks before each chunk whether to stop, and tells after it how far the work has come.</summary>
    /// <param name="count">All rows.</param>
    /// <param name="rows">At most so many rows at a time; a twentieth of all where somebody is told.</param>
    /// <param name="progress">Is told the share that is done; or null.</param>
    /// <param name="stop">Asks to stop, with an <see cref="OperationCanceledException"/>.</param>
    public static IEnumerable<(long First, long Count)> Told(long count, long rows, Action<double>? progress, CancellationToken stop) =>
        Told([(0, count)], count, rows, progress, stop);

    /// <summary>The same of rows that can be had in ranges; an empty one is one chunk.</summary>
    /// <param name="ranges">The ranges.</param>
    /// <param name="count">All rows of them.</param>
    /// <param name="rows">At most so many rows at a time.</param>
    /// <param name="progress">Is told the share that is done; or null.</param>
    /// <param name="stop">Asks to stop, with an <see cref="OperationCanceledException"/>.</param>
    public static IEnumerable<(long First, long Count)> Told(
        IEnumerable<(long First, long Count)> ranges, long count, long rows, Action<double>? progress, CancellationToken stop)
    {
        var atOnce = progress is null ? rows : Math.Min(rows, (count + Parts - 1) / Parts);
        foreach (var range in ranges)
        {
            foreach (var (first, some) in Of(range.Count, atOnce).DefaultIfEmpty((0L, 0L)))
            {
                stop.ThrowIfCancellationRequested();
                yield return (range.First + first, some);
                progress?.Invoke((double)(range.First + first + some) / count);
            }
        }
    }

    /// <summary>
    /// Lets go of the numbers that TorchSharp gives to operations: each is an object of its own in the C library's heap, freed only when garbage is
    /// collected, which so little of it hardly ever asks for. Meanwhile it lies among the tensors, whose places cannot be joined and used again:
    /// likelihoods of 200 rows of 22 particles needed three times the memory of 16.
    /// </summary>
    private static void FreeScalars() => GC.Collect(0);

    /// <summary>Each of the results of a function that treats rows independently, [B, ...].</summary>
    /// <param name="batch">[B, D].</param>
    /// <param name="beside">What belongs to the rows, such as conditions, [B, ...]; or null.</param>
    /// <param name="rows">At most so many rows at a time.</param>
    /// <param name="work">The function; what it returns it has computed itself.</param>
    /// <param name="progress">Is told the share that is done; or null.</param>
    /// <param name="stop">Asks to stop, with an <see cref="OperationCanceledException"/>.</param>
    public static Tensor[] Run(
        Tensor batch, Tensor? beside, long rows, Func<Tensor, Tensor?, Tensor[]> work, Action<double>? progress = null, CancellationToken stop = default)
    {
        using var scope = NewDisposeScope();
        var chunks = new List<Tensor[]>();
        foreach (var (first, count) in Told(batch.shape[0], rows, progress, stop))
        {
            using var chunk = NewDisposeScope();
            var all = count == batch.shape[0];
            chunks.Add([.. work(all ? batch : batch.narrow(0, first, count), all ? beside : beside?.narrow(0, first, count))
                .Select(part => part.MoveToOuterDisposeScope())]);
            if (count == rows)
            {
                FreeScalars();
            }
        }

        return [.. Enumerable.Range(0, chunks[0].Length).Select(i => Joined([.. chunks.Select(chunk => chunk[i])]).MoveToOuterDisposeScope())];
    }

    /// <summary>One tensor of parts, [B, ...] each; where there is one, that itself.</summary>
    public static Tensor Joined(IReadOnlyList<Tensor> parts) => parts.Count == 1 ? parts[0] : cat([.. parts], 0);
}
