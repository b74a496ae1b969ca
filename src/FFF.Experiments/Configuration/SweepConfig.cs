using System.ComponentModel.DataAnnotations;
using FFF.Options;

namespace FFF.Configuration;

/// <summary>Many runs of one experiment with some of its keys varied.</summary>
internal sealed record SweepConfig
{
    /// <summary>The sweep's name; its trials are the runs NAME-0000, NAME-0001 and so on.</summary>
    [RegularExpression(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,89}$", ErrorMessage = "letters, digits, '.', '_' and '-', at most 90, the first a letter or digit")]
    public required string Name { get; init; }

    /// <summary>The experiment that is varied: one file, or several that are laid over each other in order; relative to this file, or by name.</summary>
    [MinLength(1)]
    [RelativeToFile(IsConfiguration = true)]
    public required IReadOnlyList<string> Configs { get; init; }

    /// <summary>What is the same in all trials but not in those files, by key path.</summary>
    public IReadOnlyList<KeyedValue<ConfigValue>> Set { get; init; } = [];

    /// <summary>Which keys are varied, and how.</summary>
    public required SearchConfig Search { get; init; }

    /// <summary>The seed of the search, and of the trials' own seeds.</summary>
    public long Seed { get; init; }

    /// <summary>Whether trials differ in their seeds too.</summary>
    public TrialSeeds TrialSeeds { get; init; } = TrialSeeds.Own;

    /// <summary>By what <c>fff sweep best</c> judges, if not told otherwise: a result such as nll or c2st.mean, or a column of metrics.csv.</summary>
    [MinLength(1)]
    public string? Metric { get; init; }

    /// <summary>Whether the largest value of the metric is the best, and not the smallest.</summary>
    public bool Maximize { get; init; }

    /// <summary>
    /// Drops trials early that are worse than others were after as many epochs; none if left out. Validation judges, by the NLL that runs are judged by.
    /// </summary>
    public HalvingConfig? Halving { get; init; }

    /// <summary>On this machine, at most so many trials at a time use one CUDA device; those that use none do not count.</summary>
    [Range(1, 1000)]
    public int TrialsPerDevice { get; init; } = 1;

    /// <summary>What a trial asks Slurm for.</summary>
    public SlurmConfig Slurm { get; init; } = new();
}

/// <summary>
/// Asynchronous successive halving (ASHA, Li et al. 2020) without pauses: a trial that comes to a rung goes on if it is among the best there so far,
/// 1 of <see cref="Factor"/>; what was decided stands in the sweep's folder and stays so.
/// </summary>
internal sealed record HalvingConfig
{
    /// <summary>The first rung: after so many epochs trials are compared for the first time.</summary>
    [Range(1, 1_000_000)]
    public required int Epochs { get; init; }

    /// <summary>Each rung is so many times as many epochs after the one before, and 1 of so many trials goes on.</summary>
    [Range(2, 100)]
    public int Factor { get; init; } = 3;
}

/// <summary>Where the seeds of trials come from, unless the key seed is itself varied.</summary>
internal enum TrialSeeds
{
    /// <summary>Each trial has one of its own, derived from the sweep's and the trial's number.</summary>
    Own,

    /// <summary>All trials have the experiment's.</summary>
    Shared,
}
