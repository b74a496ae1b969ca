using System.Text.RegularExpressions;
using Xunit;

namespace FFF.Tests.Native;

/// <summary>
/// A few functions of TorchSharp's native library catch no C++ errors: one within them, such as too little memory, ends the
/// process. The sources use others.
/// </summary>
public sealed partial class UncaughtErrorsTests
{
    [Theory]
    [InlineData("var y = torch.matmul(a, b);")]
    [InlineData("y = a.matmul(b);")]
    [InlineData("autograd.grad([y], [x])")]
    [InlineData("x.cummax(0)")]
    [InlineData("torch.cummin(x, 0)")]
    public void TheirCallsAreRecognised(string line) => Assert.Matches(Calls(), line);

    [Fact]
    public void NoSourceCallsThem()
    {
        var root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "FFF.Cli.sln")))
        {
            root = Path.GetDirectoryName(root);
        }

        Assert.SkipWhen(root is null, "The tests run away from the sources.");
        var sources = Directory.EnumerateFiles(Path.Combine(root!, "src"), "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).ToList();
        Assert.True(sources.Count > 100);
        Assert.Empty(
            from file in sources
            from line in File.ReadLines(file).Index()
            where !line.Item.TrimStart().StartsWith("//", StringComparison.Ordinal) && Calls().IsMatch(line.Item)
            select $"{Path.GetRelativePath(root!, file)}:{line.Index + 1}: {line.Item.Trim()}");
    }

    [GeneratedRegex(@"\b(matmul|cummax|cummin)\s*\(|\bautograd\s*\.\s*grad\s*\(")]
    private static partial Regex Calls();
}
