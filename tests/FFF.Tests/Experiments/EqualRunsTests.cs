using FFF.Configuration;
using FFF.Datasets.Toy;
using FFF.Evaluations.Nll;
using FFF.Experiments;
using FFF.Runs;
using FFF.Tests.Formats;
using Xunit;

namespace FFF.Tests.Experiments;

/// <summary>Which run is gone on with, from folders as training leaves them.</summary>
public sealed class EqualRunsTests : IDisposable
{
    private static readonly Experiment Moons = new()
    {
        Name = "moons",
        Data = new ToyData { Distribution = ToyDistribution.TwoMoons },
        Evaluate = [new NllEvaluation()],
    };

    private readonly TemporaryFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void TheNewestThatHasNotFinished()
    {
        Assert.Null(Newest);
        Add(RunStatus.Interrupted, "2026-01-03");
        var newest = Add(RunStatus.Running, "2026-01-04");
        Add(RunStatus.Failed, "2026-01-02");
        Add(RunStatus.Finished, "2026-01-05", nll: 1.5);
        Assert.Equal(newest, Newest);
    }

    [Fact]
    public void TrainedButNotEvaluatedIsNotFinished()
    {
        var trained = Add(RunStatus.Finished, "2026-01-01");
        Assert.Equal(trained, Newest);
        Assert.Null(EqualRuns.Unfinished(_root.Path, Moons with { Evaluate = [] }));
    }

    /// <summary>Without keys that a later version of the program has added, in another order, with comments, numbers otherwise.</summary>
    [Fact]
    public void ConfigurationsAreComparedByMeaning()
    {
        var run = Add(RunStatus.Interrupted, "2026-01-01");
        File.WriteAllText(run.ConfigFile, """
            # from another time
            evaluate: [{kind: nll}]
            training: {batch_size: 1_28, optimizer: {learning_rate: 0.50e-3}}
            data: {distribution: two_moons, kind: toy}
            name: 'moons'
            """);
        Assert.Equal(run, Newest);

        File.WriteAllText(run.ConfigFile, ExperimentFile.Write(Moons with { Seed = 1 }));
        Assert.Null(Newest);
        File.WriteAllText(run.ConfigFile, "name: [");
        Assert.Null(Newest);
        File.Delete(run.ConfigFile);
        Assert.Null(Newest);
    }

    [Fact]
    public void WhatAnotherProcessTrainsIsLeftToIt()
    {
        var run = Add(RunStatus.Running, "2026-01-01");
        using (RunLock.Take(run))
        {
            Assert.Null(Newest);
        }

        Assert.Equal(run, Newest);
    }

    private RunFolder? Newest => EqualRuns.Unfinished(_root.Path, Moons);

    private RunFolder Add(RunStatus status, string started, double? nll = null)
    {
        var folder = RunFolder.Create(_root.Path, "moons");
        File.WriteAllText(folder.ConfigFile, ExperimentFile.Write(Moons));
        var manifest = Manifest.Start(folder, "", "cpu", 1, 0, []) with
        {
            Status = status,
            Started = DateTimeOffset.Parse(started, System.Globalization.CultureInfo.InvariantCulture),
        };
        (nll is null ? manifest : manifest with { Results = new Dictionary<string, double> { ["nll"] = nll.Value } }).Write(folder.ManifestFile);
        return folder;
    }
}
