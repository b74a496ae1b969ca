using System.Runtime.CompilerServices;

namespace FFF.Cli.Tests.Documentation;

/// <summary>A page of the documentation.</summary>
internal sealed class MarkdownPage
{
    /// <summary>The repository's folder.</summary>
    public static string Root { get; } = RootOf();

    private MarkdownPage(string path)
    {
        Path = path;
        var lines = File.ReadAllLines(path);
        LineCount = lines.Length;
        var (prose, blocks) = (new List<string>(), new List<CodeBlock>());
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("```", StringComparison.Ordinal))
            {
                prose.Add(lines[i]);
                continue;
            }

            var language = lines[i][3..].Trim();
            var start = i + 1;
            while (lines[++i] != "```")
            {
            }

            blocks.Add(new(language, lines[start..i], start + 1));
        }

        (Prose, Blocks) = (prose, blocks);
    }

    /// <summary>Its file.</summary>
    public string Path { get; }

    /// <summary>Its path in the repository.</summary>
    public string Name => System.IO.Path.GetRelativePath(Root, Path);

    public int LineCount { get; }

    /// <summary>Its lines without those of code.</summary>
    public IReadOnlyList<string> Prose { get; }

    public IReadOnlyList<CodeBlock> Blocks { get; }

    /// <summary>The anchors of its headings, as GitHub makes them.</summary>
    public IEnumerable<string> Anchors => Prose.Where(line => line.StartsWith('#')).Select(line => Anchor(line.TrimStart('#').Trim()));

    /// <summary>README.md, CONTRIBUTING.md and all of docs.</summary>
    public static IReadOnlyList<MarkdownPage> All() =>
        [.. new[] { "README.md", "CONTRIBUTING.md", "src/FFF/README.md", "src/FFF.Experiments/README.md" }.Select(name => System.IO.Path.Combine(Root, name))
            .Concat(Directory.EnumerateFiles(System.IO.Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            .Select(Read)];

    public static MarkdownPage Read(string path) => new(path);

    private static string Anchor(string heading) =>
        string.Concat(heading.Where(letter => char.IsLetterOrDigit(letter) || letter is ' ' or '_' or '-')).ToLowerInvariant().Replace(' ', '-');

    private static string RootOf([CallerFilePath] string here = "") => System.IO.Path.GetFullPath(System.IO.Path.Combine(here, "../../../.."));
}

/// <summary>A fenced block of code.</summary>
/// <param name="Language">What stands behind the fence.</param>
/// <param name="Lines">Its lines.</param>
/// <param name="Line">The number of the first one in its page.</param>
internal sealed record CodeBlock(string Language, string[] Lines, int Line);
