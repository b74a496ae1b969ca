using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace FFF.Configuration.Yaml;

/// <summary>
/// Turns YAML text into a tree. Built on parser events, not on the deserialiser: nothing in the text can name a type.
/// Anchors are expanded by sharing nodes, and both the depth and the expanded size of the tree are bounded.
/// </summary>
internal sealed class YamlReader
{
    /// <summary>The greatest depth of mappings and lists within each other.</summary>
    public const int MaximumDepth = 64;

    private const int MaximumNodes = 10_000;
    private const string MergeKey = "<<";
    private const char NoBreak = '\u00a0';

    private readonly YamlSource _source;
    private readonly ICollection<Problem> _problems;
    private readonly Parser _parser;
    private readonly Dictionary<string, (YamlNode Node, int Size)> _anchors = [];
    private int _nodes;

    private YamlReader(YamlSource source, string text, ICollection<Problem> problems)
    {
        _source = source;
        _problems = problems;
        _parser = new Parser(new StringReader(text));
    }

    /// <summary>The text's only document; null if it has none or, after adding a problem, if it cannot be read.</summary>
    /// <param name="source">Where the text came from.</param>
    /// <param name="text">The text.</param>
    /// <param name="path">The path of the key whose value the text is; empty for a whole configuration.</param>
    /// <param name="problems">Takes what is wrong with the text.</param>
    public static YamlNode? Read(YamlSource source, string text, string path, ICollection<Problem> problems)
    {
        if (ControlCharacter(source, text) is { } at)
        {
            problems.Add(at.Problem(path, "expected text, found a control character"));
            return null;
        }

        if (NoBreakSpace(source, text) is { } space)
        {
            problems.Add(space.Problem(path, "expected a usual space, found a no-break space (U+00A0), which YAML takes for a letter; "
                + "it comes of copying from a web page or a document. Type it anew"));
            return null;
        }

        try
        {
            return new YamlReader(source, text, problems).Document(path);
        }
        catch (YamlException error)
        {
            problems.Add(Tab(source, text) is { } tab
                ? tab.Problem(path, "expected spaces before a key, found a tab, which YAML does not allow there")
                : Place(source, error.Start).Problem(path, $"not valid YAML: {error.Message}"));
            return null;
        }
    }

    // The scanner takes NUL for the end of the text and would drop what follows.
    private static Location? ControlCharacter(YamlSource source, string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]) && text[i] is not ('\n' or '\r' or '\t' or '\u0085'))
            {
                var before = text.AsSpan(0, i);
                return new Location(source, before.Count('\n') + 1, i - before.LastIndexOf('\n'));
            }
        }

        return null;
    }

    /// <summary>The first tab before a line's text.</summary>
    private static Location? Tab(YamlSource source, string text)
    {
        foreach (var (number, line) in text.Split('\n').Index())
        {
            if (line.AsSpan(0, line.Length - line.TrimStart().Length).IndexOf('\t') is var at and >= 0 && line.Trim().Length > 0)
            {
                return new Location(source, number + 1, at + 1);
            }
        }

        return null;
    }

    /// <summary>
    /// A no-break space where a space would mean something: before a key, around its colon, or at a line's end. In names and paths it is a letter.
    /// </summary>
    private static Location? NoBreakSpace(YamlSource source, string text)
    {
        foreach (var (number, line) in text.Split('\n').Index())
        {
            for (var at = line.IndexOf(NoBreak); at >= 0; at = line.IndexOf(NoBreak, at + 1))
            {
                var (before, after) = (line[..at].TrimEnd(NoBreak, ' '), line[(at + 1)..].Trim(NoBreak, ' ', '\r'));
                var isQuoted = before.Count(symbol => symbol is '"' or '\'') % 2 == 1 || before.Contains('#', StringComparison.Ordinal);
                if (!isQuoted && (before.Length == 0 || before[^1] is ':' or '-' or ',' or '{' or '[' || after.Length == 0 || after[0] == ':'))
                {
                    return new Location(source, number + 1, at + 1);
                }
            }
        }

        return null;
    }

    private static Location Place(YamlSource source, Mark mark) => new(source, (int)mark.Line, (int)mark.Column);

    private static YamlException Refused(ParsingEvent at, string reason) => new(at.Start, at.End, reason);

    private Location Here() => Place(_source, _parser.Current!.Start);

    /// <summary>Goes on to the next event. On some malformed text the scanner throws what is no YamlException.</summary>
    private void Advance()
    {
        var last = _parser.Current;
        try
        {
            _parser.MoveNext();
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or IndexOutOfRangeException
            or FormatException or OverflowException)
        {
            var place = last?.End ?? Mark.Empty;
            throw new YamlException(place, place, "what follows cannot be read");
        }
    }

    private YamlNode? Document(string path)
    {
        Advance(); // the start of the stream
        Advance();
        if (_parser.Current is StreamEnd)
        {
            return null;
        }

        Advance();
        var root = Node(path, 0);
        Advance(); // the end of the document
        return _parser.Current is StreamEnd ? root : throw Refused(_parser.Current!, "expected one document, found another after it");
    }

    /// <summary>Reads the node at the current event and leaves the parser at the event after it.</summary>
    private YamlNode Node(string path, int depth)
    {
        var first = _parser.Current!;
        if (first is AnchorAlias alias)
        {
            return Shared(alias);
        }

        Count(first, 1);
        if (depth > MaximumDepth)
        {
            throw Refused(first, $"nested more than {MaximumDepth} levels deep");
        }

        if (first is NodeEvent { Tag.IsEmpty: false } tagged)
        {
            _problems.Add(Here().Problem(path, $"expected a value without a tag, found '{Quoted.Bare(tagged.Tag.Value)}'"));
        }

        var before = _nodes - 1;
        YamlNode node = first switch
        {
            Scalar => ReadScalar(),
            SequenceStart => ReadList(path, depth),
            MappingStart => ReadMap(path, depth),
            _ => throw Refused(first, "expected a value"),
        };
        if (first is NodeEvent { Anchor.IsEmpty: false } anchored)
        {
            _anchors[anchored.Anchor.Value] = (node, _nodes - before);
        }

        return node;
    }

    private YamlNode Shared(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out var target))
        {
            throw Refused(alias, $"the alias '*{Quoted.Bare(alias.Value.Value)}' follows no such anchor");
        }

        Count(alias, target.Size);
        Advance();
        return target.Node;
    }

    private void Count(ParsingEvent at, int nodes)
    {
        _nodes += nodes;
        if (_nodes > MaximumNodes)
        {
            throw Refused(at, $"more than {MaximumNodes} values, those that aliases repeat included");
        }
    }

    private YamlScalar ReadScalar()
    {
        var scalar = (Scalar)_parser.Current!;
        var at = Here();
        Advance();
        return new YamlScalar(scalar.Value, scalar.Style == ScalarStyle.Plain, at);
    }

    private YamlList ReadList(string path, int depth)
    {
        var at = Here();
        var items = new List<YamlNode>();
        Advance();
        while (_parser.Current is not SequenceEnd)
        {
            items.Add(Node(KeyPath.Join(path, items.Count), depth + 1));
        }

        Advance();
        return new YamlList(items, at);
    }

    private YamlMap ReadMap(string path, int depth)
    {
        var at = Here();
        var entries = new List<YamlEntry>();
        var first = new Dictionary<string, Location>();
        Advance();
        while (_parser.Current is not MappingEnd)
        {
            var keyAt = Here();
            var start = _parser.Current!;
            if (Node(path, depth + 1) is not YamlScalar { Text: var key })
            {
                throw Refused(start, "expected a key, found a list or a mapping");
            }

            var keyPath = KeyPath.Join(path, Quoted.Bare(key));
            var value = Node(keyPath, depth + 1);
            if (key == MergeKey)
            {
                _problems.Add(keyAt.Problem(keyPath, "merge keys (<<) are not part of YAML 1.2 and are not read; "
                    + "repeat the keys here, use an anchor for each value, or put what is shared into a file of its own and name it by base"));
                continue;
            }

            if (first.TryAdd(key, keyAt))
            {
                entries.Add(new YamlEntry(key, keyAt, value));
            }
            else
            {
                var earlier = _source.IsFile ? $", first on line {first[key].Line}" : "";
                _problems.Add(keyAt.Problem(keyPath, $"the key is given twice{earlier}"));
            }
        }

        Advance();
        return new YamlMap(entries, at);
    }
}
