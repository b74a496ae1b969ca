using System.Text.Json;
using FFF.Tests;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>What a sweep calls the best.</summary>
public sealed class JudgedSweepTests
{
    /// <summary>
    /// The encoder's NLL is lowest where β is so small that little is reconstructed: that trial is marked, and is not the best.
    /// </summary>
    [Fact]
    public void ATrialWhoseLikelihoodIsSpuriousIsNotTheBest()
    {
        LongRun.Only();
        using var place = new Workplace();
        place.Write("posterior.yaml", """
            name: posterior
            data: { kind: sbi, task: two_moons, simulations: 4000 }
            method: { flow: { network: { kind: dense, widths: [64, 64] } } }
            training: { epochs: 60, batch_size: 128, threads: 1, device: cpu }
            evaluate: [nll]
            """);
        place.Write("sweep.yaml", "name: beta\nconfigs: [posterior.yaml]\nmetric: nll\nsearch: {kind: grid, keys: {objective.beta: [1, 5, 40]}}\n");
        var swept = place.Run("sweep", "--config", "sweep.yaml", "--jobs", "2");
        Assert.True(swept.Code == 0, swept.Error);

        var best = SweepTests.Json(place, "sweep", "best", "beta", "--json").GetProperty("best").EnumerateArray().ToList();
        string Beta(JsonElement trial) => trial.GetProperty("values").GetProperty("objective.beta").GetString()!;
        Assert.Equal("40", Beta(best[0]));
        Assert.Equal("1", Beta(best.MinBy(trial => trial.GetProperty("value").GetDouble())));
        Assert.All(best, trial => Assert.True(trial.GetProperty("judged").GetDouble() >= trial.GetProperty("value").GetDouble()));
        Assert.Contains("spurious", best.Single(trial => Beta(trial) == "1").GetProperty("doubts").GetProperty("nll").GetRawText(), StringComparison.Ordinal);

        var table = place.Run("sweep", "best", "beta").Out;
        Assert.Contains("judged by", table, StringComparison.Ordinal);
        Assert.Contains("?", table, StringComparison.Ordinal);
        var listed = SweepTests.Json(place, "runs", "list", "--sort", "nll", "--json")[0];
        Assert.Equal(best[0].GetProperty("run").GetString(), listed.GetProperty("run").GetString());
        Assert.Contains("nll.judged", place.Run("runs", "list", "--sort", "nll").Out, StringComparison.Ordinal);
        Assert.Contains("nll.judged", place.Run("runs", "compare", "beta-0000", "beta-0002").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void SeedsOfTheSameSettingsAreOneRow()
    {
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        place.Write("sweep.yaml", """
            name: seeds
            configs: [toy.yaml]
            metric: val_nll
            search: {kind: grid, keys: {training.optimizer.learning_rate: [1.0e-6, 5.0e-3], seed: [1, 2, 3]}}
            """);
        Assert.Equal(0, place.Run("sweep", "--config", "sweep.yaml", "--jobs", "2").Code);
        var result = SweepTests.Json(place, "sweep", "best", "seeds", "--json");
        var settings = result.GetProperty("settings").EnumerateArray().ToList();
        Assert.Equal(2, settings.Count);
        foreach (var setting in settings)
        {
            Assert.Equal(3, setting.GetProperty("finished").GetArrayLength());
            var judged = setting.GetProperty("finished").EnumerateArray().Select(number => result.GetProperty("best").EnumerateArray()
                .FirstOrDefault(trial => trial.GetProperty("number").GetInt32() == number.GetInt32()))
                .Where(trial => trial.ValueKind == JsonValueKind.Object).Select(trial => trial.GetProperty("judged").GetDouble()).ToList();
            if (judged.Count == 3)
            {
                Assert.Equal(judged.Average(), setting.GetProperty("mean").GetDouble(), 1e-9);
                var variance = judged.Sum(value => Math.Pow(value - judged.Average(), 2)) / 2;
                Assert.Equal(Math.Sqrt(variance), setting.GetProperty("deviation").GetDouble(), 1e-9);
            }
        }

        Assert.Contains(" ± ", place.Run("sweep", "best", "seeds").Out, StringComparison.Ordinal);
        Assert.Contains(" ± ", place.Run("sweep", "status", "seeds").Out, StringComparison.Ordinal);
    }
}
