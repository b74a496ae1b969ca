using FFF.Formats;
using FFF.Runs;
using FFF.Tests.Formats;
using Xunit;

namespace FFF.Tests.Runs;

/// <summary>Links in the place of a run's own files, whose targets stay as they are.</summary>
public sealed class FileLinkTests : IDisposable
{
    private const string Content = "somebody's own";

    private readonly TemporaryFolder _root = new();
    private readonly RunFolder _run;
    private readonly string _target;

    public FileLinkTests()
    {
        _run = RunFolder.Create(_root.Path, "moons");
        _target = _root["target"];
        File.WriteAllText(_target, Content);
    }

    public void Dispose()
    {
        Assert.Equal(Content, File.ReadAllText(_target));
        _root.Dispose();
    }

    [Fact]
    public void ALockIsNotWrittenThroughALink()
    {
        File.CreateSymbolicLink(Path.Combine(_run.Path, RunLock.FileName), _target);
        using var held = RunLock.Take(_run);
        Assert.True(RunLock.IsHeld(_run));
    }

    [Fact]
    public void LogsAreNotAppendedThroughLinks()
    {
        File.CreateSymbolicLink(_run.LogFile, _target);
        File.CreateSymbolicLink(_run.StructuredLogFile, _target);
        using (var log = RunLog.Open(_run))
        {
            log.Logger.Information("text");
        }

        Assert.EndsWith("text", Assert.Single(File.ReadAllLines(_run.LogFile)));
        Assert.Single(File.ReadAllLines(_run.StructuredLogFile));
    }

    [Fact]
    public void MetricsAreNotAppendedThroughALink()
    {
        using (var metrics = MetricsWriter.Create(_run, ["loss"]))
        {
            metrics.Append(1, new Dictionary<string, double> { ["loss"] = 2 });
        }

        var moved = _root["moved.csv"];
        File.Move(_run.MetricsFile, moved);
        File.CreateSymbolicLink(_run.MetricsFile, moved);
        var before = File.ReadAllText(moved);
        using (var metrics = MetricsWriter.Resume(_run, ["loss"], 1))
        {
            metrics.Append(2, new Dictionary<string, double> { ["loss"] = 1 });
        }

        Assert.Equal(before, File.ReadAllText(moved));
        Assert.Equal([1, 2], MetricsReader.Read(_run.MetricsFile).Steps);
    }

    [Fact]
    public void LinksThatLeadRoundInCirclesAreNotFollowed()
    {
        Directory.CreateSymbolicLink(Path.Combine(_run.SampleFolder, "up"), _run.Path);
        Directory.CreateSymbolicLink(Path.Combine(_run.PlotFolder, "up"), _run.Path);
        File.WriteAllText(_run.MetricsFile, "12345");
        Assert.Equal(5, RunPruning.Bytes(_run));
        RunPruning.Remove(_run);
        Assert.False(Directory.Exists(_run.Path));
    }

    [Fact]
    public void APipeOrADeviceInAFilesPlaceIsToldAtOnce()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Named pipes are made by mkfifo.");
        using (var process = System.Diagnostics.Process.Start("mkfifo", [_run.ManifestFile, _run.MetricsFile, _run.ConfigFile]))
        {
            process.WaitForExit();
        }

        Assert.Throws<FileReadException>(() => Manifest.Read(_run.ManifestFile));
        Assert.Throws<FileReadException>(() => MetricsReader.Read(_run.MetricsFile));
        Assert.Throws<FileReadException>(() => FFF.Configuration.ResolvedConfig.Read(_run.ConfigFile));
        Assert.Contains("pipe", Assert.Single(RunLocator.List(_root.Path)).Problem!, StringComparison.Ordinal);

        File.CreateSymbolicLink(_root["zero"], "/dev/zero");
        Assert.Throws<FileReadException>(() => InputFile.ReadText(_root["zero"]));
        Assert.Throws<FileReadException>(() => InputFile.ReadText("/dev/zero"));
    }

    /// <summary>Whatever is read: a checkpoint, data, samples. Nobody writes into the pipe.</summary>
    [Theory]
    [InlineData("pipe.safetensors")]
    [InlineData("pipe.csv")]
    [InlineData("pipe.csv.gz")]
    [InlineData("pipe.npy")]
    [InlineData("pipe.npz")]
    [InlineData("pipe.xyz")]
    [InlineData("pipe.sdf")]
    [InlineData("pipe.pt")]
    [InlineData("pipe.dll")]
    public void WhatIsReadIsNoPipe(string name)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Named pipes are made by mkfifo.");
        var path = _root[name];
        using (var process = System.Diagnostics.Process.Start("mkfifo", [path]))
        {
            process.WaitForExit();
        }

        Action read = Path.GetExtension(name) switch
        {
            ".safetensors" => () => Checkpoint.Load(path),
            ".xyz" or ".sdf" => () => FFF.Datasets.Molecules.MoleculeFile.ReadAll(path),
            ".pt" => () => InputFile.ReadBytes(path),
            ".dll" => () => FFF.Plugins.PluginLoader.Load(path),
            _ => () => FFF.Formats.MatrixFile.Read(path),
        };
        Assert.Contains("is a pipe or a device, where a file is needed", Assert.ThrowsAny<Exception>(read).Message, StringComparison.Ordinal);
        Assert.ThrowsAny<Exception>(() => FFF.Datasets.DatasetFactory.Create(new FFF.Datasets.Table.TableData { Path = path }, 1));
    }
}
