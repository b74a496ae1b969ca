using System.Text.Json;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Other methods than the free-form flow, by an override of its configuration.</summary>
public sealed class MethodTests
{
    [Fact]
    public void ASplineFlowIsTrainedSampledAndEvaluated()
    {
        using var place = new Workplace();
        place.Write("sbi.yaml", Configs.Sbi);
        string[] method = ["method=spline-flow", "method.transforms=2", "method.widths=[8]"];
        Assert.Contains("method       spline-flow", place.Run(["train", "--config", "sbi.yaml", .. method, "--dry-run"]).Out, StringComparison.Ordinal);

        var training = place.Run(["train", "--config", "sbi.yaml", .. method]);
        Assert.True(training.Code == 0, training.Error);
        Assert.DoesNotContain("β", training.Error, StringComparison.Ordinal);

        Assert.Equal(0, place.Run("sample", "--run", "latest", "-n", "20", "--observation", "1", "--out", "samples.csv").Code);
        Assert.Equal(21, File.ReadAllLines(place["samples.csv"]).Length);

        var nll = JsonDocument.Parse(place.Run("eval-nll", "--run", "latest", "--json").Out).RootElement;
        Assert.Equal(nll.GetProperty("nll").GetDouble(), nll.GetProperty("nll_decoder").GetDouble(), 1e-3);
        Assert.InRange(nll.GetProperty("reconstruction").GetDouble(), 0, 1e-8);

        var shown = place.Run("runs", "show", "latest").Out;
        Assert.Contains("latent_nll", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("beta ", shown.Split("files")[0], StringComparison.Ordinal);
    }
}
