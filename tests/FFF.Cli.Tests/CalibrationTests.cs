using System.Text.Json;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Calibration and pictures of posteriors from the command line.</summary>
public sealed class CalibrationTests(TrainedRuns trained)
{
    private static readonly string[] Small = ["--simulations", "40", "--posterior-samples", "30"];

    private static readonly byte[] PngSignature = [0x89, (byte)'P', (byte)'N', (byte)'G'];

    [Fact]
    public void CalibrationIsPrintedKeptAndDrawn()
    {
        using var place = trained.Copy();
        var own = place.Run(["eval-calibration", "--run", "posterior", "--json", .. Small]);
        Assert.Contains("less than the run's own evaluation", own.Error, StringComparison.Ordinal);
        Assert.Equal(own.Out, File.ReadAllText(place["runs/posterior/v0001/eval/calibration.pairs-40.samples-30.json"]));
        Assert.False(File.Exists(place["runs/posterior/v0001/plots/coverage.png"]));

        Configs.SetOwnEvaluation(place, "posterior", "{kind: calibration, simulations: 40, posterior_samples: 30}");
        var outcome = place.Run(["eval-calibration", "--run", "posterior", "--json", .. Small]);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal(outcome.Out, File.ReadAllText(place["runs/posterior/v0001/eval/calibration.json"]));
        var result = JsonDocument.Parse(outcome.Out).RootElement;
        Assert.Equal(("two_moons", "simulations"), (result.GetProperty("data").GetString(), result.GetProperty("pairs").GetString()));
        Assert.Equal((40, 30), (result.GetProperty("simulations").GetInt32(), result.GetProperty("posterior_samples").GetInt32()));
        Assert.InRange(result.GetProperty("accepted_share").GetDouble(), 0.3, 1);
        Assert.Equal(19, result.GetProperty("levels").GetArrayLength());
        Assert.Equal(19, result.GetProperty("coverage").GetProperty("empirical").GetArrayLength());
        Assert.Equal(19, result.GetProperty("band").GetProperty("upper").GetArrayLength());
        var parameters = result.GetProperty("parameters");
        Assert.Equal(["parameter_1", "parameter_2"], parameters.EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()));
        var ranks = parameters[0].GetProperty("ranks");
        Assert.Equal(40, ranks.GetProperty("histogram").EnumerateArray().Sum(count => count.GetInt64()));
        Assert.InRange(ranks.GetProperty("kolmogorov_smirnov").GetProperty("p_value").GetDouble(), 0, 1);
        Assert.InRange(ranks.GetProperty("chi_square").GetProperty("p_value").GetDouble(), 0, 1);
        var manifest = JsonDocument.Parse(File.ReadAllText(place["runs/posterior/v0001/manifest.json"])).RootElement;
        Assert.Equal(
            result.GetProperty("coverage").GetProperty("mean_difference").GetDouble(),
            manifest.GetProperty("results").GetProperty("calibration.mean_difference").GetDouble());
        Assert.All(["calibration_ranks", "coverage"],
            name => Assert.Equal(PngSignature, File.ReadAllBytes(place[$"runs/posterior/v0001/plots/{name}.png"])[..4]));
    }

    [Fact]
    public void TheTableNamesAllParametersAndAnotherFileLeavesTheRunAlone()
    {
        using var place = trained.Copy();
        var before = place.Entries();
        var manifest = File.ReadAllText(place["runs/posterior/v0001/manifest.json"]);
        var outcome = place.Run(["eval-calibration", "--run", "posterior", "--seed", "4", "--out", "c.json", .. Small]);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Contains("parameter_2", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("verdict", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("40 fresh simulations of two_moons, 30 posterior samples each", outcome.Out, StringComparison.Ordinal);
        Assert.EndsWith("\nc.ranks.png\nc.coverage.png\n", outcome.Out, StringComparison.Ordinal);
        Assert.Equal(["c.coverage.png", "c.json", "c.ranks.png"], place.Entries().Except(before));
        Assert.Equal(manifest, File.ReadAllText(place["runs/posterior/v0001/manifest.json"]));
    }

    [Fact]
    public void ATableWithConditionsIsCheckedOnItsHeldOutRows()
    {
        using var place = new Workplace();
        place.Write("data.csv",
            "a,b,c\n" + string.Concat(Enumerable.Range(0, 200).Select(i => FormattableString.Invariant($"{Math.Sin(i)},{Math.Cos(3.1 * i)},{i % 7}\n"))));
        place.Write("table.yaml", """
            name: mine
            data: { kind: table, path: data.csv, condition_columns: [c], validation_fraction: 0.2, test_fraction: 0 }
            method: { flow: { network: { kind: dense, widths: [8] } } }
            training: { epochs: 1, batch_size: 40, threads: 1 }
            """);
        Assert.Equal(0, place.Run("train", "--config", "table.yaml").Code);
        var outcome = place.Run("eval-calibration", "--run", "mine", "--posterior-samples", "30");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Contains("40 held-out pairs (validation)", outcome.Out, StringComparison.Ordinal);
        Assert.Equal(0, place.Run("plot", "posterior", "--run", "mine", "--condition", "3", "-n", "100").Code);
        Assert.True(File.Exists(place["runs/mine/v0001/plots/posterior_condition-3.png"]));
        UsageTests.Refused(place, "it has no observations", "plot", "posterior", "--run", "mine", "--observation", "1");

        // Held-out pairs that are too few.
        var config = place["runs/mine/v0001/config.yaml"];
        File.WriteAllText(config, File.ReadAllText(config).Replace("validation_fraction: 0.2", "validation_fraction: 0.05", StringComparison.Ordinal));
        UsageTests.Refused(place, "10 pairs were held out for validation, but calibration needs at least 20", "eval-calibration", "--run", "mine");
    }

    [Fact]
    public void WrongUseOfCalibrationIsTold()
    {
        using var place = trained.Copy();
        UsageTests.Refused(place, "have no conditions", "eval-calibration", "--run", "moons");
        UsageTests.Refused(place, "There is no run 'none'", "eval-calibration", "--run", "none");
        UsageTests.Refused(place, "--simulations: expected a whole number from 20 to 100000, found '19'", "eval-calibration", "--run", "posterior",
            "--simulations", "19");
        UsageTests.Refused(place, "--posterior-samples: expected a whole number from 20 to 100000, found 'many'", "eval-calibration", "--run", "posterior",
            "--posterior-samples", "many");
        UsageTests.Refused(place, "there is no folder", "eval-calibration", "--run", "posterior", "--out", "nowhere/c.json");
    }

    [Fact]
    public void APosteriorIsDrawnBesideTheReferenceOrAloneOrFromAFile()
    {
        using var place = trained.Copy();
        var drawn = place.Run("plot", "posterior", "--run", "posterior", "--observation", "3", "-n", "300");
        Assert.True(drawn.Code == 0, drawn.Error);
        Assert.Equal("runs/posterior/v0001/plots/posterior_observation-3.png", drawn.LastLine);
        var picture = File.ReadAllBytes(place[drawn.LastLine]);
        Assert.Equal(PngSignature, picture[..4]);

        // The same samples from a file give the same picture.
        Assert.Equal(0, place.Run("sample", "--run", "posterior", "--observation", "3", "-n", "300", "--out", "s.npy").Code);
        Assert.Equal("mine.png",
            place.Run("plot", "posterior", "--run", "posterior", "--observation", "3", "--samples", "s.npy", "--out", "mine.png").LastLine);
        Assert.Equal(picture, File.ReadAllBytes(place["mine.png"]));

        Assert.Equal("alone.png", place.Run("plot", "posterior", "--run", "posterior", "--condition", "0.1,-0.2", "-n", "300", "--out", "alone.png").LastLine);
        Assert.NotEqual(picture, File.ReadAllBytes(place["alone.png"]));
    }

    [Fact]
    public void WrongUseOfAPosteriorPictureIsTold()
    {
        using var place = trained.Copy();
        place.Write("rows.csv", "data_1,data_2\n0.1,0.2\n0.3,0.4\n");
        place.Write("three.csv", "a,b,c\n1,2,3\n");
        string[] plot = ["plot", "posterior", "--run", "posterior"];
        UsageTests.Refused(place, "either --observation or --condition", [.. plot, "--observation", "1", "--condition", "1,2"]);
        UsageTests.Refused(place, "--observation: expected a whole number from 1 to 10, found '11'", [.. plot, "--observation", "11"]);
        UsageTests.Refused(place, "-n: expected a whole number above 0", [.. plot, "--observation", "1", "-n", "0"]);
        UsageTests.Refused(place, "leave out -n and --seed", [.. plot, "--observation", "1", "-n", "5", "--samples", "rows.csv"]);
        UsageTests.Refused(place, "ends in .png, found 'x.jpg'", [.. plot, "--observation", "1", "--out", "x.jpg"]);
        UsageTests.Refused(place, "has 2 rows", [.. plot, "--condition", "rows.csv"]);
        UsageTests.Refused(place, "The condition has 1 numbers", [.. plot, "--condition", "1"]);
        UsageTests.Refused(place, "three.csv: ", [.. plot, "--observation", "1", "--samples", "three.csv"]);
        UsageTests.Refused(place, "none.npy: there is no such file", [.. plot, "--observation", "1", "--samples", "none.npy"]);
        UsageTests.Refused(place, "There is no run 'none'", "plot", "posterior", "--run", "none", "--observation", "1");
        UsageTests.Refused(place, "it has no posterior", "plot", "posterior", "--run", "moons", "--condition", "1");
        UsageTests.Refused(place, "name a command", "plot");
    }
}
