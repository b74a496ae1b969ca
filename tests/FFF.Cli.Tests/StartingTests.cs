using System.Text.Json;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>What needs no libtorch must not load it; what needs it must say what to do when it is missing.</summary>
public sealed class StartingTests(TrainedRuns trained)
{
    private static readonly (string, string)[] NoLibtorch = [("FFF_LIBTORCH", "/nonexistent")];

    [Theory]
    [InlineData("train")]
    [InlineData("sample")]
    [InlineData("eval-c2st")]
    [InlineData("eval-nll")]
    [InlineData("plot", "c2st")]
    [InlineData("runs", "list")]
    [InlineData("runs", "show")]
    [InlineData("runs", "compare")]
    [InlineData("runs", "prune")]
    [InlineData("sweep")]
    [InlineData("sweep", "status")]
    [InlineData("sweep", "retry")]
    [InlineData("sweep", "best")]
    [InlineData("report")]
    [InlineData("config", "list")]
    [InlineData("config", "show")]
    [InlineData("config", "validate")]
    [InlineData("config", "keys")]
    [InlineData("config", "schema")]
    [InlineData("doctor")]
    [InlineData("bench", "train-step")]
    [InlineData("bench", "c2st")]
    public void EveryCommandHasHelpWithExamples(params string[] command)
    {
        using var place = new Workplace();
        var help = place.Run(NoLibtorch, [.. command, "--help"]);
        Assert.Equal(0, help.Code);
        Assert.Contains($"Examples:\n  ", help.Out, StringComparison.Ordinal);
        Assert.Contains($"fff {string.Join(' ', command)}", help.Out[help.Out.IndexOf("Examples:", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.Empty(help.Error);
    }

    [Fact]
    public void RunsAndConfigurationsAreShownWithoutLibtorch()
    {
        using var place = trained.Copy();
        place.Write("toy.yaml", Configs.Toy);
        foreach (var command in (string[][])
            [
                ["--help"], ["runs", "list"], ["runs", "list", "--json"], ["runs", "show", "moons"], ["runs", "show", "moons", "--json"],
                ["config", "show", "--config", "toy.yaml"], ["config", "validate", "--config", "toy.yaml"], ["config", "schema"],
            ])
        {
            var outcome = place.Run(NoLibtorch, command);
            Assert.True(outcome.Code == 0, $"{string.Join(' ', command)}: {outcome.Error}");
            Assert.NotEmpty(outcome.Out);
        }
    }

    [Fact]
    public void AMissingLibtorchIsOneParagraphThatNamesTheRemedy()
    {
        using var place = trained.Copy();
        var outcome = place.Run(NoLibtorch, ["sample", "--run", "moons", "-n", "5"]);
        Assert.Equal(1, outcome.Code);
        Assert.Contains("FFF_LIBTORCH", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);

        var doctor = place.Run(NoLibtorch, ["doctor"]);
        Assert.Equal(1, doctor.Code);
        Assert.Contains("FFF_LIBTORCH names '/nonexistent'", doctor.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void TheDoctorProvesThatTheMachineComputes()
    {
        using var place = new Workplace();
        var outcome = place.Run([("FFF_MKL", "default")], ["doctor", "--json"]);
        Assert.Equal(0, outcome.Code);
        var found = JsonDocument.Parse(outcome.Out).RootElement;
        Assert.True(found.GetProperty("ok").GetBoolean());
        Assert.False(found.GetProperty("fast_mkl").GetBoolean());
        Assert.True(Directory.Exists(found.GetProperty("libtorch_folder").GetString()));
        Assert.True(found.GetProperty("devices")[0].GetProperty("works").GetBoolean());
        Assert.Contains("All works.", place.Run("doctor").Out, StringComparison.Ordinal);
    }
}
