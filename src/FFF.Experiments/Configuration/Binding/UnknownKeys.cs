using FFF.Configuration.Yaml;
using FFF.Formats;

namespace FFF.Configuration.Binding;

/// <summary>Reports keys that a record does not have, and what was probably meant.</summary>
internal static class UnknownKeys
{
    /// <param name="map">The mapping.</param>
    /// <param name="shape">The record that it describes.</param>
    /// <param name="kinds">The kinds among which the record is one, if it is.</param>
    /// <param name="path">The mapping's key path.</param>
    /// <param name="problems">Takes one problem for each key.</param>
    public static void Report(YamlMap map, RecordShape shape, KindsShape? kinds, string path, ICollection<Problem> problems)
    {
        List<string> valid = [.. kinds is null ? [] : new[] { kinds.Discriminator }, .. shape.Keys.Select(key => key.Name)];
        foreach (var entry in map.Entries.Where(entry => !valid.Contains(entry.Key)))
        {
            var otherKind = kinds?.Kinds.FirstOrDefault(kind => kind.Record.Find(entry.Key) is not null).Name;
            if (otherKind is not null && entry.IsConditional)
            {
                continue;
            }

            var shown = Quoted.Bare(entry.Key);
            var why = path.Length == 0 && Other(shape.Type, entry.Key) is { } other ? $"unknown key '{shown}': {other}."
                : otherKind is null ? $"unknown key '{shown}'{((Within(shape, entry.Key) ?? Nearest()) is { } near ? $"; did you mean '{near}'?" : ".")}"
                : $"the key '{shown}' belongs to the kind {otherKind}, this is {kinds!.NameOf(shape.Type)}.";
            var ofFiles = path.Length == 0 && entry.KeyAt.Source.IsFile ? FilesKey.All.Select(key => key.Name) : [];
            problems.Add(entry.KeyAt.Problem(KeyPath.Join(path, shown), $"{why} Valid keys: {string.Join(", ", valid.Concat(ofFiles))}"));

            string? Nearest() => NearestKey.Of(entry.Key, [.. valid, .. shape.Moved.Select(moved => moved.From)]) is { } close
                ? MovedKeys.Path(close, shape)
                : null;
        }
    }

    /// <summary>What a file is instead, as its key shows: a sweep that was taken for an experiment, or the reverse.</summary>
    private static string? Other(Type record, string key) => (record.Name, key) switch
    {
        (nameof(Experiment), "search" or "configs") => "this is a sweep, which fff sweep --config starts",
        (nameof(SweepConfig), "data" or "method" or "training") =>
            "this is an experiment, which fff train --config trains and a sweep names under configs",
        _ => null,
    };

    /// <summary>Where the key would be at home further down, as learning_rate is under optimizer; null if nowhere.</summary>
    private static string? Within(RecordShape shape, string key)
    {
        foreach (var parent in shape.Keys)
        {
            var records = parent.Value switch
            {
                RecordShape record => new[] { record }.AsEnumerable(),
                KindsShape kinds => kinds.Kinds.Select(kind => kind.Record),
                _ => [],
            };
            foreach (var record in records)
            {
                if ((record.Find(key) is not null ? key : Within(record, key)) is { } found)
                {
                    return KeyPath.Join(parent.Name, found);
                }
            }
        }

        return null;
    }
}
