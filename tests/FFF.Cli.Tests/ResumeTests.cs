using System.Runtime.InteropServices;
using System.Text.Json;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Interrupting and resuming.</summary>
public sealed partial class ResumeTests
{
    internal const int Terminate = 15;
    private const int HangUp = 1;
    private const int User = 10;

    private static readonly string[] Long =
        ["train", "--config", "toy.yaml", "training.epochs=300", "training.validate_every=30", "training.ema=0.99"];

    public static bool HasSignals => !OperatingSystem.IsWindows();

    public static bool IsLinux => OperatingSystem.IsLinux();

    /// <summary>
    /// SIGINT, or SIGTERM where SIGINT is ignored: a shell's script ignores it for what it starts in the background, children
    /// inherit that, and a program is to leave it so.
    /// </summary>
    internal static void Interrupt(int process) => Assert.Equal(0, Signal(process, InterruptSignal));

    internal static void Suspend(int process) => Assert.Equal(0, Signal(process, OperatingSystem.IsMacOS() ? 17 : 19));

    internal static void Continue(int process) => Assert.Equal(0, Signal(process, OperatingSystem.IsMacOS() ? 19 : 18));

    private static int InterruptSignal => Ignores(2) ? Terminate : 2;

    /// <summary>Whether the tests, and so what they start, were started to ignore a signal, as in the background or by nohup.</summary>
    private static bool Ignores(int signal)
    {
        const string Field = "SigIgn:";
        var ignored = OperatingSystem.IsLinux()
            ? File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith(Field, StringComparison.Ordinal))
            : null;
        return ignored is not null && (Convert.ToUInt64(ignored[Field.Length..].Trim(), 16) & (1UL << (signal - 1))) != 0;
    }

    [Fact(Skip = "Signals are Unix's", SkipUnless = nameof(HasSignals))]
    public void AnInterruptedRunResumesToTheSameBits()
    {
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        using (var training = place.Start([], Long))
        {
            training.WaitFor("Epoch 30:");
            Interrupt(training.Id);
            var interrupted = training.End();
            Assert.Equal(3, interrupted.Code);
            Assert.Empty(interrupted.Out);
            Assert.Contains("fff train --resume runs/moons/v0001", interrupted.Error, StringComparison.Ordinal);
        }

        Assert.Equal("interrupted", Status(place, "v0001"));
        Assert.Equal(0, place.Run("sample", "--run", "moons", "-n", "10").Code);

        // The same command goes on with the run, and starts anew once that has finished.
        var resumed = place.Run([.. Long, "--resume", "auto"]);
        Assert.Equal("runs/moons/v0001", resumed.LastLine);
        Assert.Equal("finished", Status(place, "v0001"));
        Assert.Equal("runs/moons/v0002", place.Run([.. Long, "--resume", "auto"]).LastLine);

        Assert.Equal(Weights(place, "v0002", "last"), Weights(place, "v0001", "last"));
        Assert.Equal(Weights(place, "v0002", "best"), Weights(place, "v0001", "best"));
        Assert.Equal(Column(place, "v0002", "val_nll"), Column(place, "v0001", "val_nll"));
    }

    /// <summary>The terminal is gone; a cluster warns of the end of the job's time.</summary>
    [Theory(Skip = "Signals are Unix's", SkipUnless = nameof(HasSignals))]
    [InlineData(HangUp)]
    [InlineData(User)]
    public void OtherSignalsSaveToo(int signal)
    {
        Assert.SkipWhen(Ignores(signal), "The tests were started to ignore this signal, which the program does then too.");
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        using var training = place.Start([], [.. Long, "training.epochs=100000"]);
        training.WaitFor("Epoch 30:");
        Assert.Equal(0, Signal(training.Id, signal == User && OperatingSystem.IsMacOS() ? 30 : signal));
        Assert.Equal(3, training.End().Code);
        Assert.Equal("interrupted", Status(place, "v0001"));
    }

    /// <summary>What nohup starts goes on when its terminal is closed.</summary>
    [Fact(Skip = "The system tells of ignored signals on Linux alone", SkipUnless = nameof(IsLinux))]
    public void AnIgnoredSignalStaysIgnored()
    {
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        using var training = place.StartBy("nohup", [.. Long, "training.epochs=100000"]);
        training.WaitFor("Epoch 30:");
        Assert.Equal(0, Signal(training.Id, HangUp));
        training.WaitFor("Epoch 60:");
        Assert.Equal("running", Status(place, "v0001"));
        Assert.Equal(0, Signal(training.Id, Terminate));
        Assert.Equal(3, training.End().Code);
    }

    [Fact(Skip = "Signals are Unix's", SkipUnless = nameof(HasSignals))]
    public void ARunThatWasTerminatedCanBeResumedByItsPath()
    {
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        using (var training = place.Start([], [.. Long, "training.epochs=100000", "--json"]))
        {
            training.WaitFor("Epoch 30:");

            var second = place.Run("train", "--resume", "moons");
            Assert.Equal(2, second.Code);
            Assert.Contains($"is being trained by another process (process {training.Id} on {Environment.MachineName}, started ", second.Error,
                StringComparison.Ordinal);

            Assert.Equal(0, Signal(training.Id, Terminate));
            var outcome = training.End();
            Assert.Equal(3, outcome.Code);
            Assert.Equal("interrupted", JsonDocument.Parse(outcome.Out).RootElement.GetProperty("status").GetString());
        }

        var plan = place.Run("train", "--resume", "runs/moons/v0001", "--dry-run");
        Assert.Equal(0, plan.Code);
        Assert.Contains("goes on in runs/moons/v0001", plan.Out, StringComparison.Ordinal);
        Assert.Contains("a new version", place.Run("train", "--config", "toy.yaml", "--resume", "auto", "--dry-run").Out, StringComparison.Ordinal);
    }

    /// <summary>Steps of some seconds: the second signal comes within the step that the first one waits for.</summary>
    [Fact(Skip = "Signals are Unix's", SkipUnless = nameof(HasSignals))]
    public void ASecondInterruptionEndsAtOnceWithTheLastCheckpointWhole()
    {
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        using (var training = place.Start([],
            [.. Long, "data.samples=48000", "training.batch_size=40000", "flow.network.widths=[384, 384]", "training.validate_every=1"]))
        {
            training.WaitFor("Epoch 2:");
            Thread.Sleep(TimeSpan.FromSeconds(0.7)); // Its checkpoint has been written by then, and the next step is under way.
            Interrupt(training.Id);
            training.WaitFor("Once more ends the program at once");
            Interrupt(training.Id);
            Assert.Equal(128 + InterruptSignal, training.End().Code);
        }

        Assert.Equal("running", Status(place, "v0001"));
        Assert.Equal(0, place.Run("sample", "--run", "moons", "-n", "10", "--checkpoint", "last").Code);
        Assert.Equal(0, place.Run("train", "--resume", "moons", "--dry-run").Code);
    }

    internal static string? Status(Workplace place, string version, string run = "runs/moons") =>
        JsonDocument.Parse(File.ReadAllText(place[$"{run}/{version}/manifest.json"])).RootElement.GetProperty("status").GetString();

    /// <summary>The tensors of a checkpoint, without its metadata, which has a random name.</summary>
    internal static byte[] Weights(Workplace place, string version, string kind)
    {
        var file = File.ReadAllBytes(place[$"runs/moons/{version}/checkpoints/{kind}.safetensors"]);
        return file[(8 + (int)BitConverter.ToInt64(file))..];
    }

    internal static string[] Column(Workplace place, string version, string name)
    {
        string[][] rows = [.. File.ReadLines(place[$"runs/moons/{version}/metrics.csv"]).Select(line => line.Split(','))];
        return [.. rows.Skip(1).Select(row => row[Array.IndexOf(rows[0], name)])];
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    internal static partial int Signal(int process, int signal);
}
