using System.Collections;
using FFF.Configuration.Yaml;

namespace FFF.Configuration.Binding;

/// <summary>The files that a configuration names, by the paths of their keys; those that runs keep copies of, and other configurations, aside.</summary>
internal static class PathKeys
{
    /// <summary>Key path and file of each, in the order of the keys.</summary>
    /// <param name="value">A record, or a value in one.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="key">The path of its key; empty for the whole record.</param>
    public static IEnumerable<(string Key, string File)> Of(object? value, ValueShape shape, string key = "") => (value, shape) switch
    {
        (null, _) => [],
        (string file, TextShape { IsKept: false, IsConfiguration: false } text) when text.IsFile(file) => [(key, file)],
        (IEnumerable items, ListShape list) => items.Cast<object>().SelectMany((item, i) => Of(item, list.Element, KeyPath.Join(key, i))),
        (_, KindsShape kinds) => Of(value, kinds.Find(kinds.NameOf(value.GetType()))!, key),
        (_, RecordShape record) => record.Keys.SelectMany(below => Of(below.Property.GetValue(value), below.Value, KeyPath.Join(key, below.Name))),
        _ => [],
    };
}
