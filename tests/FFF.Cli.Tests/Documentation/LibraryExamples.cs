using FFF.Configuration;
using FFF.Datasets.Table;
using FFF.Experiments;
using FFF.Flows;
using FFF.Latents;
using FFF.Native;
using FFF.Networks;
using FFF.Randomness;
using FFF.Runs;
using FFF.Spaces;
using FFF.Training;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Cli.Tests.Documentation;

/// <summary>The C# of README.md and docs, which <see cref="DocumentationTests"/> looks for here word by word. All of it runs.</summary>
public sealed class LibraryExamples
{
    [Fact]
    public void ATableIsFitted()
    {
        using var place = new Workplace();
        File.Copy(Path.Combine(AppContext.BaseDirectory, "configs", "table", "example.csv"), place["mine.csv"]);

        var experiment = new Experiment
        {
            Name = "mine",
            Data = new TableData { Path = place["mine.csv"], ConditionColumns = ["hour"] },
            Method = new FreeFormMethod { Objective = new ObjectiveConfig { Beta = new ScheduledSetting { From = 10, To = 300 } } },
            Training = new TrainingConfig { Epochs = 10 },
        };
        using var training = new TrainingRun(experiment, new TrainingRunOptions { RunsRoot = place["runs"] });
        var (folder, _) = training.Start();

        using var run = LoadedRun.Load(folder, "best", CPU);
        using var noon = tensor([12f]);
        var (rows, logProb) = run.Flow.SampleWithLogProb(1000, noon, seed: 1);
        Console.WriteLine($"{rows[0, 0].item<double>():F1} degrees, a load of {rows[0, 1].item<double>():F1}, log-density {logProb[0].item<double>():F2}");

        Assert.Equal([1000, 2], rows.shape);
        Assert.True(logProb.isfinite().all().item<bool>());
    }

    [Fact]
    public void RowsAreFitted()
    {
        using var place = new Workplace();

        var random = new Random(1);
        var data = new double[1000, 2]; // one row per sample
        for (var row = 0; row < 1000; row++)
        {
            data[row, 0] = random.NextDouble();
            data[row, 1] = (data[row, 0] * data[row, 0]) + (0.1 * random.NextDouble());
        }

        var options = new ModelOptions { Training = new TrainingConfig { Epochs = 5 } };
        using var model = DensityModel.Fit(data, options: options);
        using var samples = model.Sample(1000, null, seed: 1);
        var logProb = model.LogProb(data); // in nats
        model.Save(place["model.safetensors"]);

        Assert.Equal([1000, 2], samples.shape);
        Assert.All(logProb, value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void AnExperimentInAFileIsTrained()
    {
        using var place = new Workplace();
        place.Write("mine.yaml", Configs.Toy);

        using var run = new TrainingRun(ExperimentFile.Load([place["mine.yaml"]], []), new() { RunsRoot = place["runs"] });
        var (folder, status) = run.Start();

        Assert.Equal(RunStatus.Finished, status);
        Assert.True(File.Exists(folder.ManifestFile));
    }

    [Fact]
    public void ARunIsRead()
    {
        using var place = new Workplace();
        place.Write("posterior.yaml", Configs.Sbi);
        Assert.Equal(0, place.Run("train", "--config", "posterior.yaml", "--name", "two_moons").Code);

        var folder = RunLocator.Find(place["runs"], "two_moons");
        using var run = LoadedRun.Load(folder, "best", CPU);
        using var theta = run.Flow.Sample(1000, tensor([0.1f, -0.2f]), seed: 1);

        Assert.Equal([1000, 2], theta.shape);
    }

    [Fact]
    public void ANetworkOfOnesOwnIsTrained()
    {
        Libtorch.Load();
        manual_seed(0);
        nn.Module<Tensor, Tensor> Network() => nn.Sequential(nn.Linear(2, 64), nn.SiLU(), nn.Linear(64, 64), nn.SiLU(), nn.Linear(64, 2));
        using var flow = new FreeFormFlow(new ModuleNetwork(Network()), new ModuleNetwork(Network()), new StandardNormal(), dimension: 2);
        var objective = new Objective(flow, new ObjectiveConfig { Beta = new ScheduledSetting { From = 3, To = 300 } });

        // Data of mean 0 and deviation 1 in each column: the library's Standardizer makes them so.
        using var random = new RandomStream(1);
        using var u = random.Normal([4000, 1]);
        using var data = cat([u, (u.square() - 1 + 0.3 * random.Normal([4000, 1])) / 1.45], 1);

        var config = new TrainingConfig { Epochs = 30, BatchSize = 128, Optimizer = new OptimizerConfig { LearningRate = 5e-3, WeightDecay = 0 } };
        using var trainer = new Trainer(flow, objective, new Samples(data, null), validator: null, config, seed: 0, CPU);
        trainer.Run(new Warnings());

        using var part = data.narrow(0, 0, 500);
        var likelihood = flow.LogLikelihood(part, condition: null);
        Console.WriteLine($"NLL {-likelihood.Encoder.mean().item<double>():F2} by the encoder, {-likelihood.Decoder.mean().item<double>():F2} by the decoder, "
            + $"reconstruction {likelihood.Reconstruction.mean().item<double>():G2}");

        // The data's entropy is 1.26 nats; two independent columns of deviation 1 have at most 2.84.
        Assert.InRange(-likelihood.Encoder.mean().item<double>(), 1.1, 1.9);
        Assert.InRange(likelihood.Reconstruction.mean().item<double>(), 0, 0.01);
    }
}

/// <summary>Takes notice of warnings only.</summary>
internal sealed class Warnings : ITrainingObserver
{
    public void OnStep(in TrainingProgress progress)
    {
    }

    public void OnEpoch(EpochMetrics metrics)
    {
    }

    public void OnCheckpoint(Trainer trainer, bool best)
    {
    }

    public void OnWarning(string message) => Console.Error.WriteLine(message);
}
