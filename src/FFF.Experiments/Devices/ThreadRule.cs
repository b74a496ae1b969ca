using FFF.Flows;

namespace FFF.Devices;

/// <summary>Which numbers of threads may be the fastest for a training step on a CPU, going by its work.</summary>
/// <remarks>
/// Threads wait for each other after every operation. Where each has little to do in between, more of them are slower, and beside other
/// programs by far. Between the two bounds the machine decides, and how busy it is.
/// </remarks>
internal static class ThreadRule
{
    /// <summary>A thread with less to do in a step than this does not pay anywhere, GFLOP.</summary>
    internal const double LeastWork = 0.1;

    /// <summary>A thread with at least so much to do in a step always pays, GFLOP.</summary>
    internal const double FullWork = 1;

    /// <summary>A run of less than this is over before trials have paid: half a minute on one core, GFLOP.</summary>
    private const double ShortRun = 1000;

    /// <summary>Numbers of threads, ascending. Where there is more than one, trials decide; where there cannot be trials, the first one counts.</summary>
    /// <param name="step">How large a step is; null where that is not known, as of other's methods.</param>
    /// <param name="steps">Steps of the run.</param>
    /// <param name="cores">Threads that may be used.</param>
    public static IReadOnlyList<int> Candidates(StepCost? step, long steps, int cores)
    {
        if (step is null)
        {
            return [cores];
        }

        var least = (int)Math.Clamp(step.Gflop / FullWork, 1, cores);
        var most = (int)Math.Clamp(step.Gflop / LeastWork, 1, cores);
        if (step.Gflop * steps < ShortRun)
        {
            return [least];
        }

        var candidates = new List<int>();
        for (var count = least; count <= most; count *= 2)
        {
            candidates.Add(count);
        }

        return most == cores && candidates[^1] < cores ? [.. candidates, cores] : candidates;
    }
}
