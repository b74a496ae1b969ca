using FFF.Configuration;
using FFF.Datasets.Sbi;
using FFF.Datasets.Toy;
using FFF.Evaluations.C2st;
using FFF.Runs;
using FFF.Tests.Formats;
using Xunit;

namespace FFF.Tests.Experiments;

public sealed class BenchmarkRunsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Root => _folder.Path;

    public void Dispose() => _folder.Dispose();

    private BenchmarkRuns Read() => BenchmarkRuns.Read([.. RunLocator.List(Root).Select(run => run.Folder)]);

    [Fact]
    public void APointIsTheMeanAndDeviationOverObservations()
    {
        SyntheticRuns.Add(Root, "two_moons", 10_000, [0.5, 0.6, 0.7]);
        var score = Assert.Single(BenchmarkScore.Of(Read().Runs));
        Assert.Equal(new BenchmarkPoint("two_moons", "fff", 10_000), score.Point);
        Assert.Equal(0.6, score.Mean, 12);
        Assert.Equal(0.1, score.Std, 12);
        Assert.Null(score.StdOfSeeds);
        Assert.Equal(0.606, score.Published!.Value, 0.0005);
        Assert.Equal((-1.5, 60.0, 120.0), (score.Nll, score.TrainingSeconds, score.C2stSeconds));
        Assert.Empty(Read().LeftOut);
    }

    /// <summary>Two seeds that err in opposite directions at each observation leave no deviation over the observations.</summary>
    [Fact]
    public void SeveralSeedsAreAveragedObservationByObservation()
    {
        SyntheticRuns.Add(Root, "slcp", 500, [0.6, 0.7], seed: 4);
        SyntheticRuns.Add(Root, "slcp", 500, [0.8, 0.7], seed: 2, metrics: "step,epoch,seconds\n10,1,100\n");
        var score = Assert.Single(BenchmarkScore.Of(Read().Runs));
        Assert.Equal([2, 4], score.Runs.Select(run => run.Seed));
        Assert.Equal([0.7, 0.7], score.Observations.Values.Select(c2st => Math.Round(c2st, 12)));
        Assert.Equal(0, score.Std, 12);
        Assert.Equal(Math.Sqrt(2) * 0.05, score.StdOfSeeds!.Value, 12);
        Assert.Equal(-4.5, score.Nll!.Value, 12);
        Assert.Equal(80, score.TrainingSeconds);
        Assert.Null(score.Published);
    }

    [Fact]
    public void ScoresComeInTheOrderOfTheBenchmark()
    {
        foreach (var (task, simulations) in new[] { ("sir", 1000), ("two_moons", 1000), ("gaussian_linear", 10_000), ("lotka_volterra", 1000), ("slcp", 1000) })
        {
            SyntheticRuns.Add(Root, task, simulations, [0.5]);
        }

        Assert.Equal(["slcp", "two_moons", "sir", "lotka_volterra", "gaussian_linear"], BenchmarkScore.Of(Read().Runs).Select(score => score.Point.Task));
    }

    [Fact]
    public void TheNewestFinishedVersionCountsWhateverItsName()
    {
        SyntheticRuns.Add(Root, "sir", 1000, [0.6], day: 1);
        SyntheticRuns.Add(Root, new Experiment { Name = "other", Data = new SbiData { Task = "sir", Simulations = 1000 } }, [0.7], day: 2);
        SyntheticRuns.Add(Root, "sir", 1000, [0.8], day: 0);
        SyntheticRuns.Add(Root, "sir", 1000, [], day: 3, status: RunStatus.Interrupted);
        SyntheticRuns.Add(Root, "sir", 1000, [], day: 0, status: RunStatus.Failed);
        var read = Read();
        Assert.Equal("other", Assert.Single(read.Runs).Folder.Name);

        // The newer one is told, the older one is of no interest.
        Assert.Equal(["sir-1000/v0003 is left out: it has not finished, but is interrupted."], read.LeftOut);
    }

    [Fact]
    public void TheTimeOfAResumedRunIsThatOfAllItsParts()
    {
        SyntheticRuns.Add(Root, "sir", 1000, [0.6], metrics: "step,epoch,seconds\n1,1,10\n2,2,25\n3,3,7\n4,4,8\n5,5,3\n");
        Assert.Equal(25 + 8 + 3, Assert.Single(Read().Runs).TrainingSeconds);
    }

    [Fact]
    public void ATimeThatIsNotKnownIsLeftOut()
    {
        SyntheticRuns.Add(Root, "sir", 1000, [0.6], metrics: "step,epoch\n1,1\n");
        var folder = SyntheticRuns.Add(Root, "sir", 1000, [0.6], seed: 1);
        File.Delete(folder.MetricsFile);
        Assert.Null(Assert.Single(BenchmarkScore.Of(Read().Runs)).TrainingSeconds);
    }

    [Fact]
    public void WhatDoesNotCountIsTold()
    {
        SyntheticRuns.Add(Root, "sir", 1000, []);
        File.WriteAllText(SyntheticRuns.Add(Root, "slcp", 1000, [0.5]).ConfigFile, "name: [\n");
        File.WriteAllText(SyntheticRuns.Add(Root, "slcp", 2000, [0.5]).ManifestFile, "{}");
        File.WriteAllText(C2stReport.File(SyntheticRuns.Add(Root, "slcp", 3000, [0.5])), """{"task": "slcp"}""");
        File.WriteAllText(C2stReport.File(SyntheticRuns.Add(Root, "slcp", 4000, [0.5])),
            """{"task": "slcp", "mean": 1, "std": 0, "observations": [], "samples": 1, "seconds": 1}""");
        File.WriteAllText(SyntheticRuns.Add(Root, "slcp", 5000, [0.5]).MetricsFile, "nothing\nof,a,run\n");
        SyntheticRuns.Add(Root, new Experiment { Name = "toy", Data = new ToyData { Distribution = ToyDistribution.Rings } }, []);
        SyntheticRuns.Add(Root, new Experiment { Name = "foreign", Data = new SbiData { Task = "three_moons" } }, [0.5]);

        var read = Read();
        Assert.Empty(read.Runs);
        Assert.Equal(7, read.LeftOut.Count);
        Assert.Equal("2 runs are left out: not on a task of the benchmark.", read.LeftOut[^1]);
        Tells("sir-1000/v0001", "it has no C2ST. Evaluate it with 'fff eval-c2st --run ");
        Tells("slcp-1000/v0001", "config.yaml");
        Tells("slcp-2000/v0001", "is no manifest");
        Tells("slcp-3000/v0001", "holds no C2ST");
        Tells("slcp-4000/v0001", "holds no observation");
        Tells("slcp-5000/v0001", "metrics.csv");

        void Tells(string run, string reason) =>
            Assert.Contains(read.LeftOut,
                text => text.StartsWith($"{run} is left out: ", StringComparison.Ordinal) && text.Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public void TheTasksAreTheTenOfTheBenchmark() =>
        Assert.Equal(
            ["gaussian_linear", "gaussian_linear_uniform", "slcp", "slcp_distractors", "bernoulli_glm", "bernoulli_glm_raw", "gaussian_mixture", "two_moons",
                "sir", "lotka_volterra"],
            SbiTasks.Names);
}
