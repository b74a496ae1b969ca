using FFF.Configuration;
using FFF.Datasets.Particles;
using FFF.Datasets.Sbi;
using FFF.Devices;
using FFF.Spaces;

namespace FFF.Sweeps;

/// <summary>Which of the visible devices a trial needs.</summary>
/// <param name="IsNeeded">Whether it needs one at all.</param>
/// <param name="Index">The one that its configuration names by cuda:N; null for any.</param>
/// <param name="IsChosen">Whether the rule for auto decides, which then has to be held to: the trial must not see devices that others have.</param>
public sealed record TrialDevice(bool IsNeeded, int? Index = null, bool IsChosen = false)
{
    /// <summary>A table's or a file's columns, which are not read for this.</summary>
    private const int TypicalColumns = 16;

    /// <summary>About the mean number of atoms in QM9.</summary>
    private const int TypicalAtoms = 18;

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

    private static StepCost Cost(Experiment experiment) => experiment.Data switch
    {
        SbiData sbi when SbiTasks.Get(sbi.Task) is var task => StepCost.Of(experiment, task.ParameterSpace, task.DataDimension),
        ParticleData data => StepCost.Of(experiment, ParticleSystems.Of(data)?.Shape ?? new(data.Particles ?? TypicalColumns, data.Dimensions ?? MoleculeSpace.Axes), 0),
        MoleculeData => StepCost.Of(experiment, new MoleculeSpace([1, 6, 7, 8, 9], [.. Enumerable.Repeat(0L, TypicalAtoms), 1]), 0),
        TableData table => StepCost.Of(experiment, new VectorSpace(table.Columns.Count == 0 ? TypicalColumns : table.Columns.Count), table.ConditionColumns.Count),
        _ => StepCost.Of(experiment, new VectorSpace(2), 1),
    };
}
