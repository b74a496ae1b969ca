namespace FFF.Sweeps;

/// <summary>Something that another process of the program does.</summary>
internal interface IJob
{
    /// <summary>The process.</summary>
    LoggedProcess Process { get; }
}

/// <summary>Runs jobs as processes of the program itself, some at a time.</summary>
internal static class SomeAtATime
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Runs jobs until none is left. When asked to stop, asks those that run to save, and waits for them.</summary>
    /// <param name="jobs">At most so many at a time.</param>
    /// <param name="isMore">Whether some job has not been started; asked while none runs.</param>
    /// <param name="start">Starts the next job; null where there is none, or none that can be started yet.</param>
    /// <param name="end">Is told of each that has ended, whose process is disposed of thereafter.</param>
    /// <param name="report">Is told of those that run, several times a second and after each end.</param>
    /// <param name="stop">The request to stop: none is started any more.</param>
    public static void Run<T>(int jobs, Func<bool> isMore, Func<T?> start, Action<T> end, Action<IReadOnlyList<T>> report, CancellationToken stop)
        where T : class, IJob
    {
        var running = new List<T>();
        try
        {
            while (running.Count > 0 || (!stop.IsCancellationRequested && isMore()))
            {
                if (stop.IsCancellationRequested)
                {
                    running.FindAll(job => !job.Process.IsAsked).ForEach(job => job.Process.RequestStop());
                }

                while (!stop.IsCancellationRequested && running.Count < jobs && start() is { } started)
                {
                    running.Add(started);
                }

                // An end is noticed at once, a request to stop within the interval, as is that a job can be started by now.
                Task.WaitAny([.. running.Select(job => job.Process.Ended), Task.Delay(Interval)], Interval);
                foreach (var job in running.FindAll(job => job.Process.Ended.IsCompleted))
                {
                    running.Remove(job);
                    end(job);
                    job.Process.Dispose();
                }

                report(running);
            }
        }
        finally
        {
            running.ForEach(job => job.Process.Dispose());
        }
    }
}
