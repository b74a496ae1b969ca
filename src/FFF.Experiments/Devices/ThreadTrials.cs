using System.Diagnostics;
using static TorchSharp.torch;

namespace FFF.Devices;

/// <summary>A number of threads, and how long a step takes with it here and now.</summary>
/// <param name="Threads">The number.</param>
/// <param name="Milliseconds">The median over the rounds.</param>
internal sealed record ThreadTrial(int Threads, double Milliseconds);

/// <summary>Tries with how many threads a step is fastest, on this machine and beside whatever else runs on it.</summary>
internal static class ThreadTrials
{
    private const int Rounds = 9;
    private const int LeastRounds = 3;

    /// <summary>Steps in a row with the same number; what comes before them, when threads start or end, does not count.</summary>
    private const int StepsOfRound = 2;

    /// <summary>The trials end when they have taken so long.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>Until then steps are slower, as they are being compiled: after 0.4 seconds one of qm7_small took longer than after four,
    /// by a quarter with two threads and by a seventh with one.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);

    /// <summary>A thread more has to save at least so much of the time, as others may want the core.</summary>
    private const double Gain = 0.05;

    /// <summary>Times a step with each of the numbers in turn; afterwards libtorch has as many threads as before.</summary>
    /// <param name="candidates">Numbers of threads.</param>
    /// <param name="step">One step.</param>
    public static IReadOnlyList<ThreadTrial> Run(IReadOnlyList<int> candidates, Action step)
    {
        var before = get_num_threads();
        try
        {
            return Timed(candidates, step);
        }
        finally
        {
            set_num_threads(before);
        }
    }

    /// <summary>The one with the fewest threads that is nearly as fast as the fastest.</summary>
    public static ThreadTrial Best(IReadOnlyList<ThreadTrial> trials)
    {
        var fastest = trials.Min(trial => trial.Milliseconds);
        return trials.OrderBy(trial => trial.Threads).First(trial => trial.Milliseconds * (1 - Gain) <= fastest);
    }

    private static IReadOnlyList<ThreadTrial> Timed(IReadOnlyList<int> candidates, Action step)
    {
        var times = candidates.Select(_ => new List<double>()).ToArray();
        var clock = Stopwatch.StartNew();
        do
        {
            foreach (var threads in candidates)
            {
                set_num_threads(threads);
                step();
            }
        }
        while (clock.Elapsed < WarmUp);

        clock.Restart();
        for (var round = 0; round < Rounds && (round < LeastRounds || clock.Elapsed < Limit); round++)
        {
            foreach (var (threads, list) in candidates.Zip(times))
            {
                set_num_threads(threads);
                step();
                var start = clock.Elapsed;
                for (var i = 0; i < StepsOfRound; i++)
                {
                    step();
                }

                list.Add((clock.Elapsed - start).TotalMilliseconds / StepsOfRound);
            }
        }

        return [.. candidates.Zip(times, (threads, list) => new ThreadTrial(threads, list.Order().ElementAt(list.Count / 2)))];
    }
}
