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
    private const double LeastWork = 0.1;

    /// <summary>A thread with so much to do in a step mostly pays where nothing else runs, GFLOP.</summary>
    private const double UsualWork = 1;

    /// <summary>A thread with so much to do in a step pays beside other programs too, GFLOP.</summary>
    private const double FullWork = 10;

    // A shorter run is over before trials have paid: half a minute on one core, in GFLOP, or steps.
    private const double ShortWork = 1000;
    private const long ShortRun = 500;

    /// <summary>The number where there are no trials.</summary>
    /// <param name="step">How large a step is; null where that is not known, as of others' methods.</param>
    /// <param name="cores">Threads that may be used.</param>
    public static int Guess(StepCost? step, int cores) => step is null ? cores : Threads(step, UsualWork, cores);

    /// <summary>Numbers of threads, ascending; trials decide where there is more than one.</summary>
    /// <param name="step">How large a step is; null where that is not known.</param>
    /// <param name="steps">Steps of the run.</param>
    /// <param name="cores">Threads that may be used.</param>
    public static IReadOnlyList<int> Candidates(StepCost? step, long steps, int cores)
    {
        if (step is null || steps < ShortRun || step.Gflop * steps < ShortWork)
        {
            return [Guess(step, cores)];
        }

        var most = Threads(step, LeastWork, cores);
        var candidates = new List<int>();
        for (var count = Threads(step, FullWork, cores); count <= most; count *= 2)
        {
            candidates.Add(count);
        }

        return most == cores && candidates[^1] < cores ? [.. candidates, cores] : candidates;
    }

    private static int Threads(StepCost step, double workOfEach, int cores) => (int)Math.Clamp(step.Gflop / workOfEach, 1, cores);
}
