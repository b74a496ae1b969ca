using System.Text.Json;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>The evaluation theory from the command line.</summary>
public sealed class TheoryTests(TrainedRuns trained)
{
    [Fact]
    public void ItIsPrintedAndKept()
    {
        using var place = trained.Copy();
        var outcome = place.Run("eval-theory", "--run", "moons", "--json");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal(outcome.Out, File.ReadAllText(place["runs/moons/v0001/eval/theory.json"]));
        var result = JsonDocument.Parse(outcome.Out).RootElement;
        double Number(params string[] path) => path.Aggregate(result, (at, key) => at.GetProperty(key)).GetDouble();
        Assert.Equal(("test", 40), (result.GetProperty("split").GetString(), result.GetProperty("samples").GetInt32()));
        var nll = JsonDocument.Parse(place.Run("eval-nll", "--run", "moons", "--json").Out).RootElement;
        Assert.Equal(nll.GetProperty("nll").GetDouble(), Number("nll", "value"), 1e-9);
        Assert.Equal(Number("nll", "value") + (25 * nll.GetProperty("reconstruction").GetDouble()), Number("bound", "value", "value"), 1e-9);
        Assert.Equal(25, Number("bound", "beta"));
        Assert.True(Number("gradient", "relative", "value") > 0);
        Assert.InRange(Number("gradient", "cosine", "value"), -1, 1);
        Assert.True(Number("inverse_error", "smallest_singular_value") <= Number("inverse_error", "largest_singular_value"));
        Assert.Equal("too_small", result.GetProperty("verdict").GetProperty("beta").GetString());
        var results = JsonDocument.Parse(File.ReadAllText(place["runs/moons/v0001/manifest.json"])).RootElement.GetProperty("results");
        Assert.Equal(Number("bound", "value", "value"), results.GetProperty("theory.spread_bound").GetDouble());
        Assert.Contains("Warning: β = 25 is too small, or the training too short", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void TheTableEndsInAVerdictForConditionsToo()
    {
        using var place = trained.Copy();
        var outcome = place.Run("eval-theory", "--run", "posterior", "--gradient-samples", "32", "--injectivity-samples", "10");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Contains("surrogate's gradient", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("of 10 rows have a second point of the same code", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("β = 100 is", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("less than the run's own evaluation", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void OtherMethodsAndFewRowsAreRefused()
    {
        using var place = trained.Copy();
        File.WriteAllText(place["spline.yaml"], """
            name: spline
            data: { kind: toy, distribution: two_moons, samples: 400 }
            method: spline-flow
            evaluate: [theory]
            """);
        UsageTests.Refused(place, "expected the evaluation theory only for the method fff", "train", "--config", "spline.yaml");
        File.WriteAllText(place["few.yaml"], """
            name: few
            data: { kind: toy, distribution: two_moons, samples: 100 }
            evaluate: [theory]
            """);
        UsageTests.Refused(place, "10 samples were held out, but theory needs at least 20", "train", "--config", "few.yaml");
    }
}
