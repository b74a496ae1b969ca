using System.Text.Json;
using FFF.Tests;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Trainings of several processes, which share each batch.</summary>
[Collection("trainings of several processes")]
public sealed class ProcessesTests
{
    private const int Kill = 9;

    private static readonly string[] Train = ["train", "--config", "toy.yaml", "evaluate=[]", "training.epochs=60", "training.validate_every=30"];

    public static bool IsLinux => OperatingSystem.IsLinux();

    [Fact(Skip = "libtorch's Gloo is Linux's", SkipUnless = nameof(IsLinux))]
    public void TwoProcessesTrainWhatOneDoesAndTheManifestTells()
    {
        using var place = NewPlace();
        Assert.Equal(0, place.Run(Train).Code);
        var outcome = place.Run([.. Train, "--processes", "2"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.EndsWith("moons/v0002\n", outcome.Out.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.DoesNotContain("[Gloo]", outcome.Out, StringComparison.Ordinal);
        Assert.Equal([1, 2], new[] { "v0001", "v0002" }.Select(version => Manifest(place, version).GetProperty("processes").GetInt32()));
        var (one, two) = (Numbers(place, "v0001", "loss"), Numbers(place, "v0002", "loss"));
        Assert.Equal(60, two.Length);
        Assert.All(one.Zip(two), pair => Assert.Equal(pair.First, pair.Second, 1e-3 * Math.Abs(pair.First)));
    }

    [Theory(Skip = "libtorch's Gloo is Linux's", SkipUnless = nameof(IsLinux))]
    [InlineData(0)]
    [InlineData(1)]
    public void ALostRankEndsAllWithOneMessageAndTheRunGoesOnWithTheSameBits(int rank)
    {
        LongRun.Only(rank == 0);
        string[] train = [.. Train, "training.epochs=120"];
        using var undisturbed = NewPlace();
        using var place = NewPlace();
        using (var started = place.Start([], [.. train, "--processes", "2"]))
        {
            SweepTests.WaitFor(() => File.Exists(place["runs/moons/v0001/checkpoints/last.safetensors"]));
            var helper = Children(started.Id).Single();
            Assert.Equal(0, ResumeTests.Signal(rank == 0 ? started.Id : helper, Kill));
            var outcome = started.End();
            SweepTests.WaitFor(() => HasEnded(helper));
            if (rank > 0)
            {
                Assert.True(outcome.Code == 1, outcome.Error);
                Assert.Contains("Another of the 2 processes that train together was lost", outcome.Error, StringComparison.Ordinal);
                Assert.Single(outcome.Error.Split('\n'), line => line.StartsWith("fff: ", StringComparison.Ordinal));
                Assert.Equal("failed", ResumeTests.Status(place, "v0001"));
            }
        }

        var resumed = place.Run(["train", "--resume", "moons/v0001", "--processes", "2"]);
        Assert.True(resumed.Code == 0, resumed.Error);
        Assert.Equal(0, undisturbed.Run([.. train, "--processes", "2"]).Code);
        Assert.Equal(ResumeTests.Weights(undisturbed, "v0001", "last"), ResumeTests.Weights(place, "v0001", "last"));
        Assert.Equal(ResumeTests.Weights(undisturbed, "v0001", "best"), ResumeTests.Weights(place, "v0001", "best"));
        Assert.Equal(ResumeTests.Column(undisturbed, "v0001", "loss"), ResumeTests.Column(place, "v0001", "loss"));
    }

    [Fact(Skip = "libtorch's Gloo is Linux's", SkipUnless = nameof(IsLinux))]
    public void ASignalToAnyRankStopsAllAndAnotherNumberGoesOnWithAWarning()
    {
        LongRun.Only();
        using var place = NewPlace();
        using (var started = place.Start([], [.. Train, "training.epochs=300", "--processes", "2"]))
        {
            SweepTests.WaitFor(() => File.Exists(place["runs/moons/v0001/checkpoints/last.safetensors"]));
            Assert.Equal(0, ResumeTests.Signal(Children(started.Id).Single(), ResumeTests.Terminate));
            var outcome = started.End();
            Assert.True(outcome.Code == 3, outcome.Error);
            Assert.Contains("all is saved", outcome.Error, StringComparison.Ordinal);
            Assert.Equal("interrupted", ResumeTests.Status(place, "v0001"));
        }

        var resumed = place.Run(["train", "--resume", "moons/v0001"]);
        Assert.True(resumed.Code == 0, resumed.Error);
        Assert.Contains("was trained by 2 processes so far and goes on with 1 process", resumed.Error, StringComparison.Ordinal);
        Assert.Equal(1, Manifest(place, "v0001").GetProperty("processes").GetInt32());
    }

    [Fact(Skip = "libtorch's Gloo is Linux's", SkipUnless = nameof(IsLinux))]
    public void RanksThatOthersStartedMeetAtAPortAndEndTogether()
    {
        using var place = NewPlace();
        var port = FreePort();
        var outcomes = Launch(place, Train, rank => Torchrun(rank, 2, port));
        Assert.All(outcomes, outcome => Assert.True(outcome.Code == 0, outcome.Error));
        Assert.Contains("moons/v0001", outcomes[0].Out, StringComparison.Ordinal);
        Assert.Equal("", outcomes[1].Out + outcomes[1].Error);
        Assert.Equal(["v0001"], Directory.EnumerateDirectories(place["runs/moons"]).Select(Path.GetFileName));

        // A wrong command is told once, and ends all.
        outcomes = Launch(place, ["train", "--config", "toy.yaml", "training.epoch=3"], rank => Slurm(rank, 2, port));
        Assert.Equal([2, 2], outcomes.Select(outcome => outcome.Code));
        Assert.Contains("training.epoch", outcomes[0].Error, StringComparison.Ordinal);
        Assert.Equal("", outcomes[1].Error);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("two")]
    [InlineData("5000")]
    public void NumbersOfProcessesThatCannotBeAreRefused(string number)
    {
        using var place = NewPlace();
        var outcome = place.Run([.. Train, $"--processes={number}"]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains("--processes: expected a whole number from 1 to 4096", outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(place["runs"]));
    }

    [Fact]
    public void MoreProcessesThanABatchHasSamplesAreRefused()
    {
        using var place = NewPlace();
        var outcome = place.Run([.. Train, "training.batch_size=3", "--processes", "4"]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains("batches have 3 samples (training.batch_size)", outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(place["runs"]));
    }

    [Theory]
    [InlineData("RANK=2", "RANK")]
    [InlineData("MASTER_PORT=0", "MASTER_PORT")]
    [InlineData("MASTER_ADDR=", "MASTER_ADDR")]
    [InlineData("WORLD_SIZE=two", "WORLD_SIZE")]
    public void WrongVariablesAreNamed(string wrong, string name)
    {
        using var place = NewPlace();
        var outcome = place.Run([.. Torchrun(0, 2, 29_500), (wrong.Split('=')[0], wrong.Split('=')[1])], Train);
        Assert.Equal(2, outcome.Code);
        Assert.Contains($"variable {name} ", outcome.Error, StringComparison.Ordinal);
    }

    [Fact(Skip = "libtorch's Gloo is Linux's", SkipUnless = nameof(IsLinux))]
    public void RanksThatDoNotComeAreNotWaitedForForEver()
    {
        using var place = NewPlace();
        var outcome = place.Run([.. Torchrun(0, 3, FreePort()), ("FFF_RANK_TIMEOUT", "1")], Train);
        Assert.Equal(2, outcome.Code);
        Assert.Contains("only 1 of 3 processes came within 1 seconds", outcome.Error, StringComparison.Ordinal);
        outcome = place.Run([.. Torchrun(1, 3, FreePort()), ("FFF_RANK_TIMEOUT", "1")], Train);
        Assert.Equal(2, outcome.Code);
        Assert.Contains("nobody answers at 127.0.0.1", outcome.Error, StringComparison.Ordinal);
    }

    private static Workplace NewPlace()
    {
        var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        return place;
    }

    private static Outcome[] Launch(Workplace place, string[] args, Func<int, (string, string)[]> environment)
    {
        var started = Enumerable.Range(0, 2).Select(rank => place.Start(environment(rank), args)).ToArray();
        var outcomes = started.Select(one => one.End()).ToArray();
        Array.ForEach(started, one => one.Dispose());
        return outcomes;
    }

    private static (string, string)[] Torchrun(int rank, int size, int port) =>
    [
        ("RANK", $"{rank}"), ("WORLD_SIZE", $"{size}"), ("LOCAL_RANK", $"{rank}"), ("LOCAL_WORLD_SIZE", $"{size}"), ("MASTER_ADDR", "127.0.0.1"),
        ("MASTER_PORT", $"{port}"),
    ];

    private static (string, string)[] Slurm(int rank, int size, int port) =>
    [
        ("SLURM_JOB_ID", "11"), ("SLURM_STEP_ID", "0"), ("SLURM_STEP_NUM_TASKS", $"{size}"), ("SLURM_PROCID", $"{rank}"), ("SLURM_LOCALID", $"{rank}"),
        ("SLURM_STEP_NODELIST", "localhost"), ("MASTER_PORT", $"{port}"),
    ];

    private static JsonElement Manifest(Workplace place, string version) =>
        JsonDocument.Parse(File.ReadAllText(place[$"runs/moons/{version}/manifest.json"])).RootElement;

    private static double[] Numbers(Workplace place, string version, string column) =>
        [.. ResumeTests.Column(place, version, column).Select(text => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture))];

    private static int[] Children(int process) =>
        [.. Directory.EnumerateDirectories($"/proc/{process}/task").SelectMany(task => File.ReadAllText(Path.Combine(task, "children"))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(int.Parse)];

    /// <summary>Whether a process is gone, or nobody has asked yet how it ended.</summary>
    private static bool HasEnded(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
