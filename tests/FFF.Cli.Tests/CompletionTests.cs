using System.Diagnostics;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Completion, in a real bash.</summary>
public sealed class CompletionTests
{
    public static bool HasBash => !OperatingSystem.IsWindows();

    [Theory(Skip = "There is no bash", SkipUnless = nameof(HasBash))]
    [InlineData("fff tr", "train")]
    [InlineData("fff runs pr", "prune")]
    [InlineData("fff train --conf", "--config")]
    [InlineData("fff train --config sbi/two", "sbi/two_moons")]
    [InlineData("fff train --config qm7_", "qm7_small")]
    [InlineData("fff train --config my", "mypart/far|myown")]
    [InlineData("fff sample --run mo", "moons")]
    [InlineData("fff sample --run moons/", "moons/v0001|moons/v0002")]
    [InlineData("fff runs show --runs elsewhere fa", "far")]
    [InlineData("fff sweep best be", "beta")]
    [InlineData("fff train training.ep", "training.epochs=")]
    [InlineData("fff train objective.be", "objective.beta=|objective.beta.")]
    [InlineData("fff train training.schedule=co", "constant|cosine")]
    [InlineData("fff train data.distribution=sw", "swiss_roll")]
    [InlineData("fff runs list --status f", "failed|finished")]
    [InlineData("/usr/bin/fff completion ba", "bash")]
    public void BashCompletes(string line, string expected)
    {
        using var place = new Workplace();
        foreach (var folder in (string[])["runs/moons/v0001", "runs/moons/v0002", "elsewhere/far/v0001", "runs/beta.sweep"])
        {
            place.Write($"{folder}/manifest.json", "{}");
        }

        place.Write("configs/mypart/far.yaml", "");
        place.Write("configs/myown.yml", "");
        Assert.Equal(expected.Split('|').Order(), Complete(place, line).Order());
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _fff fff")]
    [InlineData("zsh", "compdef _fff fff")]
    [InlineData("powershell", "Register-ArgumentCompleter -Native -CommandName fff")]
    public void EachShellHasAScript(string shell, string expected)
    {
        using var place = new Workplace();
        Assert.Contains(expected, place.Run("completion", shell).Out, StringComparison.Ordinal);
    }

    /// <summary>What bash would offer: calls the function as bash does, with the cursor at the end of the line.</summary>
    private static string[] Complete(Workplace place, string line)
    {
        const string Script = """
            source <(fff completion bash)
            COMP_LINE=$1 COMP_POINT=${#1}
            _fff
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        var start = new ProcessStartInfo("bash", ["--norc", "-c", Script, "bash", line])
        {
            WorkingDirectory = place.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["PATH"] = $"{AppContext.BaseDirectory}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["FFF_LIBTORCH"] = "/nonexistent";
        using var started = new Started(Process.Start(start)!);
        var outcome = started.End();
        Assert.True(outcome.Code == 0 && outcome.Error.Length == 0, outcome.Error);
        return outcome.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
