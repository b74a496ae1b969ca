using FFF.Configuration;
using FFF.Datasets.Toy;
using FFF.Evaluations;
using FFF.Evaluations.Nll;
using FFF.Experiments;
using FFF.Flows;
using FFF.Formats;
using FFF.Networks;
using FFF.Runs;
using FFF.Training;
using Serilog.Core;
using Serilog.Events;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Experiments;

/// <summary>Run folders that go away while they are in use.</summary>
public sealed class RunPresenceTests : IDisposable
{
    private static readonly Dictionary<string, Action<RunFolder>> Touches = new()
    {
        ["manifest, read"] = folder => Manifest.Read(folder.ManifestFile),
        ["manifest, written"] = folder => Manifest.Start(folder, "", "cpu", 1, 0, []).Write(folder.ManifestFile),
        ["configuration, read"] = folder => ExperimentFile.Load([folder.ConfigFile], []),
        ["configuration, written"] = folder => AtomicFile.WriteText(folder.ConfigFile, ""),
        ["metrics, new"] = folder => MetricsWriter.Create(folder, ["loss"]).Dispose(),
        ["metrics, resumed"] = folder => MetricsWriter.Resume(folder, ["loss"], 1).Dispose(),
        ["metrics, read"] = folder => MetricsReader.Read(folder.MetricsFile),
        ["events"] = folder => TensorBoardWriter.Create(folder.Path).Dispose(),
        ["log"] = folder => RunLog.Open(folder).Dispose(),
        ["lock"] = folder => RunLock.Take(folder).Dispose(),
        ["checkpoint, written"] = folder => Saved(folder.LastCheckpoint),
        ["checkpoint of an epoch, written"] = folder => Saved(folder.EpochCheckpoint(3)),
        ["checkpoint, read"] = folder => Checkpoint.Load(folder.BestCheckpoint),
        ["run, loaded"] = folder => LoadedRun.Load(folder, "best", CPU).Dispose(),
        ["evaluation"] = folder => EvaluationFiles.Save(folder, "nll", new NllReport("test", 10, 1, 1, 1, 1, 1).Result()),
        ["samples"] = folder => RunFolders.Ensure(folder, folder.SampleFolder),
        ["plots"] = folder => RunFolders.Ensure(folder, folder.PlotFolder),
    };

    private readonly string _root = Directory.CreateTempSubdirectory("fff-runs-").FullName;

    public static TheoryData<string> Names() => [.. Touches.Keys];

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void WhateverIsTouchedFirstTheMessageIsTheSame(string touch)
    {
        var folder = SyntheticRuns.Add(_root, "two_moons", 1000, []);
        var error = Assert.Throws<RunFolderGoneException>(() => RunPresence.Watch(folder, () =>
        {
            Directory.Delete(folder.Path, recursive: true);
            Touches[touch](folder);
            return 0;
        }));
        Assert.Equal(new RunFolderGoneException(folder).Message, error.Message);
        Assert.Contains($"'fff train --resume {folder.Path}'", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.Path));
    }

    [Theory]
    [InlineData("Run ", "")]
    [InlineData("Epoch 1", "")]
    [InlineData("Epoch 3", "")]
    [InlineData("Run ", "manifest.json")]
    [InlineData("Epoch 1", "manifest.json")]
    [InlineData("Epoch 4", "manifest.json")]
    [InlineData("Epoch 1", "checkpoints")]
    public void TrainingEndsWithThisMessageWheneverItHappensAndWhateverIsGone(string moment, string what)
    {
        RunFolder? folder = null;
        var said = new List<string>();
        using var run = Run(new Listening(text =>
        {
            said.Add(text);
            if (text.StartsWith(moment, StringComparison.Ordinal))
            {
                folder = RunLocator.List(_root)[0].Folder;
                Vanish(Path.Combine(folder.Path, what));
            }
        }));
        var error = Assert.Throws<RunFolderGoneException>(() => run.Start());
        Assert.Equal(new RunFolderGoneException(folder!).Message, error.Message);
        Assert.Equal(what.Length == 0, !Directory.Exists(folder!.Path));
        Assert.Contains($"Failed after {StepsUntil(moment)} steps: {error.Message}", said);
    }

    [Fact]
    public void ResumingAndInterruptingEndWithThisMessageToo()
    {
        using var stop = new CancellationTokenSource();
        RunFolder folder;
        using (var run = Run(new Listening(_ => { }), new Steps(step => Stop(step == 3, stop))))
        {
            (folder, var status) = run.Start(stop.Token);
            Assert.Equal(RunStatus.Interrupted, status);
        }

        using var again = new CancellationTokenSource();
        using var resumed = Run(new Listening(_ => { }), new Steps(step =>
        {
            if (step == 5)
            {
                again.Cancel();
                Directory.Delete(folder.Path, recursive: true);
            }
        }));
        Assert.Throws<RunFolderGoneException>(() => resumed.Resume(folder, again.Token));
        using var gone = Run(new Listening(_ => { }));
        Assert.Throws<RunFolderGoneException>(() => gone.Resume(folder));
        Assert.False(Directory.Exists(folder.Path));
    }

    [Fact]
    public void OtherFailuresStayWhatTheyAre()
    {
        var folder = SyntheticRuns.Add(_root, "two_moons", 1000, []);
        Assert.Throws<FileReadException>(() => RunPresence.Watch(folder, () => Checkpoint.Load(folder.BestCheckpoint)));
        Assert.Throws<IOException>(() => RunPresence.Watch<int>(folder, () =>
        {
            File.Delete(folder.ManifestFile);
            throw new IOException("No space left on device");
        }));

        // There was no manifest before, so that its absence tells nothing.
        Assert.Throws<FileReadException>(() => RunPresence.Watch(folder, () => Manifest.Read(folder.ManifestFile)));
        Assert.Throws<DivergedException>(() => RunPresence.Watch<int>(folder, () =>
        {
            Directory.Delete(folder.Path, recursive: true);
            throw new DivergedException("it diverged");
        }));
    }

    private static long StepsUntil(string moment) =>
        moment == "Run " ? 2 : 2 * int.Parse(moment["Epoch ".Length..], System.Globalization.CultureInfo.InvariantCulture);

    private static void Vanish(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }

    private static void Stop(bool now, CancellationTokenSource stop)
    {
        if (now)
        {
            stop.Cancel();
        }
    }

    private static void Saved(string path) =>
        new Checkpoint(new CheckpointInfo("last", 1, 1, new Dictionary<string, string>()), new Dictionary<string, Tensor> { ["w"] = ones(2) }, null).Save(path);

    private TrainingRun Run(ILogEventSink sink, IProgress<TrainingProgress>? progress = null) => new(
        new Experiment
        {
            Name = "small",
            Data = new ToyData { Distribution = ToyDistribution.TwoMoons, Samples = 80 },
            Method = new FreeFormMethod { Flow = new FlowConfig { Network = new DenseOptions { Widths = [8], Identity = true } } },
            Training = new TrainingConfig { Epochs = 4, BatchSize = 32, ValidateEvery = 1, Device = "cpu", Threads = 1 },
        },
        new TrainingRunOptions { RunsRoot = _root, LogTo = sinks => sinks.Sink(sink), Progress = progress });

    private sealed class Listening(Action<string> listen) : ILogEventSink
    {
        public void Emit(LogEvent logEvent) =>
            listen(logEvent.RenderMessage(System.Globalization.CultureInfo.InvariantCulture).Replace("\"", "", StringComparison.Ordinal));
    }

    private sealed class Steps(Action<long> listen) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => listen(value.Step);
    }
}
