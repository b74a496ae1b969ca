using System.Diagnostics;

namespace FFF.Cli.Rendering;

/// <summary>Lets something happen at most once in a while.</summary>
internal sealed class Pace(TimeSpan interval)
{
    private long _last = Stopwatch.GetTimestamp();

    /// <summary>Whether the interval has passed since it last did.</summary>
    public bool IsDue()
    {
        if (Stopwatch.GetElapsedTime(_last) < interval)
        {
            return false;
        }

        _last = Stopwatch.GetTimestamp();
        return true;
    }
}
