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
            var why = otherKind is null
                ? $"unknown key '{shown}'; did you mean '{Within(shape, entry.Key) ?? Nearest()}'?"
                : $"the key '{shown}' belongs to the kind {otherKind}, this is {kinds!.NameOf(shape.Type)}.";
            problems.Add(entry.KeyAt.Problem(KeyPath.Join(path, shown), $"{why} Valid keys: {string.Join(", ", valid)}"));

            string Nearest() => MovedKeys.Path(NearestKey.Of(entry.Key, [.. valid, .. shape.Moved.Select(moved => moved.From)]), shape);
        }
    }

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
