using System.Collections.Concurrent;
using FFF.Paper;
using FFF.Sweeps;
using FFF.Tests;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Runs that the paper's parts need, two at a time.</summary>
public sealed class SideBySideTests : IDisposable
{
    private readonly Workplace _place = new();
    private readonly ConcurrentQueue<string> _told = new();
    private readonly TrialProgram _program;

    public SideBySideTests()
    {
        _place.Write("toy.yaml", Configs.Toy);
        _program = new(_place.StartInfo([], []).FileName, []);
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void AllAreTrainedAndWhatIsThereIsNotTrainedAgain()
    {
        PaperTraining[] trainings = [Training("one"), Training("two", "seed=3"), Training("three", "training.epochs=3")];
        Train(trainings, jobs: 2);
        Assert.All(trainings, training => Assert.Equal("finished", Status(training)));
        Assert.All(trainings, training => Assert.Contains("Finished after", File.ReadAllText(_place[$"logs/{training.Name}.log"]), StringComparison.Ordinal));
        Assert.Contains(_told, line => line.Contains("trained, 3 of 3, after", StringComparison.Ordinal));

        // What they are asked for alone: it is there.
        var workshop = new PaperWorkshop(_place.Path, isFull: false, new("/nowhere", []), _told.Enqueue, CancellationToken.None);
        workshop.Prepare([.. trainings, trainings[0]], jobs: 2);
        Assert.Equal(_place["runs/two/v0001"], workshop.Run(trainings[1]).Folder.Path);
    }

    [Fact]
    public void OneThatFailsIsNamedWithItsLogAndTheOthersAreTrained()
    {
        // Its checkpoints cannot be written where a file is.
        _place.Write("runs/bad", "a file");
        var error = Assert.Throws<PaperException>(() => Train([Training("bad"), Training("good"), Training("fine")], jobs: 2));
        Assert.Contains($"1 of 3 trainings failed; what they said is in {_place["logs/bad.log"]}.", error.Message, StringComparison.Ordinal);
        Assert.Contains("fff: ", File.ReadAllText(_place["logs/bad.log"]), StringComparison.Ordinal);
        Assert.Equal(["finished", "finished"], [Status(Training("good")), Status(Training("fine"))]);
    }

    [Fact(Skip = "Signals are Unix's", SkipUnless = nameof(ResumeTests.HasSignals), SkipType = typeof(ResumeTests))]
    public void AskedToStopTheySaveAndGoOnTheNextTime()
    {
        LongRun.Only();
        PaperTraining[] trainings = [Training("one", "training.epochs=300"), Training("two", "training.epochs=300")];
        using (var stop = new CancellationTokenSource())
        {
            var training = Task.Run(() => Train(trainings, jobs: 2, stop.Token), CancellationToken.None);
            SweepTests.WaitFor(() => trainings.All(one => File.Exists(_place[$"runs/{one.Name}/v0001/checkpoints/last.safetensors"])));
            stop.Cancel();
            Assert.Throws<OperationCanceledException>(() => training.GetAwaiter().GetResult());
        }

        Assert.Equal(["interrupted", "interrupted"], trainings.Select(Status));
        Train(trainings, jobs: 2);
        Assert.Equal(["finished", "finished"], trainings.Select(Status));
        Assert.False(Directory.Exists(_place["runs/one/v0002"]));
    }

    private void Train(IReadOnlyList<PaperTraining> trainings, int jobs, CancellationToken stop = default) =>
        new SideBySide(_program, jobs, _place["runs"], _place["logs"], _told.Enqueue, stop).Train(trainings);

    private PaperTraining Training(string name, params string[] overrides) => new([_place["toy.yaml"]], name, overrides);

    private string? Status(PaperTraining training) => ResumeTests.Status(_place, "v0001", $"runs/{training.Name}");
}
