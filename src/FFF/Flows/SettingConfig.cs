using System.ComponentModel.DataAnnotations;
using FFF.Flows;
using FFF.Options;

[assembly: Kind<SettingConfig, FixedSetting>("fixed", Order = 1)]
[assembly: Kind<SettingConfig, ScheduledSetting>("schedule", Order = 2)]
[assembly: Kind<SettingConfig, SettingRange>("range", Order = 3)]
[assembly: Kind<SettingConfig, AutomaticSetting>("auto", Order = 4)]

namespace FFF.Flows;

/// <summary>A number of the objective that may change in training; a plain number means a fixed one.</summary>
[Shorthand("fixed", nameof(FixedSetting.Value))]
public abstract record SettingConfig;

/// <summary>The same value throughout.</summary>
public sealed record FixedSetting : SettingConfig
{
    /// <summary>The value.</summary>
    [Range(0.0, 1e12)]
    public required double Value { get; init; }
}

/// <summary>The value moves from one to another over the run.</summary>
public sealed record ScheduledSetting : SettingConfig
{
    /// <summary>The value at the start.</summary>
    [Range(1e-12, 1e12)]
    public required double From { get; init; }

    /// <summary>The value from the end of the schedule on.</summary>
    [Range(1e-12, 1e12)]
    public required double To { get; init; }

    /// <summary>The share of the run after which the final value is reached.</summary>
    [Range(0.0, 1.0)]
    public double Until { get; init; } = 1;

    /// <summary>How it moves.</summary>
    public Interpolation Shape { get; init; } = Interpolation.Exponential;
}

/// <summary>How a value moves between two others.</summary>
public enum Interpolation
{
    /// <summary>By equal factors in equal times.</summary>
    Exponential,

    /// <summary>By equal steps in equal times.</summary>
    Linear,
}

/// <summary>The value is drawn log-uniformly per sample, and its logarithm given to the networks as a condition.</summary>
public sealed record SettingRange : SettingConfig, IValidated
{
    /// <summary>The smallest value.</summary>
    [Range(1e-12, 1e12)]
    public required double Low { get; init; }

    /// <summary>The largest value.</summary>
    [Range(1e-12, 1e12)]
    public required double High { get; init; }

    /// <inheritdoc/>
    IEnumerable<Rule> IValidated.Rules => [Rule.Ascending(nameof(Low), nameof(High), () => (Low, High))];
}

/// <summary>
/// Training raises the value by itself: faster where the decoder's Jacobian is far from the inverse of the encoder's, slower where the reconstruction costs
/// much already; by the usual rate where steps take the exact log-determinant. It starts from 5 over the data's variance, of atoms in an order
/// over the geometric mean of their principal variances. Of β only. Molecules and large clusters do better by a schedule.
/// </summary>
public sealed record AutomaticSetting : SettingConfig
{
    /// <summary>
    /// What the usual rate leads to on data whose variance is 1, and what validation weighs the reconstruction with. Less than 1000 for few rows, which a
    /// large weight only learns by heart.
    /// </summary>
    [Range(10.0, 1e12)]
    public double To { get; init; } = BetaController.UsualEnd;
}
