using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using FFF.Datasets;
using FFF.Datasets.Toy;
using FFF.Options;
using FFF.Randomness;
using FFF.Spaces;

[assembly: Kind<DataConfig, ToyData>("toy", Order = 1)]

namespace FFF.Datasets.Toy;

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

    /// <inheritdoc/>
    public override bool HasConditions => Conditional;

    /// <inheritdoc/>
    public override (Space Space, int Conditions) Outline => (new VectorSpace(2), Conditional ? 1 : 0);

    /// <summary>The name that the configuration gives them, such as toy data two_moons.</summary>
    public override string Label => $"toy data {JsonNamingPolicy.SnakeCaseLower.ConvertName(Distribution.ToString())}";

    /// <inheritdoc/>
    public override void Check() => _ = Split.Of(Samples, ValidationFraction, TestFraction, Label);

    /// <inheritdoc/>
    public override DataSource Open(DataRequest request)
    {
        using var random = NamedSeed.Stream(request.Seed, "data/toy");
        Func<long, RandomStream, Samples> draw = Distribution switch
        {
            ToyDistribution.TwoMoons => TwoMoons.Draw,
            ToyDistribution.EightGaussians => EightGaussians.Draw,
            ToyDistribution.Pinwheel => Pinwheel.Draw,
            ToyDistribution.Checkerboard => Checkerboard.Draw,
            ToyDistribution.Rings => Rings.Draw,
            ToyDistribution.SwissRoll => SwissRoll.Draw,
            _ => throw new DatasetException($"There is no toy distribution {Distribution}."),
        };
        var rows = draw(Samples, random);
        var conditions = Conditional ? rows.Condition : null;
        return new DataSource(Label, rows with { Condition = conditions }, ["x", "y"], DataSource.Numbered("condition", conditions), TestFraction);
    }
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
