using System.Diagnostics;

namespace FFF.Cli.Rendering;

/// <summary>How long work takes to its end, by what was done of it since its first report.</summary>
internal sealed class TimeLeft
{
    /// <summary>Shares that differ by rounding alone would tell of ages that no time span holds.</summary>
    private const double MostSeconds = 1e6;

    private long _since;
    private double? _first;

    /// <summary>The next report is the first of other work.</summary>
    public void Restart() => _first = null;

    /// <summary>The time left in words; empty where nothing was done yet that could be timed.</summary>
    /// <param name="share">The share of the work that is done, from 0 to 1.</param>
    public string At(double share)
    {
        if (_first is not { } first)
        {
            (_since, _first) = (Stopwatch.GetTimestamp(), share);
            return "";
        }

        var seconds = Stopwatch.GetElapsedTime(_since).TotalSeconds * (1 - share) / (share - first);
        return share > first ? $"{Words.Duration(TimeSpan.FromSeconds(Math.Min(seconds, MostSeconds)))} left" : "";
    }
}
