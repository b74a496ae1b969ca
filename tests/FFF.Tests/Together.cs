namespace FFF.Tests;

/// <summary>Threads of a test's own. What fails in one of them fails the test, where on its own it would end the process.</summary>
internal static class Together
{
    /// <summary>Calls work(0), work(1), ... at the same time, and returns when all are done.</summary>
    /// <exception cref="AggregateException">What any of them threw.</exception>
    public static void Run(int count, Action<int> work)
    {
        var failures = new List<Exception>();
        Thread[] threads = [.. Enumerable.Range(0, count).Select(i => new Thread(() =>
        {
            try
            {
                work(i);
            }
            catch (Exception e)
            {
                lock (failures)
                {
                    failures.Add(e);
                }
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        if (failures.Count > 0)
        {
            throw new AggregateException(failures);
        }
    }
}
