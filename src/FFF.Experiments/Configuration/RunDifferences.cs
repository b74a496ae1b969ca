namespace FFF.Configuration;

/// <summary>In what configurations differ.</summary>
internal static class RunDifferences
{
    private const string Name = "name";

    /// <summary>
    /// The keys that do not have the same value in all of them, in the order in which they come; the names of runs, which only tell them apart, aside.
    /// </summary>
    public static IReadOnlyList<string> Keys(IReadOnlyList<IReadOnlyDictionary<string, string>> configs) =>
        [.. configs.SelectMany(config => config.Keys).Distinct()
            .Where(key => key != Name && configs.Select(config => config.GetValueOrDefault(key)).Distinct().Count() > 1)];
}
