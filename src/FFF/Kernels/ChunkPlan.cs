namespace FFF.Kernels;

/// <summary>A batch cut into chunks of nearly the same size, which threads share: each takes a range of them, one after the other.</summary>
/// <param name="Batch">B, rows or graphs, one at least.</param>
/// <param name="Workers">How many threads work.</param>
/// <param name="Chunks">How many chunks there are.</param>
internal sealed record ChunkPlan(int Batch, int Workers, int Chunks)
{
    /// <summary>Numbers of one array that a chunk holds at most, so that a few of them fit in a core's cache.</summary>
    private const int Numbers = 40_000;

    /// <summary>How many are in a chunk at most.</summary>
    public int Largest => (Batch + Chunks - 1) / Chunks;

    /// <summary>How many to take at once, at most.</summary>
    /// <param name="numbers">What the largest array has of each.</param>
    public static int AtOnce(int numbers) => Math.Max(1, Numbers / numbers);

    /// <summary>As many chunks for each thread.</summary>
    /// <param name="batch">B.</param>
    /// <param name="threads">How many threads may work.</param>
    /// <param name="atOnce">How many to take at once, at most.</param>
    public static ChunkPlan Of(int batch, int threads, int atOnce)
    {
        var workers = Math.Max(1, Math.Min(threads, batch));
        var share = (long)workers * atOnce;
        return new(batch, workers, (int)Math.Min(batch, workers * ((batch + share - 1) / share)));
    }

    /// <summary>The same chunks on the way back, for as many threads as there are then.</summary>
    /// <param name="batch">B.</param>
    /// <param name="threads">How many threads may work.</param>
    /// <param name="chunks">How many chunks there were.</param>
    public static ChunkPlan Again(int batch, int threads, int chunks) => new(batch, Math.Max(1, Math.Min(threads, chunks)), chunks);

    /// <summary>Calls work with the thread, the chunk, where it begins and how many it has.</summary>
    public void Run(ChunkWork work) => KernelThreads.Run(Workers, worker =>
    {
        for (var chunk = Part(Chunks, worker, Workers); chunk < Part(Chunks, worker + 1, Workers); chunk++)
        {
            var first = Part(Batch, chunk, Chunks);
            work(worker, chunk, first, Part(Batch, chunk + 1, Chunks) - first);
        }
    });

    /// <summary>Where part i of n begins.</summary>
    private static int Part(int count, int i, int n) => (int)((long)count * i / n);
}

/// <summary>Works on a chunk of a batch.</summary>
/// <param name="worker">The thread, from 0.</param>
/// <param name="chunk">The chunk, from 0.</param>
/// <param name="first">Where it begins.</param>
/// <param name="count">How many it has.</param>
internal delegate void ChunkWork(int worker, int chunk, int first, int count);
