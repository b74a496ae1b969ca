using System.ComponentModel.DataAnnotations;
using FFF.Datasets;
using FFF.Datasets.Toy;
using FFF.Options;
using FFF.Randomness;
using FFF.Spaces;

[assembly: Kind<DataConfig, MixtureData>("mixture", Order = 6)]

namespace FFF.Datasets.Toy;

/// <summary>A mixture of round Gaussians in any dimension, whose density is known.</summary>
public sealed record MixtureData : DataConfig, IValidated
{
    /// <summary>The mean of each component, all of the same dimension.</summary>
    [MinLength(1)]
    [Range(-1e9, 1e9)]
    public required IReadOnlyList<IReadOnlyList<double>> Means { get; init; }

    /// <summary>The standard deviation of each component, the same in all directions.</summary>
    [MinLength(1)]
    [Range(1e-9, 1e9)]
    public required IReadOnlyList<double> Deviations { get; init; }

    /// <summary>How likely each component is, in shares that need not sum to 1; all equally if left out.</summary>
    [MinLength(1)]
    [Range(1e-9, 1e9)]
    public IReadOnlyList<double>? Weights { get; init; }

    /// <summary>How many samples are drawn, those for validation and test included.</summary>
    [Range(2, 100_000_000)]
    public int Samples { get; init; } = 10_000;

    /// <summary>Whether the component is given as a condition.</summary>
    public bool Conditional { get; init; }

    /// <summary>The share of the samples that is kept for the final test.</summary>
    [Range(0.0, 0.9)]
    public double TestFraction { get; init; } = 0.1;

    /// <inheritdoc/>
    IEnumerable<Rule> IValidated.Rules =>
    [
        Rule.Shares(nameof(ValidationFraction), nameof(TestFraction), () => (ValidationFraction, TestFraction)),
        new(() => Means.All(mean => mean.Count == Means[0].Count) ? null : "expected means that all have the same number of coordinates", nameof(Means)),
        new(() => Deviations.Count == Means.Count ? null : $"expected one for each of the {Means.Count} means, found {Deviations.Count}",
            nameof(Deviations), nameof(Means)),
        new(() => Weights is null || Weights.Count == Means.Count ? null : $"expected one for each of the {Means.Count} means, found {Weights.Count}",
            nameof(Weights), nameof(Means)),
    ];

    /// <inheritdoc/>
    public override bool HasConditions => Conditional;

    /// <inheritdoc/>
    public override (Space Space, int Conditions) Outline =>
        Means is [var first, ..] ? (new VectorSpace(first.Count), Conditional ? Means.Count : 0) : base.Outline;

    /// <inheritdoc/>
    public override string Label => Means.Count == 1 ? "a Gaussian" : $"a mixture of {Means.Count} Gaussians";

    /// <inheritdoc/>
    internal override double? Entropy => Conditional ? null : Mixture.Entropy();

    internal GaussianMixture Mixture => new(Means, Deviations, Weights ?? [.. Means.Select(_ => 1.0)]);

    /// <inheritdoc/>
    public override void Check() => _ = Split.Of(Samples, ValidationFraction, TestFraction, Label);

    /// <inheritdoc/>
    public override DataSource Open(DataRequest request)
    {
        using var random = NamedSeed.Stream(request.Seed, "data/mixture");
        var rows = Mixture.Draw(Samples, random);
        var conditions = Conditional ? rows.Condition : null;
        return new DataSource(Label, rows with { Condition = conditions }, DataSource.Numbered("x", rows.Data), DataSource.Numbered("component", conditions),
            TestFraction);
    }
}
