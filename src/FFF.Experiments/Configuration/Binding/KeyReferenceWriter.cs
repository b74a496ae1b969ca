using System.Collections;
using System.Globalization;
using System.Text;

namespace FFF.Configuration.Binding;

/// <summary>Writes shapes as sections of Markdown, one for each record, in the order in which keys lead to them.</summary>
internal sealed class KeyReferenceWriter
{
    private readonly StringBuilder _page;
    private readonly Documentation _documentation;
    private readonly string _root;
    private readonly Dictionary<Type, string> _headings = [];
    private readonly Queue<(ValueShape Shape, string Path)> _rest = new();

    private KeyReferenceWriter(StringBuilder page, Documentation documentation, string root) => (_page, _documentation, _root) = (page, documentation, root);

    /// <summary>Appends the sections of a record and of all that its keys lead to.</summary>
    /// <param name="page">Takes the text.</param>
    /// <param name="documentation">The meanings.</param>
    /// <param name="record">What a file describes.</param>
    /// <param name="title">The first section's heading.</param>
    public static void Write(StringBuilder page, Documentation documentation, RecordShape record, string title)
    {
        var writer = new KeyReferenceWriter(page, documentation, title);
        writer.Section(title, documentation.Of(record.Type));
        writer.Keys(record, "", hasFiles: true);
        while (writer._rest.TryDequeue(out var next))
        {
            writer.Write(next.Shape, next.Path);
        }
    }

    private void Write(ValueShape shape, string path)
    {
        if (shape is RecordShape record)
        {
            Section(Heading(path), _documentation.Of(record.Type));
            Keys(record, path);
            return;
        }

        var kinds = (KindsShape)shape;
        Section(Heading(path), _documentation.Of(kinds.Type));
        if (kinds.Shorthand is { } brief)
        {
            _page.Append(CultureInfo.InvariantCulture,
                $"{Capital(brief.Key.Value.Expected)} stands for `{{{kinds.Discriminator}: {brief.Kind}, {brief.Key.Name}: …}}`.\n\n");
        }

        foreach (var (name, kind) in kinds.Kinds)
        {
            _page.Append(CultureInfo.InvariantCulture, $"#### {Heading(path)}: `{kinds.Discriminator}: {name}`\n\n{Text(_documentation.Of(kind.Type))}\n\n");
            Keys(kind, path);
        }
    }

    private void Section(string heading, string? text) =>
        _page.Append(CultureInfo.InvariantCulture, $"{(heading == _root ? "##" : "###")} {heading}\n\n{Text(text)}\n\n");

    private void Keys(RecordShape record, string path, bool hasFiles = false)
    {
        if (record.Keys.Count == 0 && !hasFiles)
        {
            return;
        }

        _page.Append("| key | value | default | meaning |\n|---|---|---|---|\n");
        foreach (var files in hasFiles ? FilesKey.All : [])
        {
            Row(files.Name, "a path or a list of them", "none", files.Description);
        }

        var standard = Activator.CreateInstance(record.Type)!;
        foreach (var key in record.Keys)
        {
            var value = Value(key.Value, path.Length == 0 ? key.Name : $"{path}.{key.Name}");
            var fallback = key.IsRequired ? "*required*"
                : key.IsByData ? "*by the data*"
                : key.Property.GetValue(standard) is { } given ? $"`{Literal(given, key.Value)}`"
                : "none";
            Row(key.Name, value, fallback, $"{Text(_documentation.Of(key.Property))}{Choices(key.Value)}");
        }

        _page.Append('\n');
    }

    private void Row(string key, string value, string fallback, string meaning) =>
        _page.Append(CultureInfo.InvariantCulture, $"| `{key}` | {value} | {fallback} | {meaning} |\n");

    /// <summary>What belongs under a key, with a link to its section where it has one.</summary>
    private string Value(ValueShape shape, string path) => shape switch
    {
        KindsShape { Shorthand: { } brief } kinds => $"{brief.Key.Value.Expected}, or a kind of {Link(kinds.Type, kinds, path)}",
        KindsShape kinds => $"a kind of {Link(kinds.Type, kinds, path)}",
        RecordShape { Shorthand: { } brief } record => $"{brief.Value.Expected}, or {Link(record.Type, record, path)}",
        RecordShape record => Link(record.Type, record, path),
        ListShape list => $"a list{AtLeast(list.MinimumCount)}, each {Value(list.Element, path)}",
        MapShape map => $"a mapping{AtLeast(map.MinimumCount)} from {map.Keys}, each to {Value(map.Element, path)}",
        ChoiceShape choice => string.Join(", ", choice.Choices.Select(candidate => $"`{candidate.Name}`")),
        _ => Text(shape.Expected),
    };

    private static string AtLeast(int count) => count > 0 ? $" of at least {count}" : "";

    private string Link(Type type, ValueShape shape, string path)
    {
        if (_headings.TryAdd(type, Heading(path)))
        {
            _rest.Enqueue((shape, path));
        }

        // What GitHub makes of a heading.
        var anchor = string.Concat(_headings[type].Where(letter => char.IsLetterOrDigit(letter) || letter is ' ' or '_' or '-'))
            .ToLowerInvariant().Replace(' ', '-');
        return $"[{_headings[type]}](#{anchor})";
    }

    private string Heading(string path) => _root == "Experiment" ? path : $"{_root}: {path}";

    private string Choices(ValueShape shape)
    {
        var described = (shape as ChoiceShape)?.Choices.Select(choice => (choice.Name, Text: _documentation.Of(choice.Field)))
            .Where(choice => choice.Text is not null);
        return string.Concat(described?.Select(choice => $" `{choice.Name}`: {Text(choice.Text)}") ?? []);
    }

    /// <summary>A default as it would be written: of a record, those keys in which it differs from one that says nothing.</summary>
    internal static string Literal(object value, ValueShape shape) => (shape, value) switch
    {
        (NumberShape, _) => Numbers.Text(value),
        (BooleanShape, _) => (bool)value ? "true" : "false",
        (ChoiceShape choice, _) => choice.Choices.Single(candidate => candidate.Field.GetValue(null)!.Equals(value)).Name,
        (ListShape list, IList items) => $"[{string.Join(", ", items.Cast<object>().Select(item => Literal(item, list.Element)))}]",
        (KindsShape kinds, _) when kinds.Shorthand is { } brief && kinds.NameOf(value.GetType()) == brief.Kind =>
            Literal(brief.Key.Property.GetValue(value)!, brief.Key.Value),
        (KindsShape kinds, _) => Literal(value, kinds.Find(kinds.NameOf(value.GetType()))!, $"{kinds.Discriminator}: {kinds.NameOf(value.GetType())}"),
        (RecordShape record, _) => Literal(value, record, null),
        (MapShape, _) => "{}",
        _ => value.ToString()!,
    };

    private static string Literal(object value, RecordShape record, string? kind)
    {
        var standard = Activator.CreateInstance(record.Type)!;
        var differing = record.Keys
            .Select(key => (key.Name, Mine: Literal(key, value), Standard: Literal(key, standard)))
            .Where(key => key.Mine != key.Standard)
            .Select(key => $"{key.Name}: {key.Mine}");
        return $"{{{string.Join(", ", new[] { kind }.OfType<string>().Concat(differing))}}}";
    }

    private static string Literal(KeyShape key, object record) => key.Property.GetValue(record) is { } value ? Literal(value, key.Value) : "null";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>Plain text for a cell of a table.</summary>
    private static string Text(string? text) => (text ?? "").Replace("<", "&lt;", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal);
}
