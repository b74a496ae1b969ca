using System.Text.RegularExpressions;
using Xunit;

namespace FFF.Tests.Native;

/// <summary>What the sources shall not hold, though it compiles.</summary>
public sealed partial class SourceTests
{
    private const int MaxColumns = 160;

    [Theory]
    [InlineData("var y = torch.matmul(a, b);")]
    [InlineData("y = a.matmul(b);")]
    [InlineData("autograd.grad([y], [x])")]
    [InlineData("x.cummax(0)")]
    [InlineData("torch.cummin(x, 0)")]
    public void CallsThatLetErrorsEndTheProcessAreRecognised(string line) => Assert.Matches(Uncaught(), line);

    [Theory]
    [InlineData("var n = randn([3, 4], device: x.device);")]
    [InlineData("torch.rand(3)")]
    [InlineData("randn_like(x)")]
    [InlineData("x.uniform_(0, 1)")]
    [InlineData("new Generator(1, device)")]
    public void DrawsAreRecognised(string line) => Assert.Matches(Draws(), line);

    /// <summary>A few functions of TorchSharp's native library catch no C++ errors: one within them, such as too little memory, ends the process.</summary>
    [Fact]
    public void NoErrorOfLibtorchEndsTheProcess() => Assert.Empty(Lines(Uncaught(), _ => true));

    /// <summary>Random numbers are drawn in one place, on the CPU, and moved there.</summary>
    [Fact]
    public void NumbersAreDrawnInOnePlace() => Assert.Empty(Lines(Draws(), file => Path.GetFileName(file) != "RandomStream.cs"));

    /// <summary>.NET swallows the errors of a flush to the disk.</summary>
    [Fact]
    public void ErrorsOfTheDiskAreHeard()
    {
        Assert.Matches(Unheard(), "file.Flush(flushToDisk: true);");
        Assert.Matches(Unheard(), "file.Flush(true)");
        Assert.Empty(Lines(Unheard(), _ => true));
    }

    /// <summary>Longer lines are cut off beside a diff; the formatter does not wrap them.</summary>
    [Fact]
    public void LinesFitTheColumnsOfTheStyle()
    {
        var root = Root();
        string[] folders = ["src", "tests", "examples", "scripts"];
        var wide = from file in folders.SelectMany(folder => Sources(root, folder))
                   from line in File.ReadLines(file).Index()
                   where line.Item.Length > MaxColumns
                   select $"{Path.GetRelativePath(root, file)}:{line.Index + 1}: {line.Item.Length} columns, of at most {MaxColumns}";
        var found = string.Join('\n', wide);
        Assert.True(found.Length == 0, found);
    }

    /// <summary>The compiler does not look at the order of usings, which moves with each that is added: System first, then by name.</summary>
    [Fact]
    public void UsingsAreInOrder()
    {
        Assert.False(InOrder(["Xunit", "System.Text"]));
        Assert.False(InOrder(["FFF.Spaces", "FFF.Autodiff"]));
        Assert.True(InOrder(["System", "System.Text", "FFF.Autodiff", "FFF.Autodiff.Duals", "Xunit"]));
        var root = Root();
        string[] folders = ["src", "tests", "examples", "scripts"];
        var mixed = from file in folders.SelectMany(folder => Sources(root, folder))
                    let lines = File.ReadLines(file).TakeWhile(line => !line.StartsWith("namespace", StringComparison.Ordinal))
                    where !InOrder([.. lines.Select(line => Using().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value)])
                    select Path.GetRelativePath(root, file);
        Assert.Empty(mixed);
    }

    private static bool InOrder(IReadOnlyList<string> names) =>
        names.SequenceEqual(names.OrderBy(name => name.Split('.')[0] == "System" ? 0 : 1).ThenBy(name => name, StringComparer.OrdinalIgnoreCase));

    private static IEnumerable<string> Lines(Regex calls, Func<string, bool> counts)
    {
        var root = Root();
        var sources = Sources(root, "src").ToList();
        Assert.True(sources.Count > 100);
        return from file in sources
               where counts(file)
               from line in File.ReadLines(file).Index()
               where !line.Item.TrimStart().StartsWith("//", StringComparison.Ordinal) && calls.IsMatch(line.Item)
               select $"{Path.GetRelativePath(root, file)}:{line.Index + 1}: {line.Item.Trim()}";
    }

    private static string Root()
    {
        var root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "FFF.Cli.sln")))
        {
            root = Path.GetDirectoryName(root);
        }

        Assert.SkipWhen(root is null, "The tests run away from the sources.");
        return root!;
    }

    /// <summary>The files that are written by hand: the build's own are in its folders.</summary>
    private static IEnumerable<string> Sources(string root, string folder) =>
        Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"));

    [GeneratedRegex(@"^using ([\w.]+);")]
    private static partial Regex Using();

    [GeneratedRegex(@"\b(matmul|cummax|cummin)\s*\(|\bautograd\s*\.\s*grad\s*\(")]
    private static partial Regex Uncaught();

    [GeneratedRegex(@"\.Flush\s*\(\s*(flushToDisk|true)|\bFlushToDisk\s*\(")]
    private static partial Regex Unheard();

    [GeneratedRegex(@"(?<![\w.]|torch\.)(torch\s*\.\s*)?\b"
        + @"(randn|rand|randint|randperm|multinomial|bernoulli|binomial|poisson|normal|randn_like|rand_like|_standard_gamma)\s*\("
        + @"|\.(uniform_|normal_|bernoulli_|exponential_|random_|multinomial|bernoulli)\s*\(|\bnew\s+(torch\s*\.\s*)?Generator\b")]
    private static partial Regex Draws();
}
