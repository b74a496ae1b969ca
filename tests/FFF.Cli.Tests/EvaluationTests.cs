using System.Globalization;
using System.Text.Json;
using FFF.Tests;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Evaluations and benchmarks from the command line.</summary>
public sealed class EvaluationTests(TrainedRuns trained)
{
    [Fact]
    public void TheLikelihoodIsPrintedKeptAndTheSameAsAtTheEndOfTraining()
    {
        using var place = trained.Copy();
        var before = File.ReadAllText(place["runs/moons/v0001/eval/nll.json"]);
        File.Delete(place["runs/moons/v0001/eval/nll.json"]);
        var outcome = place.Run("eval-nll", "--run", "moons", "--json");
        Assert.Equal(0, outcome.Code);
        Assert.Equal(before, outcome.Out);
        Assert.Equal(before, File.ReadAllText(place["runs/moons/v0001/eval/nll.json"]));

        Assert.Equal(0, place.Run("eval-nll", "--run", "posterior", "--samples", "10", "--out", "part.json").Code);
        var part = JsonDocument.Parse(File.ReadAllText(place["part.json"])).RootElement;
        Assert.Equal(10, part.GetProperty("samples").GetInt64());
        Assert.Equal("validation", part.GetProperty("split").GetString());
        Assert.False(File.Exists(place["runs/posterior/v0001/eval/nll.json"]));
    }

    [Fact]
    public void TheTwoSampleTestOfOneObservation()
    {
        using var place = trained.Copy();
        var manifest = File.ReadAllText(place["runs/posterior/v0001/manifest.json"]);
        var outcome = place.Run("eval-c2st", "--run", "posterior", "--observations", "2", "--json");
        Assert.True(outcome.Code == 0, outcome.Error);
        var result = JsonDocument.Parse(outcome.Out).RootElement;
        var observation = Assert.Single(result.GetProperty("observations").EnumerateArray());
        Assert.Equal(2, observation.GetProperty("observation").GetInt32());
        Assert.InRange(observation.GetProperty("accuracy").GetDouble(), 0.8, 1);
        Assert.Equal(10_000, result.GetProperty("samples").GetInt64());
        Assert.Equal(observation.GetProperty("accuracy").GetDouble(), result.GetProperty("mean").GetDouble());
        Assert.Equal(0, result.GetProperty("std").GetDouble());

        // One observation is not the run's result.
        Assert.Equal(outcome.Out, File.ReadAllText(place["runs/posterior/v0001/eval/c2st.observations-2.json"]));
        Assert.Equal(manifest, File.ReadAllText(place["runs/posterior/v0001/manifest.json"]));
    }

    /// <summary>Columns by name, of files of any size: what is of one distribution is not told apart.</summary>
    [Fact]
    public void TheTwoSampleTestOfFilesOfOtherOrderAndSize()
    {
        using var place = new Workplace();
        var random = new Random(1);
        string Rows(int count, string header, Func<double, double, string> row) =>
            header + "\n" + string.Concat(
                Enumerable.Range(0, count).Select(_ => FormattableString.Invariant($"{row(random.NextDouble(), 9 + random.NextDouble())}\n")));
        place.Write("many.csv", Rows(2000, "a,b", (a, b) => FormattableString.Invariant($"{a},{b}")));
        place.Write("few.csv", Rows(500, "b,a", (a, b) => FormattableString.Invariant($"{b},{a}")));
        var outcome = place.Run("eval-c2st", "--samples", "many.csv", "--reference", "few.csv", "--json");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Contains("many.csv has 2,000 rows and few.csv 500: 500 are drawn from each by the seed", outcome.Error, StringComparison.Ordinal);
        var result = JsonDocument.Parse(outcome.Out).RootElement;
        Assert.InRange(result.GetProperty("accuracy").GetDouble(), 0.4, 0.6);
        Assert.Equal((2000, 500, 500),
            (result.GetProperty("samples").GetInt64(), result.GetProperty("reference").GetInt64(), result.GetProperty("compared").GetInt64()));
    }

    [Fact]
    public void TheTwoSampleTestOfTwoFiles()
    {
        using var place = new Workplace();
        place.Write("a.csv", Noise(1, 0));
        place.Write("b.csv", Noise(2, 0));
        place.Write("c.csv", Noise(3, 3));
        Assert.InRange(Accuracy("a.csv", "b.csv"), 0.4, 0.6);
        Assert.InRange(Accuracy("c.csv", "b.csv"), 0.9, 1);

        var table = place.Run("eval-c2st", "--samples", "a.csv", "--reference", "b.csv", "--out", "result.json");
        Assert.Contains("C2ST", table.Out, StringComparison.Ordinal);
        Assert.True(JsonDocument.Parse(File.ReadAllText(place["result.json"])).RootElement.GetProperty("seconds").GetDouble() > 0);

        double Accuracy(string samples, string reference)
        {
            var result = JsonDocument.Parse(place.Run("eval-c2st", "--samples", samples, "--reference", reference, "--json").Out).RootElement;
            Assert.Equal(5, result.GetProperty("folds").GetArrayLength());
            Assert.True(result.GetProperty("std").GetDouble() > 0);
            return result.GetProperty("accuracy").GetDouble();
        }
    }

    [Fact]
    public void EvaluationsNamedByTheExperimentRunWhenTrainingEnds()
    {
        using var place = new Workplace();
        place.Write("sbi.yaml", Configs.Sbi + "\nevaluate: [nll, { kind: c2st, observations: \"1\" }]\n");
        var outcome = place.Run("train", "--config", "sbi.yaml", "--json", "training.epochs=1");
        Assert.True(outcome.Code == 0, outcome.Error);
        var results = JsonDocument.Parse(outcome.Out).RootElement.GetProperty("results");
        var kept = JsonDocument.Parse(File.ReadAllText(place["runs/posterior/v0001/eval/c2st.json"])).RootElement;
        Assert.Equal(kept.GetProperty("mean").GetDouble(), results.GetProperty("c2st.mean").GetDouble());
        Assert.True(results.TryGetProperty("nll", out _));
        Assert.Contains("C2ST", place.Run("runs", "list").Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sbi", 4)]
    [InlineData("dw4", 2)]
    [InlineData("qm9", 2)]
    public void TheBenchmarkOfATrainingStepIsOneJSONObject(string workload, int variants)
    {
        LongRun.Only(workload == "qm9");
        using var place = new Workplace();
        var outcome = place.Run("bench", "train-step", "--workload", workload, "--batch", "8", "--steps", "1", "--repeats", "1", "--threads", "1", "--json");
        Assert.True(outcome.Code == 0, outcome.Error);
        var result = JsonDocument.Parse(outcome.Out).RootElement;
        Assert.Equal(workload, result.GetProperty("workload").GetString());
        Assert.Equal("cpu", result.GetProperty("device").GetString());
        Assert.Equal((1, 8), (result.GetProperty("threads").GetInt32(), result.GetProperty("batch").GetInt32()));
        Assert.All(["ms_per_step", "samples_per_second", "roof_fraction"], key => Assert.True(result.GetProperty(key).GetDouble() > 0, key));
        Assert.Equal(variants, result.GetProperty("variants").GetArrayLength());
        var parts = result.GetProperty("parts").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetDouble());
        Assert.Equal(["encoder", "decoder", "backward", "optimizer"], parts.Keys);
        Assert.Equal(result.GetProperty("ms_per_step").GetDouble(), parts.Values.Sum(), 1e-9);
    }

    [Fact]
    public void TheBenchmarkNamesTheWorkloadsItKnows()
    {
        using var place = new Workplace();
        var outcome = place.Run("bench", "train-step", "--workload", "qm99");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("--workload: expected one of sbi, dw4, lj13, lj55, qm9, found 'qm99'.", outcome.Error, StringComparison.Ordinal);
    }

    /// <summary>A table of 300 points of a normal distribution about a centre.</summary>
    private static string Noise(int seed, double centre)
    {
        var random = new Random(seed);
        double Normal() => centre + (Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        return "x,y\n" + string.Concat(Enumerable.Range(0, 300).Select(_ => string.Create(CultureInfo.InvariantCulture, $"{Normal()},{Normal()}\n")));
    }
}
