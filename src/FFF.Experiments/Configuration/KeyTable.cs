using FFF.Configuration.Binding;
using FFF.Configuration.Yaml;
using FFF.Formats;

namespace FFF.Configuration;

/// <summary>A key as people look it up.</summary>
/// <param name="Key">Its path; 0 stands for the elements of a list.</param>
/// <param name="Kinds">The kinds of what it is a part of that have it, such as adam; empty for what has no kinds.</param>
/// <param name="Value">What belongs there.</param>
/// <param name="Default">What it is where it is left out, as YAML; null where it is required, or nothing.</param>
/// <param name="IsRequired">Whether it has to be given.</param>
/// <param name="Meaning">What it means.</param>
internal sealed record KeyRow(string Key, IReadOnlyList<string> Kinds, string Value, string? Default, bool IsRequired, string Meaning);

/// <summary>The keys of experiments or sweeps as rows, of the same shapes and XML documentation as <see cref="KeyReference"/>.</summary>
internal static class KeyTable
{
    /// <summary>The keys at and below a path.</summary>
    /// <param name="root">What a file describes.</param>
    /// <param name="path">The path; empty for all keys.</param>
    /// <exception cref="ConfigurationException">There is no such key; the message names a near one.</exception>
    public static IReadOnlyList<KeyRow> Of(Type root, string path)
    {
        var shape = (RecordShape)ShapeReader.Read(root);
        var all = Rows(shape, "", null, [], new Documentation())
            .GroupBy(row => (row.Key, row.Value, row.Default, row.IsRequired, row.Meaning))
            .Select(same => same.First() with { Kinds = [.. same.SelectMany(row => row.Kinds).Distinct()] }).ToList();
        var full = path.Length == 0 ? path : MovedKeys.Path(path, shape);
        var found = all.Where(row => full.Length == 0 || row.Key == full || row.Key.StartsWith(full + ".", StringComparison.Ordinal)).ToList();
        return found.Count > 0 ? found : throw new ConfigurationException([new Problem($"'{Quoted.Bare(path)}'", null, null, "",
            $"there is no such key{NearestKey.Clause(path, all.Select(row => row.Key))}")]);
    }

    private static IEnumerable<KeyRow> Rows(ValueShape shape, string path, string? kind, IReadOnlyList<Type> within, Documentation texts) => shape switch
    {
        // Networks hold networks.
        RecordShape record when !within.Contains(record.Type) => record.Keys.SelectMany(key =>
        {
            var below = KeyPath.Join(path, key.Name);
            return Rows(key.Value, below, null, [.. within, record.Type], texts).Prepend(Row(record, key, below, kind, texts));
        }),
        KindsShape kinds => kinds.Kinds.SelectMany(one => Rows(one.Record, path, one.Name, within, texts)),
        ListShape list => Rows(list.Element, KeyPath.Join(path, 0), null, within, texts),
        _ => [],
    };

    private static KeyRow Row(RecordShape record, KeyShape key, string path, string? kind, Documentation texts)
    {
        var given = key.IsRequired || key.IsByData ? null : key.Property.GetValue(Activator.CreateInstance(record.Type)!);
        return new(path, kind is null ? [] : [kind], key.Value.Expected,
            key.IsByData ? "by the data" : given is null ? null : KeyReferenceWriter.Literal(given, key.Value), key.IsRequired,
            texts.Of(key.Property) ?? "");
    }
}
