using System.Text.Json;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Flow matching, by an overlay over a benchmark task's configuration.</summary>
public sealed class FlowMatchingTests
{
    private const string Overlay = """
        method:
          kind: flow-matching
          network: { kind: dense, widths: [32, 32] }
          time_exponent: 1
          tolerance: 1.0e-3
        training: { epochs: 20, optimizer: { learning_rate: 5.0e-3 }, validate_every: 10 }
        """;

    [Fact]
    public void AVelocityIsTrainedSampledAndEvaluated()
    {
        using var place = new Workplace();
        place.Write("sbi.yaml", Configs.Sbi);
        place.Write("matching.yaml", Overlay);
        var training = place.Run("train", "--config", "sbi.yaml", "--config", "matching.yaml", "--json");
        Assert.True(training.Code == 0, training.Error);

        Assert.Equal(0, place.Run("sample", "--run", "latest", "-n", "30", "--observation", "1", "--log-prob", "--out", "first.csv").Code);
        Assert.Equal(0, place.Run("sample", "--run", "latest", "-n", "30", "--observation", "1", "--log-prob", "--out", "again.csv").Code);
        Assert.Equal(31, File.ReadAllLines(place["first.csv"]).Length);
        Assert.Equal(File.ReadAllBytes(place["first.csv"]), File.ReadAllBytes(place["again.csv"]));

        var nll = JsonDocument.Parse(place.Run("eval-nll", "--run", "latest", "--json").Out).RootElement;
        Assert.InRange(nll.GetProperty("nll").GetDouble(), -4, 1.5);
        Assert.Equal(nll.GetProperty("nll").GetDouble(), nll.GetProperty("nll_decoder").GetDouble(), 1e-2);
        Assert.InRange(nll.GetProperty("reconstruction").GetDouble(), 1e-14, 1e-4);

        var c2st = JsonDocument.Parse(place.Run("eval-c2st", "--run", "latest", "--observations", "1", "--json").Out).RootElement;
        Assert.InRange(c2st.GetProperty("mean").GetDouble(), 0.5, 1);
    }

    /// <summary>An equation that cannot be solved is a failure of the run, said in one line.</summary>
    [Fact]
    public void AVelocityThatCannotBeFollowedIsNamed()
    {
        using var place = new Workplace();
        place.Write("sbi.yaml", Configs.Sbi);
        place.Write("matching.yaml", Overlay);
        var training = place.Run("train", "--config", "sbi.yaml", "--config", "matching.yaml", "training.epochs=1", "training.optimizer.learning_rate=1e3",
            "training.schedule=constant");
        Assert.Equal(1, training.Code);
        Assert.Contains("The differential equation cannot be solved", training.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("internal error", training.Error, StringComparison.Ordinal);
    }
}
