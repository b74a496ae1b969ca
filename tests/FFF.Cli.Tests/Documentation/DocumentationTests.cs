using System.Text.RegularExpressions;
using FFF.Configuration;
using Xunit;

namespace FFF.Cli.Tests.Documentation;

/// <summary>What README.md, CONTRIBUTING.md and docs say can be followed: links, commands, configurations and C#.</summary>
public sealed partial class DocumentationTests
{
    public static TheoryData<string> Pages() => [.. MarkdownPage.All().Select(page => page.Name)];

    [Fact]
    public void TheReadmeIsShort() => Assert.InRange(Page("README.md").LineCount, 1, 150);

    [Theory]
    [MemberData(nameof(Pages))]
    public void LinksLeadSomewhere(string name)
    {
        var page = Page(name);
        var broken = page.Prose
            .SelectMany(line => Link().Matches(InlineCode().Replace(line, "")))
            .Select(link => link.Groups[1].Value)
            .Where(target => !target.StartsWith("http", StringComparison.Ordinal) && !Exists(page, target));
        Assert.Empty(broken);
    }

    /// <summary>Every page is reached from the index.</summary>
    [Fact]
    public void TheIndexNamesEveryPage()
    {
        var index = string.Join('\n', Page("docs/README.md").Prose);
        var forgotten = MarkdownPage.All()
            .Where(page => page.Name.StartsWith("docs", StringComparison.Ordinal) && page.Name != Path.Combine("docs", "README.md"))
            .Select(page => Path.GetRelativePath("docs", page.Name).Replace('\\', '/'))
            .Where(page => !index.Contains($"]({page})", StringComparison.Ordinal));
        Assert.Empty(forgotten);
    }

    /// <summary>Commands and their options are those of the reference, which is the program's.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void CommandsExist(string name)
    {
        var reference = Reference();
        var wrong = Page(name).Blocks
            .Where(block => block.Language is "sh" or "powershell" or "console")
            .SelectMany(block => block.Lines)
            .SelectMany(line => Command().Matches(line.Split('#')[0]))
            .Select(command => command.Value.Trim())
            .Where(command => !IsKnown(reference, command.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Empty(wrong);
    }

    /// <summary>Whole experiments and sweeps are valid.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void ConfigurationsAreValid(string name)
    {
        using var place = new Workplace();
        place.Write("base.yaml", Configs.Toy);
        foreach (var block in Page(name).Blocks
            .Where(block => block.Language == "yaml" && block.Lines.Any(line => line.StartsWith("name:", StringComparison.Ordinal))))
        {
            var file = place[place.Write("block.yaml", string.Join('\n', block.Lines))];
            var loaded = block.Lines.Any(line => line.StartsWith("search:", StringComparison.Ordinal))
                ? SweepFile.Load([file], []).Name
                : ExperimentFile.Load([file], []).Name;
            Assert.NotEmpty(loaded);
        }
    }

    /// <summary>C# stands word by word in <see cref="LibraryExamples"/>, which are compiled and run; there folders are those of a test.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void CodeIsThatOfTheExamples(string name)
    {
        var examples = InPlace().Replace(File.ReadAllText(Path.Combine(MarkdownPage.Root, "tests/FFF.Cli.Tests/Documentation/LibraryExamples.cs")), "$1");
        var known = Squeezed(examples.Split('\n'));
        foreach (var block in Page(name).Blocks.Where(block => block.Language == "csharp"))
        {
            // The examples lie within FFF, and need not name it.
            var (usings, code) = (block.Lines.Where(IsUsing).Where(line => line != "using FFF;"), block.Lines.Where(line => !IsUsing(line)));
            Assert.All(usings, line => Assert.Contains(line, examples, StringComparison.Ordinal));
            Assert.Contains(Squeezed(code), known, StringComparison.Ordinal);
        }
    }

    /// <summary>A program, which has its usings, compiles as somebody else's: with nothing but them.</summary>
    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/library.md")]
    [InlineData("docs/tutorials/own-network.md")]
    [InlineData("src/FFF/README.md")]
    [InlineData("src/FFF.Experiments/README.md")]
    public void ProgramsCompile(string name)
    {
        var blocks = Page(name).Blocks.Where(block => block.Language == "csharp").ToList();
        var types = blocks.Where(block => !block.Lines.Any(IsUsing)).SelectMany(block => block.Lines);
        var programs = blocks.Where(block => block.Lines.Any(IsUsing)).ToList();
        Assert.NotEmpty(programs);
        Assert.All(programs, program => Assert.Empty(Compiler.ErrorsOf(string.Join('\n', program.Lines.Concat(types)))));
    }

    /// <summary>Where it differs: <c>fff reference commands --out docs/reference/commands.md</c>, and the same for keys.</summary>
    [Theory]
    [InlineData("commands")]
    [InlineData("keys")]
    public void TheReferenceIsThePrograms(string name)
    {
        using var place = new Workplace();
        var outcome = place.Run("reference", name);
        var kept = File.ReadAllText(Path.Combine(MarkdownPage.Root, "docs", "reference", $"{name}.md"));
        Assert.True(outcome.Out.ReplaceLineEndings("\n") == kept.ReplaceLineEndings("\n"),
            $"docs/reference/{name}.md is not what the program says: write it anew by 'fff reference {name} --out docs/reference/{name}.md'. {outcome.Error}");
    }

    private static MarkdownPage Page(string name) => MarkdownPage.Read(Path.Combine(MarkdownPage.Root, name));

    private static bool Exists(MarkdownPage page, string target)
    {
        var (file, anchor) = target.Split('#') is [var before, var after] ? (before, after) : (target, null);
        var path = file.Length == 0 ? page.Path : Path.GetFullPath(file, Path.GetDirectoryName(page.Path)!);
        return anchor is null ? Path.Exists(path) : File.Exists(path) && MarkdownPage.Read(path).Anchors.Contains(anchor);
    }

    /// <summary>By each command's name its section, from the page of all commands.</summary>
    private static Dictionary<string, string> Reference()
    {
        var sections = new Dictionary<string, string>();
        var name = "";
        foreach (var line in File.ReadLines(Path.Combine(MarkdownPage.Root, "docs", "reference", "commands.md")))
        {
            name = line.StartsWith("##", StringComparison.Ordinal) ? line.TrimStart('#', ' ') : name;
            sections[name] = sections.GetValueOrDefault(name) + line + "\n";
        }

        return sections;
    }

    private static bool IsKnown(Dictionary<string, string> reference, string[] words)
    {
        if (words is ["fff"] or ["fff", "COMMAND" or "--help" or "--version", ..])
        {
            return true;
        }

        var name = Enumerable.Range(2, words.Length - 1).Select(count => string.Join(' ', words.Take(count))).LastOrDefault(reference.ContainsKey);
        return name is not null && words.Where(word => word.StartsWith("--", StringComparison.Ordinal))
            .All(option => option is "--help" or "--plugin" || reference[name].Contains($"`{option}", StringComparison.Ordinal));
    }

    private static bool IsUsing(string line) =>
        line.StartsWith("using ", StringComparison.Ordinal) && line.EndsWith(';') && !line.Contains('=', StringComparison.Ordinal);

    private static string Squeezed(IEnumerable<string> lines) => string.Join('\n', lines.Select(line => line.Trim()).Where(line => line.Length > 0));

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("`[^`]*`")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"(?<![\w/.~\\])fff( [^|&;>]*)?(?=$|[|&;>])")]
    private static partial Regex Command();

    [GeneratedRegex(@"place\[(""[^""]*"")\]")]
    private static partial Regex InPlace();
}
