using System.Collections;
using System.Reflection;
using FFF.Configuration.Yaml;
using FFF.Formats;
using FFF.Options;

namespace FFF.Configuration.Binding;

/// <summary>
/// Turns a tree into records, going on after every problem so that all are found at once. A mapping that leaves out its
/// kind, or keys, under a key that has a default refines that default; one that names its kind starts from the kind's own.
/// </summary>
internal sealed class RecordBinder(ICollection<Problem> problems, Action<string>? tell = null)
{
    /// <summary>Binds a node; false after adding a problem that leaves no value at all.</summary>
    /// <param name="node">The node.</param>
    /// <param name="shape">What belongs there.</param>
    /// <param name="path">The node's key path.</param>
    /// <param name="fallback">The default that a mapping or single elements refine; null if there is none.</param>
    /// <param name="value">The value; where problems were added within it, only good for finding more of them.</param>
    public bool TryBind(YamlNode node, ValueShape shape, string path, object? fallback, out object? value)
    {
        if (node is YamlScalar brief && Shorthands.Expand(brief, shape) is { } expanded)
        {
            node = expanded;
        }
        else if (node is YamlElements && shape is ListShape)
        {
            var elements = fallback is null ? new YamlList([], node.At) : new RecordTree().Of(fallback, shape) with { At = node.At };
            node = new LayerMerge(problems).Merge(elements, node, shape, path);
        }

        value = (shape, node) switch
        {
            (KindsShape kinds, YamlMap map) => BindKind(map, kinds, path, fallback),
            (RecordShape record, YamlMap map) => BindRecord(map, record, path, fallback, kinds: null),
            (ListShape list, YamlList items) => BindList(items, list, path),
            (MapShape entries, YamlMap map) => BindMap(map, entries, path),
            (AnyShape, _) => new ConfigValue(node),
            (KindsShape or RecordShape or ListShape or MapShape, _) => Fail(node, shape, path),
            (TextShape { IsConfiguration: true }, YamlScalar { IsNull: false, Text.Length: > 0 } scalar)
                when !scalar.Text.Contains('\0', StringComparison.Ordinal) => BindConfiguration(scalar, path),
            (TextShape { IsPath: true }, YamlScalar scalar) when HomeFolder.Problem(scalar.Text) is { } problem => Refuse(scalar, path, problem),
            (_, YamlScalar scalar) => ScalarBinder.Bind(scalar, shape) ?? Fail(node, shape, path),
            _ => Fail(node, shape, path),
        };
        return value is not null;
    }

    private object? Fail(YamlNode node, ValueShape shape, string path)
    {
        var names = shape switch
        {
            ChoiceShape choice => choice.Choices.Select(candidate => candidate.Name),
            RecordShape { Shorthand.Value: ChoiceShape choice } => choice.Choices.Select(candidate => candidate.Name),
            KindsShape kinds => kinds.Kinds.Select(kind => kind.Name),
            _ => [],
        };
        var nearest = node is YamlScalar { IsNull: false } scalar && names.Any() ? NearestKey.Clause(scalar.Text, names) : "";
        problems.Add(node.At.Problem(path, $"expected {shape.Expected}, found {Quoted.Of(node)}{nearest}"));
        return null;
    }

    private object? Refuse(YamlScalar scalar, string path, string problem)
    {
        problems.Add(scalar.At.Problem(path, problem));
        return null;
    }

    private string? BindConfiguration(YamlScalar scalar, string path)
    {
        if (Path.IsPathRooted(scalar.Text))
        {
            return Path.GetFullPath(scalar.Text); // A sweep that was written down is read even where they have gone since.
        }

        var location = ConfigNames.Locate(scalar.Text, scalar.At.Source.Directory);
        if (location.File is null)
        {
            problems.Add(scalar.At.Problem(path, $"the file '{Quoted.Bare(scalar.Text)}' {location.Problem}"));
            return null;
        }

        if (location.Note is { } note)
        {
            tell?.Invoke(note);
        }

        return Path.GetFullPath(location.File);
    }

    private object? BindKind(YamlMap map, KindsShape kinds, string path, object? fallback)
    {
        var kindPath = KeyPath.Join(path, kinds.Discriminator);
        var names = string.Join(", ", kinds.Kinds.Select(kind => kind.Name));
        switch (map.Find(kinds.Discriminator)?.Value)
        {
            case null when fallback is not null:
                return BindRecord(map, kinds.Find(kinds.NameOf(fallback.GetType()))!, path, fallback, kinds);
            case null:
                problems.Add(map.At.Problem(kindPath, $"the key is missing; expected one of {names}"));
                return null;
            case YamlScalar { IsNull: false } scalar when kinds.Find(scalar.Text) is { } record:
                return BindRecord(map, record, path, fallback: null, kinds);
            case var other:
                var nearest = other is YamlScalar { IsNull: false } text
                    ? NearestKey.Clause(text.Text, kinds.Kinds.Select(kind => kind.Name))
                    : "";
                problems.Add(other.At.Problem(kindPath, $"expected one of {names}, found {Quoted.Of(other)}{nearest}"));
                return null;
        }
    }

    private object BindRecord(YamlMap map, RecordShape shape, string path, object? fallback, KindsShape? kinds)
    {
        var record = Activator.CreateInstance(shape.Type)!;
        var defaults = fallback ?? record;
        var unusable = new HashSet<string>();
        UnknownKeys.Report(map, shape, kinds, path, problems);
        foreach (var key in shape.Keys)
        {
            var keyPath = KeyPath.Join(path, key.Name);
            var standard = key.Property.GetValue(defaults);
            var entry = map.Find(key.Name);
            if (entry is null && key.IsRequired && fallback is null)
            {
                problems.Add(map.At.Problem(keyPath, $"the key is missing; expected {key.Value.Expected}"));
                unusable.Add(key.Property.Name);
            }
            else if (entry is null)
            {
                key.Property.SetValue(record, standard);
            }
            else if (entry.Value is YamlScalar { IsNull: true } && key.IsNullable)
            {
                key.Property.SetValue(record, null);
            }
            else if (TryBind(entry.Value, key.Value, keyPath, standard, out var value))
            {
                key.Property.SetValue(record, value);
            }
            else
            {
                unusable.Add(key.Property.Name);
            }
        }

        foreach (var rule in (record as IValidated)?.Rules.Where(rule => !rule.Properties.Any(unusable.Contains)) ?? [])
        {
            CheckRule(rule, map, shape, path);
        }

        return record;
    }

    private void CheckRule(Rule rule, YamlMap map, RecordShape shape, string path)
    {
        if (rule.Problem() is not { } message)
        {
            return;
        }

        // The first of the rule's keys that is written down; else the record, whose defaults break the rule.
        var keys = rule.Properties.Select(property => Written(map, shape, property.Split('.'))).ToList();
        var (entry, key) = keys.FirstOrDefault(found => found.Entry is not null, (null, keys[0].Key));
        if (!rule.IsOfUnusedKey || entry?.KeyAt.Source.Written is not { IsFormer: true })
        {
            problems.Add((entry?.KeyAt ?? map.At).Problem(KeyPath.Join(path, key), message));
        }
    }

    /// <summary>The entry of a property, or the deepest that is written down on the way to it, and its key path.</summary>
    private static (YamlEntry? Entry, string Key) Written(YamlMap map, ValueShape shape, ReadOnlySpan<string> properties)
    {
        var property = properties[0];
        var key = shape.Of(property)!;
        var entry = map.Find(key.Name);
        return entry?.Value is YamlMap below && properties.Length > 1 && Written(below, key.Value, properties[1..]) is { Entry: { } deeper } found
            ? (deeper, KeyPath.Join(key.Name, found.Key))
            : (entry, key.Name);
    }

    private IList? BindList(YamlList list, ListShape shape, string path)
    {
        var items = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(shape.ElementType))!;
        var complete = true;
        for (var i = 0; i < list.Items.Count; i++)
        {
            if (TryBind(list.Items[i], shape.Element, KeyPath.Join(path, i), fallback: null, out var item))
            {
                items.Add(item);
            }
            else
            {
                complete = false;
            }
        }

        if (list.Items.Count < shape.MinimumCount)
        {
            problems.Add(list.At.Problem(path, $"expected {shape.Expected}, found {(list.Items.Count == 0 ? "none" : $"only {list.Items.Count}")}"));
            return null;
        }

        return complete ? items : null;
    }

    private IList? BindMap(YamlMap map, MapShape shape, string path)
    {
        var entries = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(shape.EntryType))!;
        var complete = true;
        foreach (var entry in map.Entries)
        {
            if (TryBind(entry.Value, shape.Element, $"{path}['{Quoted.Bare(entry.Key)}']", fallback: null, out var value))
            {
                var keyed = Activator.CreateInstance(shape.EntryType, entry.Key, value)!;
                shape.EntryType.GetProperty(nameof(KeyedValue<>.At), BindingFlags.Instance | BindingFlags.NonPublic)?.SetValue(keyed, entry.KeyAt);
                entries.Add(keyed);
            }
            else
            {
                complete = false;
            }
        }

        if (map.Entries.Count < shape.MinimumCount)
        {
            problems.Add(map.At.Problem(path, $"expected {shape.Expected}, found {(map.Entries.Count == 0 ? "none" : $"only {map.Entries.Count}")}"));
            return null;
        }

        return complete ? entries : null;
    }
}
