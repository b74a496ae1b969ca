using System.ComponentModel.DataAnnotations;
using FFF.Configuration;

[assembly: Kind<DataConfig, ToyData>("toy", Order = 1)]
[assembly: Kind<DataConfig, SbiData>("sbi", Order = 2)]
[assembly: Kind<DataConfig, TableData>("table", Order = 3)]

namespace FFF.Configuration;

/// <summary>A data set; <c>kind</c> tells which.</summary>
public abstract record DataConfig
{
    /// <summary>Whether data and conditions are standardised by the training set's mean and standard deviation; particles and molecules never are.</summary>
    public bool Standardize { get; init; } = true;

    /// <summary>The share of the samples that is kept for validation.</summary>
    [Range(0.0, 0.9)]
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>Why an experiment cannot learn these data, in words that begin with "expected"; null if it can.</summary>
    /// <param name="experiment">The experiment, all of whose keys have values.</param>
    public virtual string? Misfit(Experiment experiment) => null;

    /// <summary>Positions without their mean fill only a subspace, on which densities over all of R^D are infinite.</summary>
    private protected static string? RequireMeanFree(Experiment experiment) =>
        experiment.Method is FreeFormMethod && experiment.Flow.Latent is MeanFreeNormalLatent
            ? null
            : "expected the method fff with flow.latent: {kind: mean-free-normal} for data of the kinds particles and molecules, whose mean position is zero";
}

/// <summary>A distribution in the plane, for pictures and quick checks.</summary>
public sealed record ToyData : DataConfig, IValidated
{
    /// <summary>Which distribution.</summary>
    public required ToyDistribution Distribution { get; init; }

    /// <summary>How many samples are drawn, those for validation and test included.</summary>
    [Range(2, 100_000_000)]
    public int Samples { get; init; } = 10_000;

    /// <summary>Whether the component (moon, Gaussian, arm, row of squares, ring) or the position along the roll is given as a condition.</summary>
    public bool Conditional { get; init; }

    /// <summary>The share of the samples that is kept for the final test.</summary>
    [Range(0.0, 0.9)]
    public double TestFraction { get; init; } = 0.1;

    /// <inheritdoc/>
    IEnumerable<Rule> IValidated.Rules =>
        [Rule.Shares(nameof(ValidationFraction), nameof(TestFraction), () => (ValidationFraction, TestFraction))];
}

/// <summary>The distributions in the plane.</summary>
public enum ToyDistribution
{
    /// <summary>Two interleaved half circles.</summary>
    TwoMoons,

    /// <summary>Eight Gaussians on a circle.</summary>
    EightGaussians,

    /// <summary>Five bent arms.</summary>
    Pinwheel,

    /// <summary>The dark squares of a 4 × 4 board.</summary>
    Checkerboard,

    /// <summary>Four concentric rings.</summary>
    Rings,

    /// <summary>A spiral, the swiss roll seen from the side.</summary>
    SwissRoll,
}

/// <summary>A task of the simulation-based inference benchmark (sbibm): learns the posterior p(θ | x).</summary>
public sealed record SbiData : DataConfig
{
    /// <summary>The task's name, such as two_moons.</summary>
    [MinLength(1)]
    public required string Task { get; init; }

    /// <summary>How many parameters are drawn from the prior and simulated, those for validation included.</summary>
    [Range(2, 100_000_000)]
    public int Simulations { get; init; } = 10_000;

    /// <summary>Whether simulations are kept in the user's cache folder, and read from there the next time.</summary>
    public bool Cache { get; init; } = true;
}

/// <summary>The user's own table of numbers: .csv with a header row, or a two-dimensional .npy.</summary>
public sealed record TableData : DataConfig, IValidated
{
    /// <summary>The file; relative to the configuration file that names it.</summary>
    [MinLength(1)]
    [RelativeToFile]
    public required string Path { get; init; }

    /// <summary>The columns that are learnt, by name (.csv) or number from 0 (.npy); all that are no conditions if left out.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>The columns that are given as conditions.</summary>
    public IReadOnlyList<string> ConditionColumns { get; init; } = [];

    /// <summary>The share of the rows that is kept for the final test.</summary>
    [Range(0.0, 0.9)]
    public double TestFraction { get; init; } = 0.1;

    /// <inheritdoc/>
    IEnumerable<Rule> IValidated.Rules =>
        [Rule.Shares(nameof(ValidationFraction), nameof(TestFraction), () => (ValidationFraction, TestFraction))];
}
