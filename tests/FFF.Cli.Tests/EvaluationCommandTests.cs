using System.Text.Json;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>What all evaluations have in common: one command, made from the evaluation's options.</summary>
public sealed class EvaluationCommandTests(TrainedRuns trained)
{
    [Theory]
    [InlineData("nll", "--samples")]
    [InlineData("c2st", "--observations", "--samples", "--reference", "--seed")]
    [InlineData("calibration", "--simulations", "--posterior-samples", "--seed")]
    [InlineData("boltzmann", "--samples", "--no-limit", "--chains", "--annealing-steps", "--batch", "--seed")]
    [InlineData("molecules", "-n", "--likelihoods", "--samples", "--reference", "--seed")]
    public void Every_option_is_described(string evaluation, params string[] own)
    {
        using var place = new Workplace();
        var help = place.Run($"eval-{evaluation}", "--help").Out.Split('\n').Select(line => line.Trim()).ToList();
        foreach (var option in (string[])["--run", "--runs", "--checkpoint", "--device", "--out", "--json", .. own])
        {
            var line = Assert.Single(help, line => line.StartsWith(option + " ", StringComparison.Ordinal));
            Assert.Contains("  ", line, StringComparison.Ordinal);
        }

        Assert.Contains(help, line => line == $"fff eval-{evaluation}");
    }

    [Fact]
    public void Another_checkpoint_is_kept_beside_the_runs_own_result()
    {
        using var place = trained.Copy();
        var before = place.Entries();
        var manifest = File.ReadAllText(place["runs/moons/v0001/manifest.json"]);
        Assert.Equal(0, place.Run("eval-nll", "--run", "moons", "--checkpoint", "last").Code);
        Assert.Equal(0, place.Run("eval-c2st", "--run", "posterior", "--checkpoint", "last", "--observations", "3").Code);
        Assert.Equal(0, place.Run("eval-calibration", "--run", "posterior", "--checkpoint", "last", "--simulations", "20", "--posterior-samples", "20").Code);
        Assert.Equal(
            [
                "runs/moons/v0001/eval/nll.last.json", "runs/posterior/v0001/eval/c2st.last.observations-3.json",
                "runs/posterior/v0001/eval/calibration.last.pairs-20.samples-20.json",
                "runs/posterior/v0001/plots/calibration_ranks.last.pairs-20.samples-20.png", "runs/posterior/v0001/plots/coverage.last.pairs-20.samples-20.png",
            ],
            place.Entries().Except(before).Where(entry => File.Exists(place[entry])));
        Assert.Equal(manifest, File.ReadAllText(place["runs/moons/v0001/manifest.json"]));
        UsageTests.Refused(place, "none.safetensors", "eval-nll", "--run", "moons", "--checkpoint", "none.safetensors");
    }

    [Fact]
    public void Calibration_can_be_named_by_an_experiment()
    {
        using var place = new Workplace();
        place.Write("sbi.yaml", Configs.Sbi + "\nevaluate: [{ kind: calibration, simulations: 20, posterior_samples: 20 }]\n");
        var plan = place.Run("train", "--config", "sbi.yaml", "--dry-run");
        Assert.Contains("calibration (20 pairs, 20 posterior samples each)", plan.Out, StringComparison.Ordinal);
        var outcome = place.Run("train", "--config", "sbi.yaml", "training.epochs=1");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Contains("20 fresh simulations of two_moons, 20 posterior samples each", outcome.Out, StringComparison.Ordinal);
        var kept = JsonDocument.Parse(File.ReadAllText(place["runs/posterior/v0001/eval/calibration.json"])).RootElement;
        var manifest = JsonDocument.Parse(File.ReadAllText(place["runs/posterior/v0001/manifest.json"])).RootElement;
        Assert.Equal(
            kept.GetProperty("coverage").GetProperty("mean_difference").GetDouble(),
            manifest.GetProperty("results").GetProperty("calibration.mean_difference").GetDouble());
        Assert.True(File.Exists(place["runs/posterior/v0001/plots/coverage.png"]));
        Assert.Equal("runs/posterior/v0001", outcome.LastLine);

        // The command takes the same options, and finds the same.
        var again = place.Run("eval-calibration", "--simulations", "20", "--posterior-samples", "20", "--json");
        Assert.Equal(kept.GetProperty("coverage").GetRawText(), JsonDocument.Parse(again.Out).RootElement.GetProperty("coverage").GetRawText());

        place.Write("toy.yaml", Configs.Toy.Replace("[nll]", "[calibration]", StringComparison.Ordinal));
        UsageTests.Refused(place, "expected the evaluation calibration only for data with conditions", "train", "--config", "toy.yaml");
    }

    [Theory]
    [InlineData("leave out --observations, which is only for runs", "eval-c2st", "--samples", "a.npy", "--reference", "b.npy", "--observations", "1")]
    [InlineData("leave out --device, which is only for runs", "eval-molecules", "--samples", "qm7", "--device", "cpu")]
    [InlineData("--samples: expected a whole number from 1 to 100000000, found '0'", "eval-nll", "--samples", "0")]
    [InlineData("--observations: expected observations from 1 to 10 such as 1-10 or 1,3,5, found '3-1'.", "eval-c2st", "--observations", "3-1")]
    [InlineData("--chains: leave out --chains and --annealing-steps where", "eval-boltzmann", "--no-limit", "--chains", "5")]
    [InlineData("leave out --chains and --annealing-steps where --log-z is given", "eval-boltzmann", "--log-z", "383.9", "--chains", "5")]
    [InlineData("leave out --log-z where the entropy", "eval-boltzmann", "--no-limit", "--log-z", "383.9")]
    [InlineData("--log-z-error: give --log-z, too, which --log-z-error is the error of", "eval-boltzmann", "--log-z-error", "0.1")]
    [InlineData("Did you mean '--checkpoint'?", "eval-calibration", "--chekpoint", "last")]
    public void Wrong_options_are_told(string message, params string[] args)
    {
        using var place = new Workplace();
        UsageTests.Refused(place, message, args);
    }

    [Fact]
    public void The_same_rules_hold_in_an_experiment()
    {
        using var place = new Workplace();
        place.Write("dw4.yaml", "name: a\ndata: { kind: particles, system: dw4 }\nevaluate: [{ kind: boltzmann, limit: false, chains: 5 }]\n");
        UsageTests.Refused(place, "dw4.yaml:3:45: evaluate.0.chains: leave out chains and annealing_steps where", "config", "validate", "--config", "dw4.yaml");
    }
}
