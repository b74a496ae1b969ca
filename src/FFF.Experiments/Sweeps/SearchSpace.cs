using System.Globalization;
using FFF.Configuration;
using FFF.Configuration.Binding;
using FFF.Configuration.Yaml;
using FFF.Randomness;

namespace FFF.Sweeps;

/// <summary>The settings of a search's trials, in their order.</summary>
internal static class SearchSpace
{
    /// <summary>More trials than anyone waits for: a grid of many keys is soon larger than was meant.</summary>
    public const int MaxTrials = 100_000;

    internal static readonly Location Nowhere = new(new YamlSource("a value drawn at random", ".", IsFile: false), 1, 1);

    /// <summary>How many trials there are.</summary>
    public static double Count(SearchConfig search) => search switch
    {
        GridSearch grid => grid.Keys.Aggregate(1.0, (count, key) => count * key.Value.Count),
        ListSearch list => list.Trials.Count,
        RandomSearch random => random.Trials,
        TpeSearch tpe => tpe.Trials,
        _ => throw new InvalidOperationException($"Unknown kind of search: {search.GetType()}"),
    };

    /// <summary>For each trial what it sets; of a search that chooses by results, those that were begun and those that are drawn at random.</summary>
    /// <param name="search">The search.</param>
    /// <param name="seed">The sweep's seed.</param>
    /// <param name="begun">What the trials set that were chosen already; it counts for searches by results only. None if left out.</param>
    public static IEnumerable<IReadOnlyList<KeyedValue<ConfigValue>>> Settings(
        SearchConfig search, long seed, IReadOnlyList<IReadOnlyDictionary<string, string>>? begun = null) => search switch
        {
            GridSearch grid => grid.Keys.Aggregate(
                (IEnumerable<IReadOnlyList<KeyedValue<ConfigValue>>>)[[]],
                (trials, key) => trials.SelectMany(trial => key.Value.Select(value => (IReadOnlyList<KeyedValue<ConfigValue>>)[.. trial, Keyed(key, value)]))),
            ListSearch list => list.Trials,
            RandomSearch random => Enumerable.Range(0, random.Trials).Select(trial => Drawn(random.Keys, seed, trial)),
            TpeSearch tpe => Enumerable.Range(0, Math.Min(tpe.Trials, Math.Max(begun?.Count ?? 0, tpe.Startup)))
                .Select(trial => Chosen(tpe.Keys, begun?.ElementAtOrDefault(trial)) ?? Drawn(tpe.Keys, seed, trial)),
            _ => throw new InvalidOperationException($"Unknown kind of search: {search.GetType()}"),
        };

    /// <summary>What a trial draws at random.</summary>
    internal static IReadOnlyList<KeyedValue<ConfigValue>> Drawn(IReadOnlyList<KeyedValue<SpaceConfig>> keys, long seed, int trial) =>
        [.. keys.Select(key => Keyed(key, Draw(key.Value, Uniform(seed, key.Key, trial))))];

    /// <summary>What a trial was given, as its record has it; null where that is of other keys or values.</summary>
    private static IReadOnlyList<KeyedValue<ConfigValue>>? Chosen(
        IReadOnlyList<KeyedValue<SpaceConfig>> keys, IReadOnlyDictionary<string, string>? values)
    {
        var chosen = keys.Select(key => values?.TryGetValue(key.Key, out var text) == true && SearchAxis.Of(key.Value) is var axis && axis.At(text) is not null
            ? Keyed(key, axis.Value(text)) : null).ToList();
        return values?.Count == keys.Count && chosen.All(value => value is not null) ? [.. chosen.OfType<KeyedValue<ConfigValue>>()] : null;
    }

    /// <summary>The space's quantile at u, from 0 to 1 (1 excluded): the inverse of its distribution function.</summary>
    internal static ConfigValue Draw(SpaceConfig space, double u) => space switch
    {
        UniformSpace uniform => Number(uniform.Low + (u * (uniform.High - uniform.Low))),
        LogUniformSpace log => Number(Math.Clamp(Math.Exp(Math.Log(log.Low) + (u * (Math.Log(log.High) - Math.Log(log.Low)))), log.Low, log.High)),
        IntegerSpace integer => Number((long)Math.Floor(integer.Low + (u * ((double)integer.High - integer.Low + 1)))),
        ChoiceSpace choice => choice.Values[(int)(u * choice.Values.Count)],
        _ => throw new InvalidOperationException($"Unknown kind of space: {space.GetType()}"),
    };

    /// <summary>A number from 0 to 1 (1 excluded) with 53 random bits, the same by whichever path the key is named.</summary>
    internal static double Uniform(long seed, string key, int trial) => Uniform(NamedSeed.Derive(seed, Name(key), trial));

    /// <summary>The same, another one for each candidate and each draw that it needs.</summary>
    internal static double Uniform(long seed, string key, int trial, int candidate, int draw) =>
        Uniform(NamedSeed.Derive(seed, $"{Name(key)}/candidates", trial, candidate, draw));

    private static double Uniform(long bits) => (bits >> 10) * double.ScaleB(1, -53);

    private static string Name(string key) => $"sweep/{MovedKeys.OldestPath(key, (RecordShape)ShapeReader.Read(typeof(Experiment)))}";

    internal static KeyedValue<ConfigValue> Keyed<T>(KeyedValue<T> key, ConfigValue value) => new(key.Key, value) { At = key.At };

    internal static ConfigValue Number(double number) =>
        new(new YamlScalar(Configuration.Binding.Numbers.Text(double.Parse(number.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)),
            Plain: true, Nowhere));

    internal static ConfigValue Number(long number) => new(new YamlScalar(number.ToString(CultureInfo.InvariantCulture), Plain: true, Nowhere));
}
