using static TorchSharp.torch;

namespace FFF.Evaluation;

/// <summary>Runs pieces of work side by side, each on a thread of its own, within which libtorch uses one thread.</summary>
/// <remarks>
/// libtorch would split each operation over the cores and wait for all of them at its end. The operations here take
/// some 10 µs, so the waiting costs a good part of the gain, and a multiple of it when another process holds a core.
/// </remarks>
internal static class OneCoreEach
{
    /// <summary>Returns when all are done; the first failure is thrown.</summary>
    public static void Run(IEnumerable<Action> work)
    {
        var threads = get_num_threads();
        try
        {
            // The number is kept per thread: dedicated threads, since those of a pool would keep it for their next work.
            Task.WhenAll(work.Select(one => Task.Factory.StartNew(
                () =>
                {
                    set_num_threads(1);
                    one();
                }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToList()).GetAwaiter().GetResult();
        }
        finally
        {
            set_num_threads(threads);
        }
    }
}
