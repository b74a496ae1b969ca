using FFF.Configuration;
using FFF.Devices;
using FFF.Flows;

namespace FFF.Sweeps;

/// <summary>Which of the visible devices a trial needs.</summary>
/// <param name="IsNeeded">Whether it needs one at all.</param>
/// <param name="Index">The one that its configuration names by cuda:N; null for any.</param>
/// <param name="IsChosen">Whether the rule for auto decides, which then has to be held to: the trial must not see devices that others have.</param>
internal sealed record TrialDevice(bool IsNeeded, int? Index = null, bool IsChosen = false)
{
    /// <summary>What an experiment needs, going by its configuration alone: its data are not drawn for this.</summary>
    /// <param name="experiment">The trial's experiment.</param>
    /// <param name="there">What there is; the cores are those of one trial.</param>
    public static TrialDevice Of(Experiment experiment, DeviceFacts there)
    {
        var asked = experiment.Training.Device;
        if (asked != DeviceRule.Auto)
        {
            return new(DeviceRule.Kind(asked) == DeviceRule.Cuda, DeviceRule.Index(asked) is { } index && asked != DeviceRule.Cuda ? index : null);
        }

        var choice = DeviceRule.Choose(asked, there with { Cores = experiment.Training.Threads ?? there.Cores }, Cost(experiment), null, _ => null);
        return new(choice.Device != DeviceRule.Cpu, IsChosen: true);
    }

    private static StepCost? Cost(Experiment experiment)
    {
        var (space, conditions) = experiment.Data.Outline;
        return experiment.StepCost(space, conditions);
    }
}
