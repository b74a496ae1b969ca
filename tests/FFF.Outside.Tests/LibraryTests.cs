using System.Text.Json;
using FFF.Cli.Tests;
using FFF.Configuration;
using FFF.Experiments;
using FFF.Native;
using FFF.Options;
using FFF.Reports;
using FFF.Runs;
using FFF.Training;
using Xunit;

namespace FFF.Outside.Tests;

/// <summary>A data set, a space, a network, a latent density, a method and an evaluation from outside, each one file with one line that registers it.</summary>
public sealed class LibraryTests
{
    public LibraryTests()
    {
        Libtorch.Load();
        Kinds.Register(typeof(BoxSpace).Assembly);
    }

    [Fact]
    public void An_experiment_of_six_kinds_is_read_and_written()
    {
        using var place = new Workplace();
        var experiment = Read(place);
        Assert.Equal(new BridgeData { Samples = 600, Space = new BoxSpace { Low = -1, High = 3 } }, experiment.Data);
        Assert.Equal(new ExactMethod { Network = new WaveNetwork { Waves = 16 }, Latent = new LaplaceLatent { Scale = 0.7 } }, experiment.Method);
        Assert.Equal(new InsideEvaluation { Draws = 300 }, experiment.Evaluate[1]);
        place.Write("again.yaml", ExperimentFile.Write(experiment));
        Assert.Equal(ExperimentFile.Write(experiment), ExperimentFile.Write(ExperimentFile.Load([place["again.yaml"]], [])));

        string[] wrong = ["data.space.kind=molecules", "method.latent.scale=0", "evaluate.1.drws=3"];
        var problems = Assert.Throws<ConfigurationException>(() => ExperimentFile.Load([place["outside.yaml"]], wrong)).Problems;
        Assert.Equal(["data.space.kind", "method.latent.scale", "evaluate.1.drws"], problems.Select(problem => problem.Key).Distinct());
        Assert.Contains("expected one of outside-box", problems[0].Message, StringComparison.Ordinal);
        var schema = ExperimentSchema.Create();
        Assert.All((string[])["BridgeData", "BoxSpace", "WaveNetwork", "LaplaceLatent", "ExactMethod", "InsideEvaluation"],
            kind => Assert.Contains($"\"{kind}\"", schema, StringComparison.Ordinal));
    }

    /// <summary>TorchSharp's layers draw from the global generator, and leave it as it was.</summary>
    [Fact]
    public void Layers_of_TorchSharp_begin_with_weights_by_the_seed()
    {
        using var place = new Workplace();
        place.Write("ring.yaml", Ring);
        float[] Weights(long seed)
        {
            using var run = new TrainingRun(ExperimentFile.Load([place["ring.yaml"]], [$"seed={seed}"]), new TrainingRunOptions { RunsRoot = place["runs"] });
            return [.. run.Flow.Flow.parameters().SelectMany(weights => weights.data<float>())];
        }

        TorchSharp.torch.manual_seed(5);
        using var expected = TorchSharp.torch.randn(3);
        TorchSharp.torch.manual_seed(5);
        var first = Weights(1);
        using var drawn = TorchSharp.torch.randn(3);
        Assert.Equal(first, Weights(1));
        Assert.NotEqual(first, Weights(2));
        Assert.Equal(expected.data<float>(), drawn.data<float>());
    }

    /// <summary>Names that only the rows know are kept with the run.</summary>
    [Fact]
    public void Conditions_have_the_names_that_the_rows_came_with()
    {
        using var place = new Workplace();
        place.Write("ring.yaml", Ring);
        using (var run = new TrainingRun(ExperimentFile.Load([place["ring.yaml"]], []), new TrainingRunOptions { RunsRoot = place["runs"] }))
        {
            run.Start();
        }

        using var loaded = LoadedRun.Load(RunLocator.Find(place["runs"], "ring"), "last", TorchSharp.torch.CPU);
        Assert.Equal(["radius"], loaded.ConditionColumns);
        var plugin = typeof(BoxSpace).Assembly.Location;
        var sampled = place.Run("sample", "--run", "ring", "--condition", "radius=1.5", "-n", "3", "--plugin", plugin);
        Assert.True(sampled.Code == 0, sampled.Error);
        Assert.Contains("'radius'", place.Run("sample", "--run", "ring", "--condition", "size=1.5", "-n", "3", "--plugin", plugin).Error,
            StringComparison.Ordinal);
    }

    private const string Ring = """
        name: ring
        data: { kind: outside-ring }
        method: { flow: { network: { kind: outside-layers }, embedding: { kind: outside-summary, size: 4 } } }
        training: { epochs: 1, batch_size: 64, threads: 1, device: cpu }
        evaluate: []
        """;

    [Fact]
    public void It_is_trained_evaluated_and_reported()
    {
        using var place = new Workplace();
        var manifest = Train(place, "runs");
        Assert.Equal(["nll", "outside.inside", "outside.mean"], manifest.Results.Keys.Intersect(["nll", "outside.inside", "outside.mean"]));
        Assert.Equal(1, manifest.Results["outside.inside"]);
        Assert.InRange(manifest.Results["outside.mean"], 0.2, 1.8); // the box's middle is 1
        var kept = JsonDocument.Parse(File.ReadAllText(place["runs/outside/v0001/eval/outside-inside.json"])).RootElement;
        Assert.Equal((300, "best"), (kept.GetProperty("draws").GetInt32(), kept.GetProperty("checkpoint").GetString()));
        Assert.True(File.Exists(place["runs/outside/v0001/plots/samples.png"]));

        // Training has learnt something: the density of fresh weights is worse.
        var metrics = MetricsReader.Read(place["runs/outside/v0001/metrics.csv"]).Columns["val_nll"];
        Assert.True(metrics[^1] < metrics[0] - 0.05, string.Join(' ', metrics));

        var page = RunReport.Create([Folder(place, "runs")]);
        Assert.Contains("outside.inside", page, StringComparison.Ordinal);
        Assert.Contains("outside-laplace", page, StringComparison.Ordinal);
        Assert.Contains("mean of first", page, StringComparison.Ordinal);
    }

    /// <summary>The model finds its space again in the checkpoint, and the densities of its samples are those of its data.</summary>
    [Fact]
    public void Its_model_is_loaded_with_its_space_and_gives_the_density_of_what_it_draws()
    {
        using var place = new Workplace();
        Train(place, "runs");
        using var run = LoadedRun.Load(Folder(place, "runs"), "best", TorchSharp.torch.CPU);
        Assert.Equal(new BoxSpace { Low = -1, High = 3 }, run.Flow.Space);
        Assert.Equal(["along", "height"], run.Columns);
        using var scope = TorchSharp.torch.NewDisposeScope();
        var (samples, logProb) = run.Flow.SampleWithLogProb(64, null, seed: 5);
        Assert.True(samples.isfinite().all().item<bool>() && logProb.isfinite().all().item<bool>());
        Assert.True((samples.ge(-1) & samples.le(3)).all().item<bool>());
    }

    [Fact]
    public void A_run_that_was_interrupted_goes_on_to_the_same_bits()
    {
        using var place = new Workplace();
        Train(place, "straight");
        var experiment = Read(place);
        using (var stop = new CancellationTokenSource())
        using (var run = new TrainingRun(experiment, new() { RunsRoot = place["resumed"], Progress = new StopAt(13, stop) }))
        {
            Assert.Equal(RunStatus.Interrupted, run.Start(stop.Token).Status);
        }

        var folder = EqualRuns.Unfinished(place["resumed"], experiment);
        Assert.NotNull(folder);
        Assert.Equal(13, Manifest.Read(folder.ManifestFile).Step);
        using (var run = new TrainingRun(experiment, new() { RunsRoot = place["resumed"] }))
        {
            Assert.Equal(RunStatus.Finished, run.Resume(folder));
        }

        var (expected, found) = (Weights(Folder(place, "straight")), Weights(folder));
        Assert.Equal(expected.Keys, found.Keys);
        Assert.All(expected, weight => Assert.Equal(weight.Value, found[weight.Key]));
        Assert.Equal(Manifest.Read(Folder(place, "straight").ManifestFile).Results, Manifest.Read(folder.ManifestFile).Results);
    }

    private static Experiment Read(Workplace place) => ExperimentFile.Load([place[place.Write("outside.yaml", OutsideExperiment.Text)]], []);

    private static Manifest Train(Workplace place, string runs)
    {
        using var run = new TrainingRun(Read(place), new() { RunsRoot = place[runs] });
        var (folder, status) = run.Start();
        Assert.Equal(RunStatus.Finished, status);
        return Manifest.Read(folder.ManifestFile);
    }

    private static RunFolder Folder(Workplace place, string runs) => RunLocator.Find(place[runs], "outside");

    private static Dictionary<string, double[]> Weights(RunFolder folder)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        return Checkpoint.Load(folder.LastCheckpoint).Weights.ToDictionary(
            weight => weight.Key, weight => weight.Value.to(TorchSharp.torch.float64).data<double>().ToArray());
    }

    private sealed class StopAt(long step, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step == step)
            {
                stop.Cancel();
            }
        }
    }
}
