using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Toy;
using FFF.Evaluations.Nll;
using FFF.Experiments;
using FFF.Flows;
using FFF.Flows.Matching;
using FFF.Formats;
using FFF.Networks;
using FFF.Runs;
using FFF.Training;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Networks.TorchScript;

/// <summary>Runs whose networks are modules of PyTorch's, which go away once the run has begun.</summary>
public sealed class TorchScriptRunTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("fff-torchscript-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void ARunLearnsAndIsUsedWithoutTheFiles()
    {
        var folder = Train(Experiment(), "runs");
        Assert.Equal(2, Directory.GetFiles(folder.FileFolder).Length);
        Assert.Contains("encoder: files/", File.ReadAllText(folder.ConfigFile), StringComparison.Ordinal);
        Assert.DoesNotContain(Path.Combine(_root, "own"), File.ReadAllText(folder.ConfigFile), StringComparison.Ordinal);
        var metrics = MetricsReader.Read(folder.MetricsFile).Columns["val_nll"];
        Assert.True(metrics[^1] < metrics[0] - 0.3, string.Join(' ', metrics));

        // Moved as a whole, with the originals gone.
        Directory.Delete(Path.Combine(_root, "own"), recursive: true);
        Directory.Move(Path.Combine(_root, "runs"), Path.Combine(_root, "moved"));
        folder = RunLocator.Find(Path.Combine(_root, "moved"), "script");
        using var run = LoadedRun.Load(folder, "best", CPU);
        Assert.Contains("encoder.module.net.0.weight", run.Flow.Flow.named_parameters().Select(named => named.name));
        Assert.Equal(Path.Combine(folder.FileFolder, Path.GetFileName(Network(run.Experiment).Encoder)), Network(run.Experiment).Encoder);
        using var scope = NewDisposeScope();
        Assert.Equal([50, 2], run.Flow.Sample(50, null, seed: 1).shape);
        var report = NllReport.Of(run.Flow, DatasetFactory.Create(run.Experiment.Data, run.Experiment.Seed));
        Assert.True(double.IsFinite(report.Nll));

        // And the configuration that it keeps trains again.
        using var again = new TrainingRun(ExperimentFile.Load([folder.ConfigFile], []), new() { RunsRoot = Path.Combine(_root, "again") });
        Assert.Equal(File.ReadAllText(folder.ConfigFile), File.ReadAllText(again.Start().Folder.ConfigFile));
    }

    [Fact]
    public void ARunGoesOnToTheSameBits()
    {
        var experiment = Experiment();
        var expected = Weights(Train(experiment, "straight"));
        using (var stop = new CancellationTokenSource())
        using (var run = new TrainingRun(experiment, new() { RunsRoot = Path.Combine(_root, "resumed"), Progress = new StopAt(13, stop) }))
        {
            Assert.Equal(RunStatus.Interrupted, run.Start(stop.Token).Status);
        }

        // Found by the content of the files, wherever these lie now.
        var other = Directory.CreateDirectory(Path.Combine(_root, "elsewhere")).FullName;
        var network = new TorchScriptOptions { Encoder = Path.Combine(other, "a.pt"), Decoder = Path.Combine(other, "b.pt") };
        File.Move(Network(experiment).Encoder, network.Encoder);
        File.Move(Network(experiment).Decoder!, network.Decoder);
        var folder = EqualRuns.Unfinished(Path.Combine(_root, "resumed"), With(experiment, network));
        Assert.NotNull(folder);
        Assert.Null(EqualRuns.Unfinished(Path.Combine(_root, "resumed"), With(experiment, network with { Encoder = network.Decoder })));
        Assert.Null(EqualRuns.Unfinished(Path.Combine(_root, "resumed"), experiment)); // whose files are not there

        using (var run = new TrainingRun(RunExperiment.Read(folder), new() { RunsRoot = Path.Combine(_root, "resumed") }))
        {
            Assert.Equal(RunStatus.Finished, run.Resume(folder));
        }

        var found = Weights(folder);
        Assert.Equal(expected.Keys, found.Keys);
        Assert.All(expected, weight => Assert.Equal(weight.Value, found[weight.Key]));
    }

    /// <summary>One file of weights, which is no code: the modules stay where they are.</summary>
    [Fact]
    public void AModelThatIsSavedNamesTheFiles()
    {
        var (network, path) = (Network(Experiment()), Path.Combine(_root, "model.safetensors"));
        var data = new double[200, 2];
        var random = new Random(1);
        for (var row = 0; row < 200; row++)
        {
            (data[row, 0], data[row, 1]) = (random.NextDouble(), random.NextDouble());
        }

        using var model = DensityModel.Fit(data, null,
            new() { Method = new FreeFormMethod { Flow = new() { Network = network } }, Training = new() { Epochs = 2 } });
        model.Save(path);
        using var read = DensityModel.Load(path);
        Assert.Equal(model.LogProb(data), read.LogProb(data));

        File.Delete(network.Decoder!);
        var e = Assert.Throws<FileReadException>(() => DensityModel.Load(path));
        Assert.Contains(path, e.Message, StringComparison.Ordinal);
        Assert.Contains(network.Decoder + ": there is no such file", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AVelocityIsAModuleToo()
    {
        var network = new TorchScriptOptions { Encoder = TorchScriptFiles.Made("conditional.pt") };
        var folder = Train(Experiment() with { Name = "velocity", Method = new FlowMatchingMethod { Network = network, TimeFrequencies = 1 } }, "runs");
        using var run = LoadedRun.Load(folder, "best", CPU);
        using var scope = NewDisposeScope();
        Assert.True(run.Flow.Sample(20, null, seed: 1).isfinite().all().item<bool>());
    }

    [Fact]
    public void AConfigurationNamesFilesRelativeToItselfAndHearsOfThoseThatDoNotFit()
    {
        var file = Path.Combine(_root, "script.yaml");
        File.WriteAllText(file, """
            name: script
            data: { kind: toy, distribution: two_moons, samples: 200 }
            method:
              kind: fff
              flow:
                network: { kind: torchscript, encoder: own/encoder.pt, decoder: own/none.pt }
            """);
        Experiment();
        var experiment = ExperimentFile.Load([file], []);
        Assert.Equal(Path.Combine(_root, "own", "encoder.pt"), Network(experiment).Encoder);
        var e = Assert.Throws<ConfigurationException>(() => new TrainingRun(experiment, new() { RunsRoot = _root }));
        var problem = Assert.Single(ExperimentFile.Locate(e, [file], []).Problems);
        Assert.Equal((file, 6), (problem.Source, problem.Line));
        Assert.EndsWith("network.decoder", problem.Key, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(_root, "own", "none.pt") + ": there is no such file", problem.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_root, "script")));
    }

    private static TorchScriptOptions Network(Experiment experiment) => (TorchScriptOptions)FreeForm(experiment).Flow.Network;

    private static Experiment With(Experiment experiment, NetworkConfig network) =>
        experiment with { Method = FreeForm(experiment) with { Flow = FreeForm(experiment).Flow with { Network = network } } };

    private static FreeFormMethod FreeForm(Experiment experiment) => (FreeFormMethod)experiment.Method;

    /// <summary>An experiment with copies of the kept modules in a folder of its own.</summary>
    private Experiment Experiment()
    {
        var own = Directory.CreateDirectory(Path.Combine(_root, "own")).FullName;
        File.Copy(TorchScriptFiles.Encoder, Path.Combine(own, "encoder.pt"), overwrite: true);
        File.Copy(TorchScriptFiles.Decoder, Path.Combine(own, "decoder.pt"), overwrite: true);
        return new()
        {
            Name = "script",
            Seed = 3,
            Data = new ToyData { Distribution = ToyDistribution.TwoMoons, Samples = 300 },
            Method = new FreeFormMethod
            {
                Flow = new() { Network = new TorchScriptOptions { Encoder = Path.Combine(own, "encoder.pt"), Decoder = Path.Combine(own, "decoder.pt") } },
            },
            Training = new TrainingConfig
            {
                Epochs = 6,
                BatchSize = 32,
                ValidateEvery = 1,
                Ema = 0.9,
                Device = "cpu",
                Threads = 1,
                Optimizer = new() { LearningRate = 0.01 },
            },
        };
    }

    private RunFolder Train(Experiment experiment, string runs)
    {
        using var run = new TrainingRun(experiment, new() { RunsRoot = Path.Combine(_root, runs) });
        var (folder, status) = run.Start();
        Assert.Equal(RunStatus.Finished, status);
        return folder;
    }

    private static Dictionary<string, float[]> Weights(RunFolder folder)
    {
        using var scope = NewDisposeScope();
        return Checkpoint.Load(folder.LastCheckpoint).Weights.Where(weight => weight.Value.dtype == float32).ToDictionary(weight => weight.Key,
            weight => weight.Value.data<float>().ToArray());
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
