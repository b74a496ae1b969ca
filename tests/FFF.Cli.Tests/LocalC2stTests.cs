using System.Globalization;
using System.Text.Json;
using FFF.Tests;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Somebody with simulations in files who asks whether the posterior of an observation can be trusted.</summary>
public sealed class LocalC2stTests : IDisposable
{
    /// <summary>A flow that has learnt nothing: its posterior of every observation is about the prior.</summary>
    private const string Untrained = "training.optimizer.learning_rate=1.0e-9";

    private readonly Workplace _place = new();

    /// <summary>a ~ N(0, 1), y = a + ½ ε, and z, which tells nothing.</summary>
    public LocalC2stTests()
    {
        Simulations("theta.csv", "x.csv", 800, seed: 1);
        Simulations("fresh_theta.csv", "fresh_x.csv", 300, seed: 2);
        _place.Write("two.csv", "z,y\n0.3,-1\n-0.2,0.8\n");
        _place.Write("mine.yaml", """
            name: mine
            data: { kind: simulations, parameters: theta.csv, observations: x.csv, test_fraction: 0.25, prior: { a: { normal: [0, 1] } } }
            method: { flow: { network: { kind: residual, blocks: 1, widths: [16], identity: true } } }
            training: { epochs: 1, batch_size: 64, threads: 1, device: cpu, optimizer: { learning_rate: 5.0e-3 } }
            """);
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void AWrongPosteriorIsTestedDrawnAndKept()
    {
        LongRun.Only();
        Done("train", "--config", "mine.yaml", Untrained);
        string[] test = ["eval-local-c2st", "--run", "mine"];
        var outcome = Done([.. test, "--condition", "two.csv", "--nulls", "39"]);
        Assert.Contains("2 of 2 posteriors are not the true one", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("200 held-out pairs (test)", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("a too wide, at least about ", outcome.Out, StringComparison.Ordinal);
        Assert.Matches("a too (low|high) by at least about [0-9.]+ of the flow's deviations", outcome.Out);
        Assert.Matches(@"a factor of at least about (\d\.\d{1,2}|\d{2}(\.\d)?|\d{3}|\d+(,\d{3})+) in the worst of them", outcome.Out);
        var picture = Assert.Single(Directory.GetFiles(_place["runs/mine/v0001/plots"], "local-c2st.condition-two-*.png"));
        Assert.Equal((byte)'P', File.ReadAllBytes(picture)[1]);
        var file = Directory.GetFiles(_place["runs/mine/v0001/eval"], "local-c2st.condition-two-*.json").Single();
        var kept = JsonDocument.Parse(File.ReadAllText(file)).RootElement;
        Assert.Equal([0, 1], kept.GetProperty("observations").EnumerateArray().Select(one => one.GetProperty("observation").GetInt32()));
        var first = kept.GetProperty("observations")[0];
        Assert.Equal((0.025, 0.05), (first.GetProperty("p_value").GetDouble(), first.GetProperty("corrected_p_value").GetDouble()));
        Assert.True(first.GetProperty("statistic").GetDouble() > first.GetProperty("null_quantile").GetDouble());

        // The prior has the deviation 1 and the mean 0, the posterior 0.45 and 0.8 y = −0.8.
        var a = first.GetProperty("parameters")[0];
        Assert.InRange(a.GetProperty("shift").GetDouble(), -1.1, -0.4);
        Assert.InRange(a.GetProperty("spread").GetDouble(), 0.3, 0.85);

        // Fresh simulations in files, one observation as numbers by name, and the same seed gives the same.
        string[] one = [.. test, "--condition", "y=0.8,z=0", "--parameters", "fresh_theta.csv", "--observations", "fresh_x.csv", "--nulls", "19", "--json"];
        var json = JsonDocument.Parse(Done(one).Out).RootElement;
        Assert.Equal(("simulations", 300), (json.GetProperty("pairs").GetString(), json.GetProperty("simulations").GetInt32()));
        Assert.Equal(0.05, json.GetProperty("observations")[0].GetProperty("p_value").GetDouble());
        var again = JsonDocument.Parse(Done([.. one, "--out", "o.json"]).Out).RootElement;
        Assert.Equal(json.GetProperty("observations").GetRawText(), again.GetProperty("observations").GetRawText());
        Assert.True(File.Exists(_place["o.local-c2st.png"]));

        UsageTests.Refused(_place, "the run mine/v0001 has priors in data.prior that are all normal, which have no limits",
            "plot", "pairs", "theta.csv", "--limits-of", "mine");
        UsageTests.Refused(_place, "say for which the posterior is to be tested by --condition", test);
        UsageTests.Refused(_place, "with 19 nulls and 2 observations no p-value could be as low as 0.05: at least 39",
            [.. test, "--condition", "two.csv", "--nulls", "19"]);
        UsageTests.Refused(_place, "'w'", [.. test, "--condition", "y=1,w=2"]);
        UsageTests.Refused(_place, "parameters and observations together", [.. test, "--condition", "two.csv", "--parameters", "fresh_theta.csv"]);
        UsageTests.Refused(_place, "has 300 rows, but at most 100", [.. test, "--condition", "fresh_x.csv"]);
    }

    /// <summary>Files that the run was trained on are refused, under whatever name, before anything is computed; also where an experiment names them.</summary>
    [Fact]
    public void FilesThatTheRunWasTrainedOnAreRefused()
    {
        Done("train", "--config", "mine.yaml");
        File.Copy(_place["theta.csv"], _place["renamed.csv"]);
        foreach (var command in (string[][])[["eval-calibration"], ["eval-local-c2st", "--condition", "two.csv"]])
        {
            void Refused(string file, string parameters, string observations) => UsageTests.Refused(_place, $"{file}: holds what the run is trained on",
                [.. command, "--run", "mine", "--parameters", parameters, "--observations", observations]);
            Refused("renamed.csv", "renamed.csv", "fresh_x.csv");
            Refused("x.csv", "fresh_theta.csv", "x.csv");
        }

        UsageTests.Refused(_place, "or leave the files out: then the rows that were held out are taken", "train", "--config", "mine.yaml",
            "evaluate=[{kind: calibration, parameters: theta.csv, observations: x.csv}]");
    }

    /// <summary>The same rows in files that were written anew are known by their numbers; a few of them are told.</summary>
    [Fact]
    public void RowsThatTheRunWasTrainedOnAreRefused()
    {
        LongRun.Only();
        Done("train", "--config", "mine.yaml");
        void Mixed(int trained, int fresh)
        {
            _place.Write("mixed_theta.csv", Lines("theta.csv", trained, fresh));
            _place.Write("mixed_x.csv", Lines("x.csv", trained, fresh));
        }

        string[] files = ["--parameters", "mixed_theta.csv", "--observations", "mixed_x.csv"];
        Mixed(300, 0);
        foreach (var command in (string[][])[["eval-calibration"], ["eval-local-c2st", "--condition", "two.csv"]])
        {
            UsageTests.Refused(_place, "of 300 given rows (", [.. command, "--run", "mine", .. files]);
        }

        UsageTests.Refused(_place, "are what the run is trained on, number for number", "train", "--config", "mine.yaml",
            "evaluate=[{kind: calibration, parameters: mixed_theta.csv, observations: mixed_x.csv}]");

        Mixed(4, 296);
        string[] small = ["--simulations", "40", "--posterior-samples", "40"];
        var some = Done(["eval-calibration", "--run", "mine", .. files, .. small]);
        Assert.Contains("of 40 given rows (", some.Error, StringComparison.Ordinal);
        Assert.Contains("results on them are better than on new data", some.Error, StringComparison.Ordinal);

        // Fresh ones are none of the training, and are called by their own name.
        string[] fresh = ["--parameters", "fresh_theta.csv", "--observations", "fresh_x.csv"];
        var none = Done(["eval-calibration", "--run", "mine", .. fresh, .. small]);
        Assert.DoesNotContain("given rows", none.Error, StringComparison.Ordinal);
        Assert.Contains($"40 fresh simulations of {_place["fresh_theta.csv"]}", none.Out, StringComparison.Ordinal);

        // The plan of a training tells how many there are.
        Assert.Contains("calibration (300 pairs", Done("train", "--config", "mine.yaml", "--dry-run",
            "evaluate=[{kind: calibration, parameters: fresh_theta.csv, observations: fresh_x.csv}]").Out, StringComparison.Ordinal);
        Assert.Contains("calibration (200 pairs", Done("train", "--config", "mine.yaml", "--dry-run", "evaluate=[calibration]").Out, StringComparison.Ordinal);

        // Where the training rows are gone it cannot be told, and nothing is refused.
        File.Delete(_place["theta.csv"]);
        Assert.Contains("Whether the run was trained on some of the given rows cannot be told",
            Done(["eval-calibration", "--run", "mine", .. fresh, .. small]).Error, StringComparison.Ordinal);
    }

    /// <summary>Training rows and fresh ones in one file, written with other digits.</summary>
    private string Lines(string name, int trained, int fresh) => string.Concat(File.ReadLines(_place[name]).Take(1 + trained)
        .Concat(File.ReadLines(_place[$"fresh_{name}"]).Skip(1).Take(fresh)).Select((line, i) => i == 0 ? line + "\n" : $" {line}\n"));

    [Fact]
    public void AnExperimentEndsWithIt()
    {
        UsageTests.Refused(_place, "expected the evaluation local-c2st with its key condition", "train", "--config", "mine.yaml", "evaluate=[local-c2st]");
        _place.Write("experiments/ended.yaml", File.ReadAllText(_place["mine.yaml"]).Replace("theta.csv", "../theta.csv", StringComparison.Ordinal)
            .Replace("x.csv", "../x.csv", StringComparison.Ordinal) + "\nevaluate: [{ kind: local-c2st, condition: ../two.csv, nulls: 39 }]\n");
        var trained = Done("train", "--config", "experiments/ended.yaml", Untrained);
        Assert.Contains("2 of 2 posteriors are not the true one", trained.Out, StringComparison.Ordinal);
        Assert.True(File.Exists(_place["runs/mine/v0001/eval/local-c2st.json"]));
        var results = JsonDocument.Parse(File.ReadAllText(_place["runs/mine/v0001/manifest.json"])).RootElement.GetProperty("results");
        Assert.Equal(0.05, results.GetProperty("local-c2st.p").GetDouble());

        // Numbers are no path of the configuration's folder.
        var numbers = Done("train", "--config", "experiments/ended.yaml", "evaluate=[{kind: local-c2st, condition: \"0.3,-1\", nulls: 19}]");
        Assert.Contains("observation", numbers.Out, StringComparison.Ordinal);
        Assert.Contains("condition: '0.3,-1'", File.ReadAllText(_place["runs/mine/v0002/config.yaml"]).Replace('"', '\''), StringComparison.Ordinal);
    }

    private Outcome Done(params string[] args)
    {
        var outcome = _place.Run(args);
        Assert.True(outcome.Code == 0, outcome.Error);
        return outcome;
    }

    private void Simulations(string parameters, string observations, int count, int seed)
    {
        var random = new Random(seed);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        var (theta, x) = (new List<string> { "a" }, new List<string> { "z,y" });
        for (var i = 0; i < count; i++)
        {
            var a = Normal();
            theta.Add(a.ToString("R", CultureInfo.InvariantCulture));
            x.Add(FormattableString.Invariant($"{Normal():R},{a + (0.5 * Normal()):R}"));
        }

        _place.Write(parameters, string.Join('\n', theta) + "\n");
        _place.Write(observations, string.Join('\n', x) + "\n");
    }
}
