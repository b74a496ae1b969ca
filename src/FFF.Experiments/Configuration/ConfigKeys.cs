using FFF.Configuration.Binding;
using FFF.Configuration.Yaml;
using FFF.Formats;

namespace FFF.Configuration;

/// <summary>A key that an experiment may have.</summary>
/// <param name="Path">Its path, such as training.optimizer.learning_rate; 0 stands for the elements of a list.</param>
/// <param name="Values">The names that may be its value; empty for numbers and text.</param>
internal sealed record ConfigKey(string Path, IReadOnlyList<string> Values);

/// <summary>All keys of experiments, for completion and for telling a wrong one what it should be.</summary>
internal static class ConfigKeys
{
    private static volatile Known? Cached;

    /// <summary>
    /// The keys of all kinds, each once, then those that have a short path too by that one; of networks within networks, those of the first level.
    /// </summary>
    public static IReadOnlyList<ConfigKey> All
    {
        get
        {
            var experiment = ShapeReader.Read(typeof(Experiment));
            var known = Cached;
            if (known?.Experiment != experiment)
            {
                var keys = Of("", experiment, [])
                    .GroupBy(key => key.Path)
                    .Select(same => new ConfigKey(same.Key, [.. same.SelectMany(key => key.Values).Distinct()]))
                    .ToList();
                var brief = keys.Select(key => key with { Path = MovedKeys.OldestPath(key.Path, (RecordShape)experiment) }).Except(keys);
                Cached = known = new(experiment, [.. keys, .. brief]);
            }

            return known.Keys;
        }
    }

    /// <summary>The key of this path, whatever element of a list it names; null if there is none.</summary>
    public static ConfigKey? Find(string path)
    {
        var general = string.Join('.', path.Split('.').Select(part => part.Length > 0 && part.All(char.IsAsciiDigit) ? "0" : part));
        return All.FirstOrDefault(key => key.Path == general);
    }

    /// <summary>A question for the path of a key that was probably meant; empty where none is near.</summary>
    public static string Question(string path) => NearestKey.Question(path, All.Select(key => key.Path));

    private static IEnumerable<ConfigKey> Of(string path, ValueShape shape, IReadOnlyList<Type> within)
    {
        if (path.Length > 0)
        {
            yield return new(path, Values(shape));
        }

        var children = shape switch
        {
            RecordShape record when !within.Contains(record.Type) =>
                record.Keys.SelectMany(key => Of(KeyPath.Join(path, key.Name), key.Value, [.. within, record.Type])),
            KindsShape kinds => kinds.Kinds.SelectMany(kind => Of("", kind.Record, within).Select(key => key with { Path = KeyPath.Join(path, key.Path) }))
                .Prepend(new ConfigKey(KeyPath.Join(path, kinds.Discriminator), Values(kinds))),
            ListShape { Element: KindsShape or RecordShape or ListShape } list => Of(KeyPath.Join(path, 0), list.Element, within),
            _ => [],
        };
        foreach (var child in children)
        {
            yield return child;
        }
    }

    private static IReadOnlyList<string> Values(ValueShape shape) => shape switch
    {
        BooleanShape => ["true", "false"],
        ChoiceShape choice => [.. choice.Choices.Select(candidate => candidate.Name)],
        KindsShape kinds => [.. kinds.Kinds.Select(kind => kind.Name)],
        RecordShape { Shorthand.Value: ChoiceShape choice } => Values(choice),
        _ => [],
    };

    /// <summary>The keys of a shape, which is another one once there are more kinds.</summary>
    private sealed record Known(ValueShape Experiment, IReadOnlyList<ConfigKey> Keys);
}
