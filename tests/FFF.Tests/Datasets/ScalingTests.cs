using System.Globalization;
using FFF.Datasets;
using FFF.Datasets.Sbi;
using FFF.Datasets.Table;
using FFF.Transforms;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets;

/// <summary>What a data set says of columns that cannot be standardised well.</summary>
public sealed class ScalingTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("fff-scaling-").FullName, "t.csv");

    public ScalingTests()
    {
        var random = new Random(1);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        File.WriteAllLines(_path, ["a,count,flux", .. Enumerable.Range(0, 500).Select(_ => string.Create(CultureInfo.InvariantCulture,
            $"{Normal()},{Math.Floor(Math.Exp(3 * Normal()))},{12 * Math.Exp(3 * Normal())}"))]);
    }

    public void Dispose()
    {
        _scope.Dispose();
        Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);
    }

    [Fact]
    public void TheLogSaysWhatWasChosen()
    {
        var told = Told(new());
        Assert.Contains("as its logarithm", told.Single(line => line.Contains("'flux' has heavy tails", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("arsinh(x / ", told.Single(line => line.Contains("'count' has heavy tails", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain(told, line => line.Contains("'a' has", StringComparison.Ordinal));
    }

    [Fact]
    public void WithoutTheChoiceThereIsAWarning()
    {
        Assert.Contains(Told(true), line => line.Contains("most of its values become almost the same", StringComparison.Ordinal));
        Assert.DoesNotContain(Told(new() { Columns = [new("flux", Scaling.Log), new("c*", Scaling.Rank)] }),
            line => line.Contains("heavy", StringComparison.Ordinal));
        Assert.Contains("there is no column 'fluks'. Did you mean 'flux'?",
            Assert.Throws<DatasetException>(() => Told(new() { Columns = [new("fluks", Scaling.Log)] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RowsInTheirFilesAreScaledAlike()
    {
        var config = new TableData { Path = _path, ConditionColumns = ["flux"], Columns = ["a", "count"] };
        using var memory = Model(config with { InMemory = true });
        using var files = Model(config with { InMemory = false });
        var condition = tensor(new[] { 1e3 });
        Assert.True(memory.Sample(50, condition, 1).Equals(files.Sample(50, condition, 1)));
        Assert.IsType<Chain>(memory.Transform);
    }

    /// <summary>The settings of the benchmark were found with means and deviations: nothing else is chosen for its tasks.</summary>
    [Fact]
    public void TasksOfTheBenchmarkStayAsTheyAre()
    {
        foreach (var name in SbiTasks.Names)
        {
            var told = new List<string>();
            _ = DatasetFactory.Create(new SbiData { Task = name, Simulations = 2000, Cache = false }, 1, told.Add);
            Assert.DoesNotContain(told, line => line.Contains("heavy", StringComparison.Ordinal));
        }
    }

    private static DensityModel Model(TableData config) =>
        FFF.Runs.ExperimentModel.Create(new FFF.Configuration.Experiment { Name = "t", Data = config }, DatasetFactory.Create(config, 1), CPU);

    private List<string> Told(Standardization standardize)
    {
        var told = new List<string>();
        _ = DatasetFactory.Create(new TableData { Path = _path, Standardize = standardize, ConditionColumns = ["flux"] }, 1, told.Add);
        return told;
    }
}
