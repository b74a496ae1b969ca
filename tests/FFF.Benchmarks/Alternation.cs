using System.Diagnostics;

namespace FFF.Benchmarks;

/// <summary>Times two ways of doing the same in turns, so that a noisy machine slows both alike.</summary>
internal static class Alternation
{
    private const int Rounds = 41;
    private const int CallsPerRound = 20;

    /// <summary>Median milliseconds per call of each.</summary>
    public static (double First, double Second) Medians(Action first, Action second)
    {
        var times = (First: new List<double>(), Second: new List<double>());
        for (var round = -5; round < Rounds; round++)
        {
            var (a, b) = (Time(first), Time(second));
            if (round >= 0)
            {
                times.First.Add(a);
                times.Second.Add(b);
            }
        }

        return (times.First.Order().ElementAt(Rounds / 2), times.Second.Order().ElementAt(Rounds / 2));
    }

    private static double Time(Action action)
    {
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < CallsPerRound; i++)
        {
            action();
        }

        return clock.Elapsed.TotalMilliseconds / CallsPerRound;
    }
}
