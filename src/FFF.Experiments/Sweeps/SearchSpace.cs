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

    private static readonly Location Drawn = new(new YamlSource("a value drawn at random", ".", IsFile: false), 1, 1);

    /// <summary>How many trials there are.</summary>
    public static double Count(SearchConfig search) => search switch
    {
        GridSearch grid => grid.Keys.Aggregate(1.0, (count, key) => count * key.Value.Count),
        ListSearch list => list.Trials.Count,
        RandomSearch random => random.Trials,
        _ => throw new InvalidOperationException($"Unknown kind of search: {search.GetType()}"),
    };

    /// <summary>For each trial what it sets.</summary>
    public static IEnumerable<IReadOnlyList<KeyedValue<ConfigValue>>> Settings(SearchConfig search, long seed) => search switch
    {
        GridSearch grid => grid.Keys.Aggregate(
            (IEnumerable<IReadOnlyList<KeyedValue<ConfigValue>>>)[[]],
            (trials, key) => trials.SelectMany(trial => key.Value.Select(value => (IReadOnlyList<KeyedValue<ConfigValue>>)[.. trial, Keyed(key, value)]))),
        ListSearch list => list.Trials,
        RandomSearch random => Enumerable.Range(0, random.Trials)
            .Select(
                trial => (IReadOnlyList<KeyedValue<ConfigValue>>)[.. random.Keys.Select(key => Keyed(key, Draw(key.Value, Uniform(seed, key.Key, trial))))]),
        _ => throw new InvalidOperationException($"Unknown kind of search: {search.GetType()}"),
    };

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
    internal static double Uniform(long seed, string key, int trial) =>
        (NamedSeed.Derive(seed, $"sweep/{MovedKeys.OldestPath(key, (RecordShape)ShapeReader.Read(typeof(Experiment)))}", trial) >> 10) * double.ScaleB(1, -53);

    private static KeyedValue<ConfigValue> Keyed<T>(KeyedValue<T> key, ConfigValue value) => new(key.Key, value) { At = key.At };

    private static ConfigValue Number(double number) =>
        new(new YamlScalar(Configuration.Binding.Numbers.Text(double.Parse(number.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)),
            Plain: true, Drawn));

    private static ConfigValue Number(long number) => new(new YamlScalar(number.ToString(CultureInfo.InvariantCulture), Plain: true, Drawn));
}
