using System.ComponentModel.DataAnnotations;
using FFF.Configuration;
using FFF.Options;

[assembly: Kind<SearchConfig, GridSearch>("grid", Order = 1)]
[assembly: Kind<SearchConfig, ListSearch>("list", Order = 2)]
[assembly: Kind<SearchConfig, RandomSearch>("random", Order = 3)]
[assembly: Kind<SearchConfig, TpeSearch>("tpe", Order = 4)]
[assembly: Kind<SpaceConfig, UniformSpace>("uniform", Order = 1)]
[assembly: Kind<SpaceConfig, LogUniformSpace>("log-uniform", Order = 2)]
[assembly: Kind<SpaceConfig, IntegerSpace>("integer", Order = 3)]
[assembly: Kind<SpaceConfig, ChoiceSpace>("choice", Order = 4)]

namespace FFF.Configuration;

/// <summary>How trials are chosen.</summary>
internal abstract record SearchConfig;

/// <summary>Every combination of some keys' values. Trials are numbered in the order of the file, the last key varying fastest.</summary>
internal sealed record GridSearch : SearchConfig
{
    /// <summary>The values of each key, by its path.</summary>
    [MinLength(1)]
    public required IReadOnlyList<KeyedValue<IReadOnlyList<ConfigValue>>> Keys { get; init; }
}

/// <summary>The trials one by one.</summary>
internal sealed record ListSearch : SearchConfig
{
    /// <summary>For each trial the keys' values, by path.</summary>
    [MinLength(1)]
    public required IReadOnlyList<IReadOnlyList<KeyedValue<ConfigValue>>> Trials { get; init; }
}

/// <summary>
/// Values drawn at random. What a trial draws for a key depends on the sweep's seed, the trial's number and the key's path
/// only: more trials leave the first ones as they were, and so does another key.
/// </summary>
internal sealed record RandomSearch : SearchConfig
{
    /// <summary>How many trials.</summary>
    [Range(1, 100_000)]
    public required int Trials { get; init; }

    /// <summary>What is drawn for each key, by its path.</summary>
    [MinLength(1)]
    public required IReadOnlyList<KeyedValue<SpaceConfig>> Keys { get; init; }
}

/// <summary>
/// Values by a tree-structured Parzen estimator (Bergstra et al. 2011): the trials that have ended tell where good values lie and where others, and the
/// next trial takes, of some candidates, that which is likelier among the good. The sweep's metric judges. Trials are chosen one by one, when a
/// place is free on this machine, and stand in the sweep's folder from then on.
/// </summary>
internal sealed record TpeSearch : SearchConfig
{
    /// <summary>How many trials.</summary>
    [Range(1, 10_000)]
    public required int Trials { get; init; }

    /// <summary>What each key is chosen from, by its path; what is drawn here is drawn at random first.</summary>
    [MinLength(1)]
    public required IReadOnlyList<KeyedValue<SpaceConfig>> Keys { get; init; }

    /// <summary>So many of the trials are drawn at random, as in a random search, before any is chosen.</summary>
    [Range(1, 10_000)]
    public int Startup { get; init; } = 10;
}

/// <summary>What a value is drawn from.</summary>
internal abstract record SpaceConfig;

/// <summary>A number between two bounds, each as likely.</summary>
internal sealed record UniformSpace : SpaceConfig, IValidated
{
    /// <summary>The lower bound.</summary>
    public required double Low { get; init; }

    /// <summary>The upper bound.</summary>
    public required double High { get; init; }

    /// <inheritdoc/>
    IEnumerable<Rule> IValidated.Rules => [Rule.Ascending(nameof(Low), nameof(High), () => (Low, High))];
}

/// <summary>A number between two bounds whose logarithm is uniform: each factor of ten is as likely.</summary>
internal sealed record LogUniformSpace : SpaceConfig, IValidated
{
    /// <summary>The lower bound.</summary>
    [Range(1e-300, 1e300)]
    public required double Low { get; init; }

    /// <summary>The upper bound.</summary>
    [Range(1e-300, 1e300)]
    public required double High { get; init; }

    /// <inheritdoc/>
    IEnumerable<Rule> IValidated.Rules => [Rule.Ascending(nameof(Low), nameof(High), () => (Low, High))];
}

/// <summary>A whole number between two bounds, both included, each as likely.</summary>
internal sealed record IntegerSpace : SpaceConfig, IValidated
{
    /// <summary>The lower bound.</summary>
    [Range(-1_000_000_000, 1_000_000_000)]
    public required int Low { get; init; }

    /// <summary>The upper bound.</summary>
    [Range(-1_000_000_000, 1_000_000_000)]
    public required int High { get; init; }

    /// <inheritdoc/>
    IEnumerable<Rule> IValidated.Rules => [Rule.Ascending(nameof(Low), nameof(High), () => (Low, High))];
}

/// <summary>One of some values, each as likely.</summary>
internal sealed record ChoiceSpace : SpaceConfig
{
    /// <summary>The values.</summary>
    [MinLength(1)]
    public required IReadOnlyList<ConfigValue> Values { get; init; }
}
