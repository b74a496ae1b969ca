using System.Text.Json;
using FFF.Configuration;
using FFF.Evaluations;
using FFF.Experiments;
using FFF.Native;
using FFF.Options;
using FFF.Runs;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>What others add to the library, from an assembly that sees of it what everybody sees.</summary>
public sealed class ExtensionTests
{
    private const string Config = """
        name: moons
        data: { kind: toy, distribution: two_moons, samples: 200 }
        method: { flow: { network: { kind: dense, widths: [8] } } }
        training: { epochs: 1, batch_size: 64, threads: 1, device: cpu }
        evaluate: [nll, { kind: mine, draws: 7 }]
        """;

    public ExtensionTests() => Kinds.Register(typeof(MedianEvaluation).Assembly);

    [Fact]
    public void An_evaluation_of_ones_own_is_carried_out_kept_shown_and_reported()
    {
        using var place = new Workplace();
        place.Write("mine.yaml", Config);
        var experiment = ExperimentFile.Load([place["mine.yaml"]], []);
        Assert.Equal(new MedianEvaluation { Draws = 7 }, experiment.Evaluate[1]);
        Assert.Contains("draws: 7", ExperimentFile.Write(experiment), StringComparison.Ordinal);

        Libtorch.Load();
        var seen = new Observer();
        using (var run = new TrainingRun(experiment, new TrainingRunOptions { RunsRoot = place["runs"], Observer = seen }))
        {
            Assert.Equal(RunStatus.Finished, run.Start().Status);
        }

        // As fff train and fff report show it: the table, the manifest, the file, the page.
        var table = Assert.IsType<NamedValues>(Assert.Single(seen.Results["mine"].Table.Parts));
        Assert.Equal([("median", "of 7 samples")], table.Rows);
        Assert.Equal(["nll", "mine"], seen.Results.Keys);
        double[] twentieths = [.. Enumerable.Range(1, 20).Select(part => part / 20.0)];
        Assert.Equal([.. twentieths, .. twentieths, 1.0], seen.Progress.Select(progress => progress.Share));
        Assert.Equal(["likelihoods", "encoder's mass"], seen.Progress.SkipLast(1).Select(progress => progress.Details).Distinct());
        Assert.Equal([1.0], seen.Progress.Where(progress => progress.Title == "mine").Select(progress => progress.Share));
        var kept = JsonDocument.Parse(File.ReadAllText(place["runs/moons/v0001/eval/mine.json"])).RootElement;
        Assert.Equal((7, "best"), (kept.GetProperty("draws").GetInt32(), kept.GetProperty("checkpoint").GetString()));
        var manifest = Manifest.Read(place["runs/moons/v0001/manifest.json"]);
        Assert.Equal(kept.GetProperty("median_of_first").GetDouble(), manifest.Results["mine.median"]);
        Assert.Equal("moons/v0001", File.ReadAllText(place["runs/moons/v0001/plots/mine.txt"]));
        Assert.True(File.Exists(place["runs/moons/v0001/plots/samples.png"]));

        var report = place.Run("report", "moons", "--out", "report.html");
        Assert.True(report.Code == 0, report.Error);
        var page = File.ReadAllText(place["report.html"]);
        Assert.Contains("median of first", page, StringComparison.Ordinal);
        Assert.Contains("mine.median", page, StringComparison.Ordinal);

        // The run is done when its evaluations are.
        Assert.Null(EqualRuns.Unfinished(place["runs"], experiment));
        (manifest with { Results = new Dictionary<string, double> { ["nll"] = 1 } }).Write(place["runs/moons/v0001/manifest.json"]);
        Assert.NotNull(EqualRuns.Unfinished(place["runs"], experiment));
    }

    [Fact]
    public void It_has_its_place_in_messages_the_schema_and_the_options_of_its_command()
    {
        using var place = new Workplace();
        place.Write("mine.yaml", Config.Replace("draws: 7", "draws: 0, drws: 1", StringComparison.Ordinal));
        var problems = Assert.Throws<ConfigurationException>(() => ExperimentFile.Load([place["mine.yaml"]], [])).Problems;
        Assert.Equal(["evaluate.1.draws", "evaluate.1.drws"], problems.Select(problem => problem.Key));
        Assert.Contains("calibration, theory, conformations, local-c2st, energies, mine",
            Assert.Throws<ConfigurationException>(() => ExperimentFile.Load([place["mine.yaml"]], ["evaluate=[mien]"])).Message, StringComparison.Ordinal);
        Assert.Contains("\"MedianEvaluation\"", ExperimentSchema.Create(), StringComparison.Ordinal);
        Assert.Contains(ConfigKeys.All, key => key.Path == "evaluate.0.draws");

        var options = RecordOptions.Of(typeof(MedianEvaluation));
        var draws = Assert.Single(options.All);
        Assert.Equal(("--draws", "a whole number from 1 to 1000"), (draws.Name, draws.Expected));
        Assert.Equal(new MedianEvaluation { Draws = 5 }, options.Bind([(draws, draws.Parse("5")!)]));
        Assert.Null(draws.Parse("1001"));
        Assert.Equal("How many samples are drawn. 11 if left out.", options.Describe()[draws]);
    }

    [Fact]
    public void An_evaluation_that_is_stopped_leaves_a_trained_run_without_its_result()
    {
        using var place = new Workplace();
        place.Write("mine.yaml", Config);
        Libtorch.Load();
        using var stop = new CancellationTokenSource();
        using var run = new TrainingRun(ExperimentFile.Load([place["mine.yaml"]], []),
            new TrainingRunOptions { RunsRoot = place["runs"], Observer = new Stopper(stop) });
        Assert.Throws<OperationCanceledException>(() => run.Start(stop.Token));
        var manifest = Manifest.Read(place["runs/moons/v0001/manifest.json"]);
        Assert.Equal(RunStatus.Finished, manifest.Status);
        Assert.True(manifest.Results.ContainsKey("nll"));
        Assert.False(manifest.Results.ContainsKey("mine.median"));
        Assert.False(File.Exists(place["runs/moons/v0001/eval/mine.json"]));
    }

    private sealed class Observer : IRunObserver, IProgress<EvaluationProgress>
    {
        public Dictionary<string, EvaluationResult> Results { get; } = [];

        public List<EvaluationProgress> Progress { get; } = [];

        public EvaluationResult Evaluate(IEvaluation evaluation, Func<IProgress<EvaluationProgress>?, EvaluationResult> work) => work(this);

        public void OnResult(IEvaluation evaluation, EvaluationResult result) => Results.Add(Kinds.NameOf((EvaluationConfig)evaluation), result);

        public void Report(EvaluationProgress value) => Progress.Add(value);
    }

    private sealed class Stopper(CancellationTokenSource stop) : IRunObserver
    {
        public void OnResult(IEvaluation evaluation, EvaluationResult result) => stop.Cancel();
    }
}
