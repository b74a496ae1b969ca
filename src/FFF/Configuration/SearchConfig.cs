using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace FFF.Configuration;

/// <summary>How trials are chosen.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(GridSearch), "grid")]
[JsonDerivedType(typeof(ListSearch), "list")]
[JsonDerivedType(typeof(RandomSearch), "random")]
public abstract record SearchConfig;

/// <summary>Every combination of some keys' values. Trials are numbered in the order of the file, the last key varying fastest.</summary>
public sealed record GridSearch : SearchConfig
{
    /// <summary>The values of each key, by its path.</summary>
    [MinLength(1)]
    public required IReadOnlyList<KeyedValue<IReadOnlyList<ConfigValue>>> Keys { get; init; }
}

/// <summary>The trials one by one.</summary>
public sealed record ListSearch : SearchConfig
{
    /// <summary>For each trial the keys' values, by path.</summary>
    [MinLength(1)]
    public required IReadOnlyList<IReadOnlyList<KeyedValue<ConfigValue>>> Trials { get; init; }
}

/// <summary>
/// Values drawn at random. What a trial draws for a key depends on the sweep's seed, the trial's number and the key's path
/// only: more trials leave the first ones as they were, and so does another key.
/// </summary>
public sealed record RandomSearch : SearchConfig
{
    /// <summary>How many trials.</summary>
    [Range(1, 100_000)]
    public required int Trials { get; init; }

    /// <summary>What is drawn for each key, by its path.</summary>
    [MinLength(1)]
    public required IReadOnlyList<KeyedValue<SpaceConfig>> Keys { get; init; }
}

/// <summary>What a value is drawn from.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(UniformSpace), "uniform")]
[JsonDerivedType(typeof(LogUniformSpace), "log-uniform")]
[JsonDerivedType(typeof(IntegerSpace), "integer")]
[JsonDerivedType(typeof(ChoiceSpace), "choice")]
public abstract record SpaceConfig;

/// <summary>A number between two bounds, each as likely.</summary>
public sealed record UniformSpace : SpaceConfig
{
    /// <summary>The lower bound.</summary>
    public required double Low { get; init; }

    /// <summary>The upper bound.</summary>
    public required double High { get; init; }
}

/// <summary>A number between two bounds whose logarithm is uniform: each factor of ten is as likely.</summary>
public sealed record LogUniformSpace : SpaceConfig
{
    /// <summary>The lower bound.</summary>
    [Range(1e-300, 1e300)]
    public required double Low { get; init; }

    /// <summary>The upper bound.</summary>
    [Range(1e-300, 1e300)]
    public required double High { get; init; }
}

/// <summary>A whole number between two bounds, both included, each as likely.</summary>
public sealed record IntegerSpace : SpaceConfig
{
    /// <summary>The lower bound.</summary>
    [Range(-1_000_000_000, 1_000_000_000)]
    public required int Low { get; init; }

    /// <summary>The upper bound.</summary>
    [Range(-1_000_000_000, 1_000_000_000)]
    public required int High { get; init; }
}

/// <summary>One of some values, each as likely.</summary>
public sealed record ChoiceSpace : SpaceConfig
{
    /// <summary>The values.</summary>
    [MinLength(1)]
    public required IReadOnlyList<ConfigValue> Values { get; init; }
}
