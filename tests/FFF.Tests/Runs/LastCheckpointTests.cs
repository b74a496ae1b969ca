using FFF.Configuration;
using FFF.Datasets.Toy;
using FFF.Experiments;
using FFF.Flows;
using FFF.Formats;
using FFF.Networks;
using FFF.Runs;
using FFF.Tests.Experiments;
using FFF.Tests.Formats;
using FFF.Training;
using Xunit;

namespace FFF.Tests.Runs;

/// <summary>A run goes on from the newest checkpoint that can be read, and to more epochs than it was given.</summary>
public sealed class LastCheckpointTests : IDisposable
{
    private const int StepsPerEpoch = 5;

    private static readonly Experiment Small = new()
    {
        Name = "small",
        Data = new ToyData { Distribution = ToyDistribution.TwoMoons, Samples = 200, TestFraction = 0, ValidationFraction = 0.2 },
        Method = new FreeFormMethod { Flow = new FlowConfig { Network = new DenseOptions { Widths = [8] } } },
        Training = new TrainingConfig { Epochs = 4, BatchSize = 32, ValidateEvery = 1, Device = "cpu", Threads = 1, Schedule = new CosineSchedule() },
    };

    private readonly TemporaryFolder _root = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _root.Dispose();

    public static TheoryData<string> Damages => ["weights", "state", "gone"];

    [Theory]
    [MemberData(nameof(Damages))]
    public void ADamagedNewestCheckpointGivesWayToTheOneBefore(string damage)
    {
        var whole = Trained(Small, null);
        var folder = Trained(Small, 3 * StepsPerEpoch);
        var state = Directory.GetFiles(folder.CheckpointFolder, "last.state.*").MaxBy(File.GetLastWriteTimeUtc)!;
        Assert.Equal(2, Directory.GetFiles(folder.CheckpointFolder, "last.state.*").Length);
        var file = damage == "state" ? state : folder.LastCheckpoint;
        if (damage == "gone")
        {
            File.Delete(file);
        }
        else
        {
            Damage(file);
        }

        using (var resumed = new TrainingRun(RunExperiment.Read(folder), Surroundings(folder)))
        {
            Assert.Equal(RunStatus.Finished, resumed.Resume(folder));
        }

        Assert.Contains(_warnings, warning => warning.Contains("The checkpoint before it is taken, after step", StringComparison.Ordinal));
        Same(whole, folder);
    }

    private static void Damage(string file)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
    }

    [Fact]
    public void WhereBothAreDamagedTheNewestIsNamed()
    {
        var folder = Trained(Small, 3 * StepsPerEpoch);
        foreach (var file in (string[])[folder.LastCheckpoint, Checkpoint.Previous(folder.LastCheckpoint)])
        {
            File.WriteAllText(file, "damaged");
        }

        var error = Assert.Throws<FileReadException>(() => new TrainingRun(RunExperiment.Read(folder), Surroundings(folder)));
        Assert.Equal(folder.LastCheckpoint, error.File);
    }

    /// <summary>Other weights than those that were asked for are never taken without a word.</summary>
    [Fact]
    public void ADamagedBestCheckpointIsToldWithTheOneThatIsWhole()
    {
        var folder = Trained(Small, 3 * StepsPerEpoch);
        Damage(folder.BestCheckpoint);
        var error = Assert.Throws<FileReadException>(() => LoadedRun.Load(folder, "best", TorchSharp.torch.CPU));
        Assert.Equal(folder.BestCheckpoint, error.File);
        Assert.Contains("is damaged", error.Message, StringComparison.Ordinal);
        Assert.Contains($"--checkpoint last takes the weights after step {3 * StepsPerEpoch}.", error.Message, StringComparison.Ordinal);
        LoadedRun.Load(folder, "last", TorchSharp.torch.CPU).Dispose();

        Damage(folder.LastCheckpoint);
        error = Assert.Throws<FileReadException>(() => LoadedRun.Load(folder, "last", TorchSharp.torch.CPU));
        Assert.Contains($"--checkpoint {Checkpoint.Previous(folder.LastCheckpoint)} takes the weights after step", error.Message, StringComparison.Ordinal);

        Damage(Checkpoint.Previous(folder.LastCheckpoint));
        error = Assert.Throws<FileReadException>(() => LoadedRun.Load(folder, "best", TorchSharp.torch.CPU));
        Assert.EndsWith("No other checkpoint of the run can be read: bring the file back from a copy, or train again.", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void LostRowsOfMetricsAreTold()
    {
        var folder = Trained(Small, 3 * StepsPerEpoch);
        File.WriteAllLines(folder.MetricsFile, File.ReadLines(folder.MetricsFile).Take(2).ToList());
        using var resumed = new TrainingRun(RunExperiment.Read(folder), Surroundings(folder));
        resumed.Resume(folder);
        Assert.Contains(_warnings, warning => warning.Contains("lacks 2 rows of 3 epochs", StringComparison.Ordinal));
    }

    /// <summary>With a schedule that does not look at the run's length, as if it had been given them from the start.</summary>
    [Fact]
    public void AFinishedRunGoesOnToMoreEpochs()
    {
        var constant = Small with { Training = Small.Training with { Schedule = new ConstantSchedule() } };
        var whole = Trained(constant with { Training = constant.Training with { Epochs = 6 } }, null);
        var folder = Trained(constant, null);
        var longer = RunExperiment.Read(folder) with { Training = RunExperiment.Read(folder).Training with { Epochs = 6 } };
        using (var resumed = new TrainingRun(longer, Surroundings(folder) with { Extends = true }))
        {
            Assert.Equal(RunStatus.Finished, resumed.Resume(folder));
        }

        var manifest = Manifest.Read(folder.ManifestFile);
        Assert.Equal((RunStatus.Finished, 6), (manifest.Status, manifest.Epoch));
        var extension = Assert.Single(manifest.Extensions!);
        Assert.Equal((4, 4, 6), (extension.Epoch, extension.Before, extension.Epochs));
        Assert.Equal(6, RunExperiment.Read(folder).Training.Epochs);
        Assert.Equal(6, MetricsReader.Read(folder.MetricsFile).Steps.Count);
        Same(whole, folder);
    }

    /// <summary>What ended it early must not end it again at once; a schedule of the run's length goes back to where it then is.</summary>
    [Fact]
    public void ARunThatStoppedEarlyGoesOnAndItsScheduleIsThatOfTheLongerRun()
    {
        var early = Small with { Training = Small.Training with { EarlyStopping = 1, Epochs = 50, Optimizer = new() { LearningRate = 0.5 } } };
        var folder = Trained(early, null);
        var done = Manifest.Read(folder.ManifestFile).Epoch;
        Assert.InRange(done, 1, 49);
        var longer = RunExperiment.Read(folder) with { Training = RunExperiment.Read(folder).Training with { Epochs = 100 } };
        using (var resumed = new TrainingRun(longer, Surroundings(folder) with { Extends = true }))
        {
            resumed.Resume(folder);
        }

        Assert.True(Manifest.Read(folder.ManifestFile).Epoch > done);
        var expected = 0.5 * 0.5 * (1 + Math.Cos(Math.PI * done / 100));
        Assert.Contains(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"the learning rate goes on at {expected:G3}"),
            File.ReadAllText(folder.LogFile), StringComparison.Ordinal);
    }

    private static void Same(RunFolder expected, RunFolder actual)
    {
        var (a, b) = (Safetensors.Read(expected.LastCheckpoint).Tensors, Safetensors.Read(actual.LastCheckpoint).Tensors);
        Assert.Equal(a.Keys.Order(), b.Keys.Order());
        Assert.All(a, tensor => Check.Close(b[tensor.Key], tensor.Value, 0));
    }

    private TrainingRunOptions Surroundings(RunFolder folder) => new() { RunsRoot = _root.Path, GoesOn = folder, Warn = _warnings.Add };

    private RunFolder Trained(Experiment experiment, int? stopAfter)
    {
        using var stop = new CancellationTokenSource();
        using var run = new TrainingRun(experiment, new TrainingRunOptions { RunsRoot = _root.Path, Progress = new StopAfter(stopAfter, stop) });
        return run.Start(stop.Token).Folder;
    }
}
