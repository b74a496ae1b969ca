using FFF.Training;

namespace FFF.Runs;

/// <summary>What a trainer tells the manifest.</summary>
internal static class ManifestCounters
{
    /// <summary>The manifest with the trainer's counters.</summary>
    public static Manifest With(this Manifest manifest, TrainerCounters counters, int epoch) => manifest with
    {
        Epoch = epoch,
        Step = counters.Step,
        SkippedSteps = counters.Skipped,
        Spikes = counters.Spikes,
        Returns = counters.Returns,
    };
}
