using System.Text.Json;
using FFF.Runs;
using FFF.Tests.Formats;
using Serilog.Core;
using Serilog.Events;
using Xunit;

namespace FFF.Tests.Runs;

public sealed class RunLogTests : IDisposable
{
    private readonly TemporaryFolder _root = new();
    private readonly RunFolder _run;

    public RunLogTests() => _run = RunFolder.Create(_root.Path, "moons");

    public void Dispose() => _root.Dispose();

    private sealed class Collecting : ILogEventSink
    {
        public List<LogEvent> Events { get; } = [];

        public void Emit(LogEvent logEvent) => Events.Add(logEvent);
    }

    private sealed class Failing : ILogEventSink
    {
        public int Calls { get; private set; }

        public void Emit(LogEvent logEvent)
        {
            Calls++;
            throw new IOException("No space left on device");
        }
    }

    [Fact]
    public void WritesForPeopleAndForMachines()
    {
        using (var log = RunLog.Open(_run))
        {
            log.Logger.Information("Epoch {Epoch}: loss {Loss:F2}", 3, 0.5);
            log.Logger.Warning("The loss was {Loss}", double.NaN);
        }

        var lines = File.ReadAllLines(_run.LogFile);
        Assert.EndsWith(" INF Epoch 3: loss 0.50", lines[0]);
        Assert.EndsWith(" WRN The loss was NaN", lines[1]);
        var events = File.ReadAllLines(_run.StructuredLogFile).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(3, events[0].GetProperty("Epoch").GetInt32());
        Assert.Equal(0.5, events[0].GetProperty("Loss").GetDouble());
        Assert.Equal("Warning", events[1].GetProperty("@l").GetString());
    }

    [Fact]
    public void AppendsWhenARunResumes()
    {
        RunLogOnce("first");
        RunLogOnce("second");

        Assert.Equal(2, File.ReadAllLines(_run.LogFile).Length);
        Assert.Equal(2, File.ReadAllLines(_run.StructuredLogFile).Length);
    }

    [Fact]
    public void AFailingSinkStopsNeitherTheRunNorTheOtherSinks()
    {
        var (failing, collecting) = (new Failing(), new Collecting());
        using (var log = RunLog.Open(_run, sinks =>
        {
            sinks.Sink(failing);
            sinks.Sink(collecting);
        }))
        {
            log.Logger.Information("one");
            log.Logger.Information("two");
        }

        Assert.Equal(2, failing.Calls);
        Assert.Equal(2, collecting.Events.Count);
        Assert.Equal(2, File.ReadAllLines(_run.LogFile).Length);
    }

    [Fact]
    public void AFileThatCannotBeOpenedStopsNeitherTheRunNorTheOtherFile()
    {
        Directory.CreateDirectory(_run.LogFile);

        RunLogOnce("text");

        Assert.Single(File.ReadAllLines(_run.StructuredLogFile));
    }

    /// <summary>A link to /dev/full would be replaced by a file, so the log itself is such a device.</summary>
    [Fact]
    public void AFullDiskStopsNeitherTheRunNorTheOtherFile()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && MakeFull(_run.LogFile), "Only root on Linux can make the device of a full disk.");
        Assert.Throws<IOException>(() => File.WriteAllText(_run.LogFile, "text"));
        var told = new List<string>();
        Serilog.Debugging.SelfLog.Enable(told.Add);
        try
        {
            using var log = RunLog.Open(_run);
            log.Logger.Information("one");
            log.Logger.Information("two");
        }
        finally
        {
            Serilog.Debugging.SelfLog.Disable();
        }

        Assert.Contains(told, message => message.Contains("No space left on device", StringComparison.Ordinal));
        Assert.Equal(2, File.ReadAllLines(_run.StructuredLogFile).Length);
    }

    /// <summary>Makes a device as which every write fails, as on a full disk; its numbers are those of /dev/full.</summary>
    private static bool MakeFull(string path)
    {
        using var process = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("mknod", [path, "c", "1", "7"]) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private void RunLogOnce(string text)
    {
        using var log = RunLog.Open(_run);
        log.Logger.Information("{Text}", text);
    }
}
