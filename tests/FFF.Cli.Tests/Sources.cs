using Xunit;

namespace FFF.Cli.Tests;

/// <summary>The repository that the tests were built in.</summary>
internal static class Sources
{
    private static readonly DirectoryInfo Output = new(AppContext.BaseDirectory);

    /// <summary>Debug or Release.</summary>
    public static string BuildKind => Output.Parent!.Name;

    /// <summary>The repository; skips the test where it is not there.</summary>
    public static string Root
    {
        get
        {
            var root = Path.GetFullPath(Path.Combine(Output.FullName, "..", "..", "..", "..", ".."));
            Assert.SkipUnless(File.Exists(Path.Combine(root, "FFF.Cli.sln")), "The tests run away from the sources.");
            return root;
        }
    }

    /// <summary>An example's program, which is built with the tests.</summary>
    public static string Example(string name) => Path.Combine(Root, "examples", name, "bin", BuildKind, Output.Name, $"{name}.dll");
}
