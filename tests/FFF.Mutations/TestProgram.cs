using System.Text.RegularExpressions;

namespace FFF.Mutations;

/// <summary>The compiled tests, in a folder with changed libraries.</summary>
/// <param name="folder">The folder.</param>
internal sealed partial class TestProgram(string folder)
{
    private readonly string _program = Path.Combine(folder, OperatingSystem.IsWindows() ? "FFF.Tests.exe" : "FFF.Tests");

    /// <summary>The names of all test classes.</summary>
    public string[] Classes() => Mutations.Run.Capture(_program, folder, "-list", "classes").Split('\n', StringSplitOptions.TrimEntries)
        .Where(line => line.StartsWith("FFF.", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToArray();

    /// <summary>Runs classes up to the first failure.</summary>
    /// <param name="classes">Their names.</param>
    /// <param name="limit">The time after which they are killed.</param>
    /// <param name="mutant">The number of the change that is switched on; negative for none.</param>
    /// <param name="reached">The folder that takes the numbers of the changes that are asked for; null if they are not recorded.</param>
    public Run Run(IEnumerable<string> classes, TimeSpan limit, int mutant = -1, string? reached = null)
    {
        var place = Directory.CreateTempSubdirectory("fff-mutant-");
        try
        {
            return Mutations.Run.Of(_program, folder, [.. classes.SelectMany(name => new[] { "-class", name }), "-stopOnFail", "-noLogo", "-noColor"],
                new()
                {
                    ["FFF_MUTANT"] = $"{mutant}",
                    ["FFF_MUTANTS_REACHED"] = reached ?? "",
                    ["TMPDIR"] = place.FullName,
                    ["DOTNET_TieredPGO"] = "0",
                    ["OMP_NUM_THREADS"] = "1",
                },
                limit);
        }
        finally
        {
            Remove(place);
        }
    }

    private static void Remove(DirectoryInfo place)
    {
        try
        {
            place.Delete(recursive: true);
        }
        catch (IOException)
        {
            // A process that a killed test had started may still write there.
        }
    }

    /// <summary>Which test failed first, or how the process ended otherwise.</summary>
    public static string Failure(Run run) => run.Reason.Length > 0 ? run.Reason : Failed().Match(run.Output) is { Success: true } match
        ? match.Groups[1].Value : $"exit code {run.ExitCode}";

    [GeneratedRegex(@"^\s*(\S[^\n]*) \[FAIL\]", RegexOptions.Multiline)]
    private static partial Regex Failed();
}
