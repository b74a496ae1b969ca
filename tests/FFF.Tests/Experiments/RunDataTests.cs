using System.Globalization;
using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Molecules;
using FFF.Datasets.Particles;
using FFF.Datasets.Table;
using FFF.Experiments;
using FFF.Flows;
using FFF.Formats;
using FFF.Networks;
using FFF.Runs;
using FFF.Tests.Formats;
using FFF.Training;
using Xunit;

namespace FFF.Tests.Experiments;

/// <summary>A run that goes on does so on the data that it was begun with.</summary>
public sealed class RunDataTests : IDisposable
{
    private readonly TemporaryFolder _root = new();

    public void Dispose() => _root.Dispose();

    /// <summary>The rows that there were are split and standardised as they were: the run ends with the bits of one whose file did not grow.</summary>
    [Fact]
    public void AFileThatGrewIsRefusedAndWhereAcceptedTheRunEndsWithTheSameBits()
    {
        var path = Path.Combine(_root.Path, "data.csv");
        File.WriteAllText(path, "a,b\n" + Rows(200, 0));
        var experiment = Of(new TableData { Path = path });
        var whole = Trained(experiment, stopAfter: null);
        var folder = Trained(experiment, stopAfter: 7);

        File.AppendAllText(path, Rows(100, offset: 50));
        var surroundings = new TrainingRunOptions { RunsRoot = _root.Path, GoesOn = folder };
        var error = Assert.Throws<ChangedDataException>(() => new TrainingRun(RunExperiment.Read(folder), surroundings));
        Assert.Contains("then 200 rows of 2 numbers", error.Message, StringComparison.Ordinal);
        Assert.Contains("now 300 rows", error.Message, StringComparison.Ordinal);
        Assert.Null(Manifest.Read(folder.ManifestFile).AcceptedData);

        using (var resumed = new TrainingRun(RunExperiment.Read(folder), surroundings with { AcceptsChangedData = true }))
        {
            Assert.Equal(RunStatus.Finished, resumed.Resume(folder));
        }

        var accepted = Assert.Single(Manifest.Read(folder.ManifestFile).AcceptedData!);
        Assert.Equal(("train", 300L), (accepted.By, accepted.Data.Rows));
        Assert.Equal(200, Manifest.Read(folder.ManifestFile).Data!.Rows);
        var (a, b) = (Safetensors.Read(whole.LastCheckpoint).Tensors, Safetensors.Read(folder.LastCheckpoint).Tensors);
        Assert.All(a, tensor => Check.Close(b[tensor.Key], tensor.Value, 0));
    }

    /// <summary>Those who resume without saying what they go on with are not spared.</summary>
    [Fact]
    public void ARunThatIsMadeAnewDoesNotGoOnOnOtherData()
    {
        var path = Path.Combine(_root.Path, "data.csv");
        File.WriteAllText(path, "a,b\n" + Rows(200, 0));
        var folder = Trained(Of(new TableData { Path = path }), stopAfter: 7);
        File.WriteAllText(path, "a,b\n" + Rows(200, 1));
        using var resumed = new TrainingRun(RunExperiment.Read(folder), new TrainingRunOptions { RunsRoot = _root.Path });
        Assert.Throws<ChangedDataException>(() => resumed.Resume(folder));
    }

    [Fact]
    public void EveryKindOfDataNamesItsFiles()
    {
        var path = Path.Combine(_root.Path, "file");
        File.WriteAllText(path, "content");
        foreach (var config in (DataConfig[])[new TableData { Path = path }, new ParticleData { Path = path }, new MoleculeData { Path = path }])
        {
            var file = Assert.Single(DataFileNote.Of(config));
            Assert.Equal((path, 7L, "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73"), (file.Path, file.Bytes, file.Sha256));
        }

        Assert.Empty(DataFileNote.Of(new ParticleData { System = ParticleSystemKind.Dw4 }));
        Assert.Empty(DataFileNote.Of(new MoleculeData { Source = MoleculeSource.Qm7 }));
    }

    private static Experiment Of(DataConfig data) => new()
    {
        Name = "small",
        Data = data,
        Method = new FreeFormMethod { Flow = new FlowConfig { Network = new DenseOptions { Widths = [8] } } },
        Training = new TrainingConfig { Epochs = 3, BatchSize = 32, ValidateEvery = 1, Device = "cpu", Threads = 1 },
    };

    private RunFolder Trained(Experiment experiment, int? stopAfter)
    {
        using var stop = new CancellationTokenSource();
        using var run = new TrainingRun(experiment, new TrainingRunOptions
        {
            RunsRoot = _root.Path,
            Progress = new StopAfter(stopAfter, stop),
        });
        return run.Start(stop.Token).Folder;
    }

    private static string Rows(int count, double offset)
    {
        var random = new Random(1);
        return string.Concat(
            Enumerable.Range(0, count).Select(_ => string.Create(CultureInfo.InvariantCulture, $"{random.NextDouble() + offset},{random.NextDouble()}\n")));
    }
}
