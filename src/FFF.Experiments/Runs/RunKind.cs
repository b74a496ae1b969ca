using FFF.Configuration;
using FFF.Datasets.Molecules;
using FFF.Datasets.Particles;
using FFF.Flows;

namespace FFF.Runs;

/// <summary>What a run must be for a command to work with it.</summary>
/// <param name="Words">Words that follow "run" and tell which ones fit; empty where all do.</param>
/// <param name="Fits">Whether a run of this experiment is one.</param>
/// <param name="Example">The name of a configuration that comes with the program and trains one.</param>
public sealed record RunKind(string Words, Func<Experiment, bool> Fits, string Example)
{
    private const string Posterior = "sbi/two_moons";

    /// <summary>Any run.</summary>
    public static RunKind Any { get; } = new("", _ => true, Posterior);

    /// <summary>Runs whose samples are rows of numbers.</summary>
    public static RunKind Rows { get; } = new("on other data than molecules", experiment => experiment.Data is not MoleculeData, Posterior);

    /// <summary>Runs whose densities have conditions, of rows of numbers or of molecules.</summary>
    public static RunKind Conditional { get; } = new(
        "on data with conditions", experiment => experiment.Data.HasConditions, Posterior);

    /// <summary>Runs whose densities of rows of numbers have conditions.</summary>
    public static RunKind ConditionalRows { get; } = new(
        "on data with conditions, and not on molecules", experiment => experiment.Data.HasConditions && experiment.Data is not MoleculeData, Posterior);

    /// <summary>Runs on tasks of the benchmark, which has observations and reference posteriors for them.</summary>
    public static RunKind Benchmark { get; } = new("on a benchmark task", experiment => experiment.Data.Benchmark is not null, Posterior);

    /// <summary>Runs of free-form flows whose samples are rows of numbers.</summary>
    public static RunKind FreeForm { get; } = new(
        "of the method fff on other data than molecules, and no ensemble",
        experiment => experiment is { Method: FreeFormMethod, Data: not MoleculeData, Training.Ensemble: 1 }, Posterior);

    /// <summary>Runs on molecules.</summary>
    public static RunKind Molecules { get; } = new("on molecules", experiment => experiment.Data is MoleculeData, "qm7_small");

    /// <summary>Runs whose samples can be frames of atoms.</summary>
    public static RunKind Frames { get; } = new("on molecules or particles", experiment => experiment.Data is MoleculeData or ParticleData, "qm7_small");
}
