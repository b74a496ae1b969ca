using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Molecules;
using FFF.Datasets.Particles;
using FFF.Datasets.Sbi;
using FFF.Datasets.Table;
using FFF.Datasets.Toy;
using FFF.Evaluations;
using FFF.Evaluations.Boltzmann;
using FFF.Runs;
using Xunit;

namespace FFF.Tests.Experiments;

public sealed class NewestRunTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("fff-runs-").FullName;

    private static readonly Dictionary<string, DataConfig> Data = new()
    {
        ["sbi"] = new SbiData { Task = "sir" },
        ["toy"] = new ToyData { Distribution = ToyDistribution.Rings },
        ["conditional"] = new ToyData { Distribution = ToyDistribution.Rings, Conditional = true },
        ["table"] = new TableData { Path = "a.csv" },
        ["posterior"] = new TableData { Path = "a.csv", ConditionColumns = ["x"] },
        ["dw4"] = new ParticleData { System = ParticleSystemKind.Dw4 },
        ["positions"] = new ParticleData { Path = "a.npy" },
        ["qm7"] = new MoleculeData { Source = MoleculeSource.Qm7 },
    };

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void EachKindFitsItsRuns()
    {
        (RunKind Kind, string[] Fitting)[] kinds =
        [
            (RunKind.Any, [.. Data.Keys]),
            (RunKind.Rows, [.. Data.Keys.Where(name => name != "qm7")]),
            (RunKind.Conditional, ["sbi", "conditional", "posterior"]),
            (RunKind.Benchmark, ["sbi"]),
            (((IEvaluation)new BoltzmannEvaluation()).Runs, ["dw4"]),
            (RunKind.Molecules, ["qm7"]),
            (RunKind.Frames, ["dw4", "positions", "qm7"]),
        ];
        foreach (var (kind, fitting) in kinds)
        {
            Assert.Equal(fitting, Data.Where(data => kind.Fits(new Experiment { Name = data.Key, Data = data.Value })).Select(data => data.Key));
            Assert.True(kind.Fits(ExperimentFile.Load([kind.Example], [])), kind.Example);
        }
    }

    [Fact]
    public void TheNewestFinishedOneThatFitsIsFound()
    {
        Assert.Equal(new NewestRun(null, null, 0), NewestRun.Find(_root, RunKind.Any));
        var first = Add("sbi", day: 1);
        var second = Add("sbi", day: 3);
        var other = Add("toy", day: 4);
        Add("sbi", day: 5, RunStatus.Interrupted);
        Assert.Equal(other, NewestRun.Find(_root, RunKind.Any).Finished);
        Assert.Equal(new NewestRun(second, null, 3), NewestRun.Find(_root, RunKind.Benchmark));

        // One that cannot be read is passed over.
        File.WriteAllText(second.ConfigFile, "no: experiment");
        Assert.Equal(first, NewestRun.Find(_root, RunKind.Benchmark).Finished);
        File.WriteAllText(first.ManifestFile, "{");
        var none = NewestRun.Find(_root, RunKind.Benchmark);
        Assert.Equal((null, 2), (none.Finished, none.FinishedCount));
        Assert.Equal(RunStatus.Interrupted, none.Unfinished!.Manifest!.Status);
        Assert.Null(NewestRun.Find(_root, RunKind.Molecules).Unfinished);
    }

    private RunFolder Add(string data, int day, RunStatus status = RunStatus.Finished) =>
        SyntheticRuns.Add(_root, new Experiment { Name = $"{data}-{day}", Data = Data[data] }, [], day, status);
}
