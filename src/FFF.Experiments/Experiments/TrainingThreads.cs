using System.Globalization;
using FFF.Devices;
using FFF.Flows;
using FFF.Native;
using FFF.Runs;
using FFF.Training;
using static TorchSharp.torch;

namespace FFF.Experiments;

/// <summary>The threads that a run trains with, until this is disposed of; then there are as many as before.</summary>
/// <remarks>
/// Sums over rows are split among threads, so that another number of them ends with other last digits (of some networks and sizes of batches; of
/// others it does not). It is therefore chosen before the first step, kept in the manifest, and the same for a run that goes on, wherever it does.
/// </remarks>
internal sealed class TrainingThreads : IDisposable
{
    private readonly int _before = get_num_threads();

    private TrainingThreads(int count, string reason, string? warning = null)
    {
        (Count, Reason, Warning) = (count, reason, warning);
        set_num_threads(count);
    }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>Why so many, after their number.</summary>
    public string Reason { get; }

    /// <summary>What should be known of them; null where there is nothing.</summary>
    public string? Warning { get; }

    /// <summary>The numbers that may be the fastest for a new run, ascending.</summary>
    /// <param name="config">How it is trained.</param>
    /// <param name="step">How large a step is; null where that is not known.</param>
    /// <param name="trainer">What trains it.</param>
    /// <param name="device">Where.</param>
    public static IReadOnlyList<int> Candidates(TrainingConfig config, StepCost? step, Trainer trainer, Device device)
    {
        if (config.Threads is { } asked)
        {
            return [asked];
        }

        var cores = get_num_threads();
        return device.type != TorchSharp.DeviceType.CPU ? [cores]
            : trainer.CanRehearse ? ThreadRule.Candidates(step, trainer.TotalSteps, cores)
            : [ThreadRule.Guess(step, cores)];
    }

    /// <summary>Those of a new run: as asked for, or else what its steps are fastest with.</summary>
    /// <inheritdoc cref="Candidates"/>
    public static TrainingThreads OfNew(TrainingConfig config, StepCost? step, Trainer trainer, Device device)
    {
        var candidates = Candidates(config, step, trainer, device);
        if (candidates is [var only])
        {
            return new(only, config.Threads is null ? "by the size of its steps" : "as training.threads says");
        }

        IReadOnlyList<ThreadTrial> trials;
        try
        {
            trials = ThreadTrials.Run(candidates, trainer.Rehearse);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Training meets the same, and says so where it belongs.
            return new(ThreadRule.Guess(step, get_num_threads()), "by the size of its steps");
        }

        var best = ThreadTrials.Best(trials);
        var others = trials.Where(trial => trial != best)
            .Select(trial => string.Create(CultureInfo.InvariantCulture, $"{trial.Milliseconds:F1} ms with {trial.Threads}"));
        return new(best.Threads, string.Create(CultureInfo.InvariantCulture,
            $"by trials before the first step: {best.Milliseconds:F1} ms for a gradient, {string.Join(", ", others)}"));
    }

    /// <summary>Those of a run that goes on: as before, so that it ends with the same bits.</summary>
    /// <param name="config">How it is trained.</param>
    /// <param name="manifest">The run's.</param>
    public static TrainingThreads OfResumed(TrainingConfig config, Manifest manifest)
    {
        var (threads, cores) = (config.Threads ?? manifest.Threads, UsableCores.OfThisProcess());
        return new(threads, "as before", threads <= cores.Count ? null
            : $"The run goes on with {threads} threads, so that it ends with the same bits, but {cores.Count} of them can work at a time here "
                + $"(cores: {cores.Count}, {cores.Reason}): they wait for each other, which may take several times as long");
    }

    /// <inheritdoc/>
    public void Dispose() => set_num_threads(_before);
}
