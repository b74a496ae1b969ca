using System.Runtime.ExceptionServices;

namespace FFF.Kernels;

/// <summary>Shares work between threads that stay; between two pieces of work they wait and allocate nothing.</summary>
/// <remarks>
/// A thread pool's would go on for a moment after the work, beside a call of libtorch's. If they then caused a garbage
/// collection, it could free what TorchSharp passes to that call.
/// </remarks>
internal static class KernelThreads
{
    private static readonly Lock Busy = new();
    private static readonly List<Worker> Others = [];

    /// <summary>Calls work(0) here and work(1), work(2), ... beside it, and returns when all are done.</summary>
    /// <param name="count">How many calls.</param>
    /// <param name="work">What is done; it must not allocate.</param>
    public static void Run(int count, Action<int> work)
    {
        lock (Busy)
        {
            while (Others.Count < count - 1)
            {
                Others.Add(new Worker(Others.Count + 1));
            }

            for (var i = 0; i < count - 1; i++)
            {
                Others[i].Start(work);
            }

            ExceptionDispatchInfo? failure = null;
            try
            {
                work(0);
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }

            for (var i = 0; i < count - 1; i++)
            {
                failure = Others[i].Finish() ?? failure;
            }

            failure?.Throw();
        }
    }

    private sealed class Worker
    {
        private readonly SemaphoreSlim _start = new(0);
        private readonly SemaphoreSlim _done = new(0);
        private readonly int _index;
        private Action<int>? _work;
        private ExceptionDispatchInfo? _failure;

        public Worker(int index)
        {
            _index = index;
            new Thread(Serve) { IsBackground = true, Name = $"fff kernel {index}" }.Start();
        }

        public void Start(Action<int> work)
        {
            _work = work;
            _start.Release();
        }

        public ExceptionDispatchInfo? Finish()
        {
            _done.Wait();
            return _failure;
        }

        private void Serve()
        {
            while (true)
            {
                _start.Wait();
                try
                {
                    _failure = null;
                    _work!(_index);
                }
                catch (Exception e)
                {
                    _failure = ExceptionDispatchInfo.Capture(e);
                }

                _done.Release();
            }
        }
    }
}
