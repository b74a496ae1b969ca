using System.Text.Json;
using FFF.Tests;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Commands without --run: they take the newest finished run that they fit, and say so.</summary>
public sealed class NewestRunTests(TrainedRuns runs)
{
    private const string Table = """
        name: hours
        data: { kind: table, path: hours.csv, condition_columns: [hour] }
        method: { flow: { network: { kind: dense, widths: [8] } } }
        training: { epochs: 1, batch_size: 16, threads: 1 }
        evaluate: []
        """;

    [Fact]
    public void SamplingTakesTheNewestRunASensibleNumberAndTheFirstObservation()
    {
        using var place = runs.Copy();
        Age(place, "moons", days: 1);
        var posterior = place.Run("sample");
        Assert.True(posterior.Code == 0, posterior.Error);
        Assert.Equal("Takes posterior/v0001, the newest finished run, checkpoint best, 10,000 samples, observation 1.", posterior.Error.TrimEnd());
        Assert.Equal("runs/posterior/v0001/samples/observation-1_n10000_seed0.npy", posterior.LastLine);
        var asked = place.Run("sample", "--run", "posterior", "--observation", "1", "-n", "10000", "--out", "asked.npy");
        Assert.Equal("", asked.Error);
        Assert.Equal(File.ReadAllBytes(place["asked.npy"]), File.ReadAllBytes(place[posterior.LastLine]));

        Age(place, "posterior", days: 2);
        var moons = place.Run("sample", "-n", "20", "--json");
        Assert.Equal("Takes moons/v0001, the newest finished run, checkpoint best, 20 samples.", moons.Error.TrimEnd());
        Assert.Equal("moons/v0001", JsonDocument.Parse(moons.Out).RootElement.GetProperty("run").GetString());

        // What the other options ask for must fit too.
        Assert.StartsWith("Takes posterior/v0001, the newest finished run on a benchmark task, checkpoint best, 5 samples, observation 2.",
            place.Run("sample", "--observation", "2", "-n", "5").Error, StringComparison.Ordinal);
        Assert.StartsWith("Takes posterior/v0001, the newest finished run on data with conditions",
            place.Run("sample", "--condition", "0.1,-0.2", "-n", "5").Error, StringComparison.Ordinal);
        UsageTests.Refused(place, "none of the 2 finished runs in", "sample", "--atoms", "3");
        UsageTests.Refused(place, "is a run on molecules or particles. Train one with 'fff train --config qm7_small'", "sample", "--out", "a.xyz");
        UsageTests.Refused(place, "is a run on molecules. Train one with 'fff train --config qm7_small'", "sample", "--out", "a.sdf");
    }

    [Fact]
    public void EveryEvaluationTakesTheNewestRunThatItFits()
    {
        LongRun.Only();
        using var place = runs.Copy();
        Age(place, "posterior", days: 1);
        Took(place, "Takes moons/v0001, the newest finished run, checkpoint best, 40 test samples.", "eval-nll");
        Took(place, "Takes posterior/v0001, the newest finished run on a benchmark task, checkpoint best, observation 2, 10,000 samples each.", "eval-c2st",
            "--observations", "2");
        Took(place,
            "Takes posterior/v0001, the newest finished run on data with conditions, and not on molecules, checkpoint best, 20 pairs (simulations), "
                + "20 posterior samples each.",
            "eval-calibration", "--simulations", "20", "--posterior-samples", "20");
        Took(place, "Takes posterior/v0001, the newest finished run on a benchmark task, checkpoint best, 100 samples, observation 1.", "plot",
            "posterior", "-n", "100");
        Assert.True(File.Exists(place["runs/posterior/v0001/plots/posterior_observation-1.png"]));
        Took(place, "Takes moons/v0001, the newest finished run.", "report");
        Assert.True(File.Exists(place["runs/moons/v0001/report.html"]));
        UsageTests.Refused(place, "none of the 2 finished runs in", "eval-boltzmann");
        UsageTests.Refused(place, "is a run on particles with a known energy. Train one with 'fff train --config dw4_small'", "eval-boltzmann");
        UsageTests.Refused(place, "is a run on molecules. Train one with 'fff train --config qm7_small'", "eval-molecules");

        // A run that is named is nothing to tell about.
        Assert.DoesNotContain("Takes", place.Run("eval-nll", "--run", "moons").Error, StringComparison.Ordinal);
        Assert.Equal("", place.Run("sample", "--run", "moons", "-n", "5").Error);
        Assert.Equal("Takes moons/v0001, checkpoint last, 10,000 samples.", place.Run("sample", "--run", "moons", "--checkpoint", "last").Error.TrimEnd());
    }

    [Fact]
    public void ARunThatHasNotFinishedIsNotTakenButTold()
    {
        using var place = runs.Copy();
        Replace(place, "posterior", "\"finished\"", "\"interrupted\"");
        UsageTests.Refused(place, "none of the 1 finished runs", "eval-c2st");
        UsageTests.Refused(place, "posterior/v0001 has not finished: go on with 'fff train --resume runs/posterior/v0001'", "eval-c2st");
        Assert.StartsWith("Takes moons/v0001", place.Run("sample", "-n", "5").Error, StringComparison.Ordinal);
        Replace(place, "moons", "\"finished\"", "\"failed\"");
        UsageTests.Refused(place, "there is no finished run in", "sample");
        File.WriteAllText(place["runs/moons/v0001/config.yaml"], "no: experiment");
        File.WriteAllText(place["runs/posterior/v0001/manifest.json"], "{");
        UsageTests.Refused(place, "there is no finished run in", "sample");
    }

    [Fact]
    public void ARunWithConditionsButNoObservationsSaysWhatItNeeds()
    {
        using var place = new Workplace();
        place.Write("hours.yaml", Table);
        place.Write("hours.csv", "hour,x\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{i % 5},{i * 7 % 11}\n")));
        Assert.Equal(0, place.Run("train", "--config", "hours.yaml").Code);
        var refused = place.Run("sample");
        Assert.Equal(2, refused.Code);
        Assert.Contains("the run hours/v0001 was trained with conditions: give 1 number (hour)", refused.Error, StringComparison.Ordinal);
        var command = refused.Error.TrimEnd().Split('\n')[^1].Trim();
        Assert.StartsWith("fff sample --run runs/hours/v0001 --condition ", command, StringComparison.Ordinal);
        var drawn = place.Run(command.Split(' ')[1..]);
        Assert.True(drawn.Code == 0, drawn.Error);
        UsageTests.Refused(place, "fff plot posterior --run runs/hours/v0001 --condition ", "plot", "posterior", "--run", "hours");

        // A file of conditions has one for each sample.
        place.Write("conditions.csv", "hour\n1\n2\n3\n");
        var each = place.Run("sample", "--condition", "conditions.csv", "--out", "each.csv");
        Assert.Equal("Takes hours/v0001, the newest finished run on data with conditions, checkpoint best, 3 samples.", each.Error.TrimEnd());
        Assert.Equal(4, File.ReadAllLines(place["each.csv"]).Length);
    }

    private static void Took(Workplace place, string note, params string[] args)
    {
        var outcome = place.Run(args);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal(note, outcome.Error.Split('\n')[0]);
    }

    /// <summary>Lets a run have started so many days earlier.</summary>
    private static void Age(Workplace place, string name, int days)
    {
        var file = place[$"runs/{name}/v0001/manifest.json"];
        var manifest = Runs.Manifest.Read(file);
        (manifest with { Started = manifest.Started.AddDays(-days) }).Write(file);
    }

    private static void Replace(Workplace place, string name, string from, string to)
    {
        var file = place[$"runs/{name}/v0001/manifest.json"];
        File.WriteAllText(file, File.ReadAllText(file).Replace(from, to, StringComparison.Ordinal));
    }
}
