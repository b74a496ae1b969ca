using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Sbi;
using FFF.Datasets.Toy;
using FFF.Evaluations.Nll;
using FFF.Experiments;
using FFF.Flows;
using FFF.Flows.Splines;
using FFF.Formats;
using FFF.Networks;
using FFF.Runs;
using FFF.Spaces;
using FFF.Tests.Configuration;
using FFF.Training;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Experiments;

public sealed class TrainingRunTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("fff-runs-").FullName;

    private readonly Experiment _experiment = new()
    {
        Name = "small",
        Seed = 3,
        Data = new ToyData { Distribution = ToyDistribution.TwoMoons, Samples = 300, Conditional = true },
        Method = new FreeFormMethod { Flow = new FlowConfig { Network = new DenseOptions { Widths = [8], Identity = true } } },
        Training = new TrainingConfig { Epochs = 4, BatchSize = 32, ValidateEvery = 2, Ema = 0.9, Device = "cpu" },
    };

    private readonly SplineFlowMethod _splineFlow = new() { Transforms = 2, Widths = [8] };

    private readonly FreeFormMethod _ownBeta = new()
    {
        Flow = new FlowConfig { Network = new DenseOptions { Widths = [8], Identity = true } },
        Objective = new ObjectiveConfig { Beta = new AutomaticSetting() },
    };

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void AFinishedRunCanBeLoadedSampledAndEvaluated()
    {
        var (folder, status) = Train(_experiment);
        Assert.Equal(RunStatus.Finished, status);
        var manifest = Manifest.Read(folder.ManifestFile);
        Assert.Equal((RunStatus.Finished, 4, 28L), (manifest.Status, manifest.Epoch, manifest.Step));
        Assert.Equal(4, MetricsReader.Read(folder.MetricsFile).Steps.Count);

        using var run = LoadedRun.Load(folder, "best", CPU);
        Assert.Equal(folder.BestCheckpoint, run.Checkpoint);
        var condition = tensor([1f, 0f]);
        var samples = run.Flow.Sample(100, condition, seed: 1);
        Assert.Equal([100, 2], samples.shape);
        Check.Close(run.Flow.Sample(100, condition, seed: 1), samples, 0);
        Assert.True(Check.Difference(run.Flow.Sample(100, condition, seed: 2), samples) > 0.1);
        var report = NllReport.Of(run.Flow, DatasetFactory.Create(run.Experiment.Data, run.Experiment.Seed));
        Assert.Equal(("test", 30L), (report.Split, report.Samples));
        Assert.True(double.IsFinite(report.Nll));
    }

    /// <summary>β that moved by itself is that of the last epoch; a schedule's is its last, whatever epoch was the best.</summary>
    [Fact]
    public void TheBetaThatTrainingCameToIsThatOfTheLoadedRun()
    {
        var (folder, _) = Train(_experiment with { Method = _ownBeta });
        using var run = LoadedRun.Load(folder, "last", CPU);
        var metrics = MetricsReader.Read(folder.MetricsFile);
        Assert.Equal(metrics.Columns["beta"][^1], run.Beta);
        Assert.All(metrics.Columns["beta"].Zip(metrics.Columns["beta"].Skip(1)), pair => Assert.True(pair.First <= pair.Second));
        Assert.All(metrics.Columns["inverse_error"], error => Assert.InRange(error, 1e-6, 1));

        var (scheduled, _) = Train(_experiment);
        using var other = LoadedRun.Load(scheduled, "best", CPU);
        Assert.Equal(25, other.Beta);
    }

    /// <summary>Validation in training and the evaluation of the loaded run are the same number in the data's own units.</summary>
    [Fact]
    public void TheLoadedRunHasTheLikelihoodThatValidationReported()
    {
        var data = (ToyData)_experiment.Data with { TestFraction = 0 };
        var (folder, _) = Train(_experiment with { Data = data });
        using var run = LoadedRun.Load(folder, "last", CPU);
        var report = NllReport.Of(run.Flow, DatasetFactory.Create(data, _experiment.Seed));
        var metrics = MetricsReader.Read(folder.MetricsFile);
        Assert.Equal("validation", report.Split);
        Assert.Equal(metrics.Columns["val_nll"][^1], report.Nll, 5);
        Assert.Equal(metrics.Columns["val_nll_decoder"][^1], report.NllDecoder, 5);
        Assert.Equal(metrics.Columns["val_reconstruction"][^1], report.Reconstruction, 5);
    }

    /// <summary>A task whose parameters are learnt as logarithms u: −ln p(θ) = −ln p(u) + Σᵢ uᵢ.</summary>
    [Fact]
    public void TheLikelihoodOfPositiveParametersIsInTheirOwnUnits()
    {
        var data = new SbiData { Task = "sir", Simulations = 200 };
        var (folder, _) = Train(_experiment with { Data = data });
        using var run = LoadedRun.Load(folder, "last", CPU);
        var dataset = DatasetFactory.Create(data, _experiment.Seed);
        var report = NllReport.Of(run.Flow, dataset);
        Assert.Equal(MetricsReader.Read(folder.MetricsFile).Columns["val_nll"][^1], report.Nll, 4);

        // −log p(θ) = −log p(ln θ) + Σ ln θ, and that of standardised logarithms z is −log p(z) + Σ ln deviation.
        var (transformed, _) = run.Flow.Transformed(dataset.Validation);
        var ofStandardized = -run.Flow.Flow.LogLikelihood(transformed.Data, transformed.Condition).Encoder.mean().item<double>();
        var logarithms = dataset.Train.Data.to(float64).log();
        var expected = ofStandardized + logarithms.std(0, unbiased: false).log().sum().item<double>()
            + dataset.Validation.Data.to(float64).log().sum(1).mean().item<double>();
        Assert.Equal(expected, report.Nll, 1e-5);
    }

    /// <summary>log p of samples by the decoder equals −½‖z‖² − ½ D log 2π − log|det J|, here by finite differences of the sampler's decoder.</summary>
    [Fact]
    public void SamplesCarryTheirLogDensity()
    {
        var (folder, _) = Train(_experiment);
        using var run = LoadedRun.Load(folder, "best", CPU);
        var condition = tensor([0f, 1f]);
        var (samples, logProb) = run.Flow.SampleWithLogProb(50, condition, seed: 4);
        Check.Close(samples, run.Flow.Sample(50, condition, seed: 4), 1e-6);

        // A flow that starts as the identity and was hardly trained is nearly inverted by its encoder.
        var encoder = run.Flow.LogLikelihood(new Samples(samples, condition.unsqueeze(0).expand(50, 2)));
        Check.Close(logProb, encoder.Encoder, 0.2);
    }

    /// <summary>A spline flow is loaded, sampled and evaluated like any other; what it has no value for stays empty.</summary>
    [Fact]
    public void ASplineFlowRunIsWhole()
    {
        var (folder, status) = Train(_experiment with { Method = _splineFlow });
        Assert.Equal(RunStatus.Finished, status);
        var metrics = MetricsReader.Read(folder.MetricsFile);
        Assert.All(["beta", "reconstruction"], column => Assert.All(metrics.Columns[column], value => Assert.Equal(double.NaN, value)));
        Assert.All(["loss", "latent_nll", "gradient_norm"], column => Assert.All(metrics.Columns[column], value => Assert.True(double.IsFinite(value))));
        Assert.DoesNotContain("NaN", File.ReadAllText(folder.MetricsFile));
        Assert.True(metrics.Columns["val_reconstruction"][^1] < 1e-8);

        var log = File.ReadAllText(folder.LogFile);
        Assert.DoesNotContain("β", log);

        using var run = LoadedRun.Load(folder, "best", CPU);
        var condition = tensor([1f, 0f]);
        var (samples, logProb) = run.Flow.SampleWithLogProb(100, condition, seed: 1);
        Check.Close(run.Flow.Sample(100, condition, seed: 1), samples, 0);
        Check.Close(run.Flow.LogLikelihood(new Samples(samples, condition.unsqueeze(0).expand(100, 2))).Encoder, logProb, 1e-3);
        var report = NllReport.Of(run.Flow, DatasetFactory.Create(run.Experiment.Data, run.Experiment.Seed));
        Assert.Equal(report.NllDecoder, report.Nll, 1e-3);
    }

    [Theory]
    [InlineData(5, false)]
    [InlineData(14, false)]
    [InlineData(9, true)]
    [InlineData(9, false, true)]
    [InlineData(9, false, false, true)]
    public void AnInterruptedRunResumesFromItsFolderWithTheSameBits(int stopAfter, bool splineFlow, bool isFormer = false, bool hasOwnBeta = false)
    {
        var experiment = splineFlow ? _experiment with { Method = _splineFlow }
            : hasOwnBeta ? _experiment with { Method = _ownBeta }
            : _experiment;
        var (expected, _) = Train(experiment);
        using var stop = new CancellationTokenSource();
        var (folder, status) = Train(experiment, stop, stopAfter);
        Assert.Equal(RunStatus.Interrupted, status);
        Assert.Equal(stopAfter, Manifest.Read(folder.ManifestFile).Step);
        if (isFormer)
        {
            File.WriteAllText(folder.ConfigFile, MovedKeysTests.Former(File.ReadAllText(folder.ConfigFile)));
        }

        using (var resumed = new TrainingRun(RunExperiment.Read(folder), new TrainingRunOptions { RunsRoot = _root }))
        {
            Assert.Equal(RunStatus.Finished, resumed.Resume(folder));
        }

        foreach (var file in (Func<RunFolder, string>[])[f => f.LastCheckpoint, f => f.BestCheckpoint])
        {
            var (a, b) = (Safetensors.Read(file(expected)).Tensors, Safetensors.Read(file(folder)).Tensors);
            Assert.Equal(a.Keys.Order(), b.Keys.Order());
            Assert.All(a, t => Check.Close(b[t.Key], t.Value, 0));
        }

        string[] Rows(RunFolder f) => [.. File.ReadLines(f.MetricsFile).Select(WithoutSeconds)];
        Assert.Equal(Rows(expected), Rows(folder));
    }

    /// <summary>
    /// Where nobody says how many threads, a run that goes on has as many as before: with batches of this size, another number of them would
    /// end with other bits on most processors. Afterwards there are as many as there were.
    /// </summary>
    [Fact]
    public void AResumedRunHasTheThreadsOfItsManifest()
    {
        var training = _experiment.Training with { Epochs = 2, BatchSize = 500, Threads = 2 };
        var experiment = _experiment with
        {
            Data = new ToyData { Distribution = ToyDistribution.TwoMoons, Samples = 3000, Conditional = true },
            Method = new FreeFormMethod { Flow = new FlowConfig { Network = new DenseOptions { Widths = [256, 256] } } },
            Training = training,
        };
        var before = get_num_threads();
        try
        {
            var (expected, _) = Train(experiment);
            using var stop = new CancellationTokenSource();
            var (folder, _) = Train(experiment, stop, 3);
            set_num_threads(1);
            using (var resumed = new TrainingRun(experiment with { Training = training with { Threads = null } }, new TrainingRunOptions { RunsRoot = _root }))
            {
                Assert.Equal(RunStatus.Finished, resumed.Resume(folder));
            }

            Assert.Equal((2, 1), (Manifest.Read(folder.ManifestFile).Threads, get_num_threads()));
            Assert.Contains("threads: 2, as before", File.ReadAllText(folder.LogFile), StringComparison.Ordinal);
            var (a, b) = (Safetensors.Read(expected.LastCheckpoint).Tensors, Safetensors.Read(folder.LastCheckpoint).Tensors);
            Assert.All(a, t => Check.Close(b[t.Key], t.Value, 0));
        }
        finally
        {
            set_num_threads(before);
        }
    }

    /// <summary>Beside last and best: the newest two, and every third.</summary>
    [Fact]
    public void OldCheckpointsAreRemovedByTheRule()
    {
        var training = _experiment.Training with { Epochs = 8, ValidateEvery = 1, Checkpoints = new CheckpointsConfig { KeepLast = 2, KeepEvery = 3 } };
        var (folder, _) = Train(_experiment with { Training = training });
        Assert.Equal([3, 6, 7, 8], Kept(folder));
        using var run = LoadedRun.Load(folder, folder.EpochCheckpoint(6), CPU);
        Assert.Equal([5, 2], run.Flow.Sample(5, tensor([1f, 0f]), seed: 1).shape);
    }

    /// <summary>Also where no validation, and so no checkpoint, falls on these epochs.</summary>
    [Fact]
    public void CheckpointsThatStayAreMadeWhereTheRuleSaysSo()
    {
        var training = _experiment.Training with { Epochs = 7, ValidateEvery = 4, Checkpoints = new CheckpointsConfig { KeepEvery = 3 } };
        Assert.Equal([3, 6], Kept(Train(_experiment with { Training = training }).Folder));
        Assert.Empty(Kept(Train(_experiment).Folder));
    }

    private static int[] Kept(RunFolder folder) =>
        [.. Directory.GetFiles(folder.CheckpointFolder, "epoch-*").Select(file => Checkpoint.Load(file).Info.Epoch).Order()];

    [Fact]
    public void AForeignCheckpointIsRefused()
    {
        var (folder, _) = Train(_experiment);
        using var weights = ones(2);
        Safetensors.Write(folder.BestCheckpoint, new Dictionary<string, Tensor> { ["x"] = weights }, new Dictionary<string, string>());
        var error = Assert.Throws<FileReadException>(() => LoadedRun.Load(folder, "best", CPU));
        Assert.Contains(folder.BestCheckpoint, error.Message);
    }

    [Fact]
    public void MoreHutchinsonVectorsThanDimensionsAreRefusedBeforeAnythingIsWritten()
    {
        var experiment = _experiment with { Method = new FreeFormMethod { Objective = new ObjectiveConfig { HutchinsonSamples = 3 } } };
        Assert.Throws<ConfigurationException>(() => Train(experiment));
        Assert.Empty(Directory.GetFileSystemEntries(_root));
    }

    [Fact]
    public void AConditionOfTheWrongSizeIsRefused()
    {
        using var run = new TrainingRun(_experiment, new TrainingRunOptions { RunsRoot = _root });
        Assert.Contains("trained with 2", Assert.Throws<ArgumentException>(() => run.Flow.Sample(5, ones(3), 0)).Message);
        Assert.Contains("a condition of 2 numbers", Assert.Throws<ArgumentException>(() => run.Flow.Sample(5, null, 0)).Message);
        Assert.Contains("4 conditions for 5 samples", Assert.Throws<ArgumentException>(() => run.Flow.Sample(5, ones(4, 2), 0)).Message);
    }

    private (RunFolder Folder, RunStatus Status) Train(Experiment experiment, CancellationTokenSource? stop = null, int stopAfter = 0)
    {
        using var run = new TrainingRun(experiment, new TrainingRunOptions
        {
            RunsRoot = _root,
            Progress = stop is null ? null : new StopAfter(stopAfter, stop),
        });
        return run.Start(stop?.Token ?? default);
    }

    /// <summary>Seconds differ from run to run.</summary>
    private static string WithoutSeconds(string row)
    {
        var cells = row.Split(',');
        cells[2] = "";
        return string.Join(',', cells);
    }
}
