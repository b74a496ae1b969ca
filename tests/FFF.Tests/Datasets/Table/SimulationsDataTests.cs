using System.Globalization;
using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Sbi;
using FFF.Datasets.Table;
using FFF.Formats;
using FFF.Spaces;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Table;

/// <summary>Simulations of one's own: parameters and observations in files of their own, or as columns of one table.</summary>
public sealed class SimulationsDataTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly string _folder = Directory.CreateTempSubdirectory("fff-simulations-").FullName;

    public void Dispose()
    {
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void TwoArraysArePairedRowByRow()
    {
        var dataset = Create(new() { Parameters = new() { Path = Array("theta.npy", 40, 2) }, Observations = new() { Path = Array("x.npy", 40, 3) } });
        Assert.Equal(["theta_0", "theta_1"], dataset.Columns);
        Assert.Equal(["x_0", "x_1", "x_2"], dataset.ConditionColumns);
        Assert.True(dataset.Train.Data.select(1, 0).Equals(dataset.Train.Condition!.select(1, 0)));
    }

    [Fact]
    public void OneTableIsTakenApartByNamesRangesAndPatterns()
    {
        var table = Csv("all.csv", ["a", "b", "y1", "y2", "z"], 40);
        var dataset = Create(new() { Parameters = new() { Path = table, Columns = ["0-1"] }, Observations = new() { Columns = ["z", "y*"] } });
        Assert.Equal(["a", "b"], dataset.Columns);
        Assert.Equal(["z", "y1", "y2"], dataset.ConditionColumns);
        Assert.Equal(["y1", "y2", "z"], Create(new() { Parameters = new() { Path = table, Columns = ["a", "b"] } }).ConditionColumns);
        Assert.Equal(["a"], DatasetFactory.Create(new TableData { Path = table, Columns = ["a"], ConditionColumns = ["?2"] }, 1).Columns);
    }

    [Fact]
    public void FilesAreAppended()
    {
        var parts = new TableSource { Path = Csv("one.csv", ["a", "b"], 30), Append = [Csv("two.csv", ["a", "b"], 20)] };
        var dataset = Create(new() { Parameters = parts, Observations = new() { Path = Array("x.npy", 50, 1), Names = ["y"] } });
        Assert.Equal(50, dataset.Train.Count + dataset.Validation.Count + dataset.Test!.Count);
        Assert.Equal(["y"], dataset.ConditionColumns);
        Assert.Equal(3, dataset.Origin!.Files.Count);
    }

    [Fact]
    public void ArraysOfOneArchiveAreColumnsOfOneTable()
    {
        var path = Path.Combine(_folder, "sims.npz");
        Npz.Write(path, new Dictionary<string, Tensor> { ["theta"] = Rows(40, 2), ["x"] = Rows(40, 3), ["noise"] = Rows(40, 1).flatten() });
        var dataset = Create(new() { Parameters = new() { Path = path, Columns = ["theta_*"] }, Observations = new() { Columns = ["x_0-1", "x_*", "noise"] } },
            out var error);
        Assert.Null(dataset);
        Assert.Contains("there is no column 'x_0-1'", error, StringComparison.Ordinal);
        dataset = Create(new() { Parameters = new() { Path = path, Columns = ["theta_*"] }, Observations = new() { Columns = ["x_*", "noise"] } });
        Assert.Equal(["x_0", "x_1", "x_2", "noise"], dataset.ConditionColumns);
    }

    [Theory]
    [InlineData("5-9", "the columns '5-9' are not there: the file has the columns 0 to 1")]
    [InlineData("1-0", "a range goes from the smaller number to the larger one")]
    [InlineData("q*", "no column fits 'q*'. The columns are: a, b.")]
    public void ColumnsThatAreNotThereAreTold(string column, string message)
    {
        Create(new() { Parameters = new() { Path = Csv("p.csv", ["a", "b"], 9), Columns = [column] }, Observations = new() { Path = Array("x.npy", 9, 1) } },
            out var error);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public void RowsThatDoNotMatchAreTold()
    {
        Create(new() { Parameters = new() { Path = Array("theta.npy", 9, 1) }, Observations = new() { Path = Array("x.npy", 8, 1) } }, out var error);
        Assert.Contains("has 9 rows of parameters", error, StringComparison.Ordinal);
        Assert.Contains("has 8 rows of observations", error, StringComparison.Ordinal);
    }

    /// <summary>The key that names a file is the one to look at, whichever file it is and wherever the fault is noticed.</summary>
    [Fact]
    public void AFileThatCannotBeReadIsToldByItsKey()
    {
        var (theta, x, text) = (Csv("theta.csv", ["a"], 9), Array("x.npy", 9, 1), Path.Combine(_folder, "text.csv"));
        File.WriteAllText(text, "a\n1\nnone\n");
        static string? KeyOf(DataConfig data) => Assert.Throws<DatasetException>(() => DatasetFactory.Create(data, 1)).Key;
        foreach (var wrong in (string[])[text, Path.Combine(_folder, "missing.csv")])
        {
            Assert.Equal("parameters", KeyOf(new SimulationsData { Parameters = new() { Path = wrong }, Observations = new() { Path = x } }));
            Assert.Equal("observations", KeyOf(new SimulationsData { Parameters = new() { Path = theta }, Observations = new() { Path = wrong } }));
            Assert.Equal("parameters", KeyOf(new SimulationsData { Parameters = new() { Path = wrong, Columns = ["a"] } }));
            Assert.Equal("path", KeyOf(new TableData { Path = wrong }));
            Assert.Equal("append", KeyOf(new TableData { Path = theta, Append = [wrong] }));
        }
    }

    /// <summary>By the names of the files' own columns, whatever they are called.</summary>
    [Fact]
    public void ColumnsAreLeftOut()
    {
        var (left, right) = (new HashSet<int> { 0 }, new HashSet<int> { 1 });
        var two = new SimulationsData
        {
            Parameters = new() { Path = Array("theta.npy", 40, 2), Names = ["a", "b"] },
            Observations = new() { Path = Array("x.npy", 40, 3) },
            Prior = [new("a", new() { Above = -1 }), new("b", new() { Above = -1 })],
        }.Without(left, right);
        Assert.Equal(["b", "x_0", "x_2"], [.. Create(two).Columns, .. Create(two).ConditionColumns]);
        Assert.Equal(["b"], two.Prior.Select(prior => prior.Key));

        // What is left out of the parameters does not become an observation.
        var one = new SimulationsData { Parameters = new() { Path = Csv("all.csv", ["a", "b", "y1", "y2"], 40), Columns = ["a", "b"] } };
        var without = Create(one.Without(left, new HashSet<int>()));
        Assert.Equal(["b", "y1", "y2"], [.. without.Columns, .. without.ConditionColumns]);
    }

    [Fact]
    public void APriorMakesASpaceWithBounds()
    {
        var data = new SimulationsData
        {
            Parameters = new() { Path = Csv("p.csv", ["a", "b", "c"], 50) },
            Observations = new() { Path = Array("x.npy", 50, 1) },
            Prior =
            [
                new("a", new() { Uniform = [0, 50] }), new("[bc]", new() { Normal = [0, 1] }),
            ],
        };
        Create(data, out var unknown);
        Assert.Contains("there is no column '[bc]'", unknown, StringComparison.Ordinal);
        data = data with { Prior = [data.Prior[0], new("b", new() { LogUniform = [999, 2000] }), new("c", new() { Above = 0 })] };
        ColumnBounds?[] expected = [new(0, 50), new(999, 2000, isLogarithmic: true), new(0, double.PositiveInfinity)];
        Assert.Equal(expected, ((BoundedVectors)Create(data).Train.Space).Bounds);
        Create(data with { Prior = [new("a", new() { Uniform = [3, 50] })] }, out var outside);
        Assert.Contains("'a' lies outside of its bounds (3 to 50) in 3 rows, number 0, 1, 2 (counted from 0", outside, StringComparison.Ordinal);
        Create(data with { Prior = [new("a", new() { Above = 0 })] }, out var onBound);
        Assert.Contains("(above 0) in 1 row, number 0", onBound, StringComparison.Ordinal);
        Create(data with { Prior = [new("*", new() { Above = -1 }), new("a", new() { Above = 0 })] }, out var twice);
        Assert.Contains("'a' gives the column 'a' a second time in data.prior", twice, StringComparison.Ordinal);
    }

    [Fact]
    public void ATableInItsFilesHasBoundsToo()
    {
        var data = new TableData { Path = Array("t.npy", 200, 2), Bounds = [new("0", new() { Bounds = [-1, 200] })] };
        var (memory, files) = (DatasetFactory.Create(data with { InMemory = true }, 1), DatasetFactory.Create(data with { InMemory = false }, 1));
        using var model = FFF.Runs.ExperimentModel.Create(new Experiment { Name = "t", Data = data }, memory.Train, CPU);
        using var stored = FFF.Runs.ExperimentModel.Create(new Experiment { Name = "t", Data = data }, files.Train, CPU);
        Assert.True(model.Sample(100, null, 1).Equals(stored.Sample(100, null, 1)));
        Assert.Contains("(5 to 200) in 5 rows", Assert.Throws<DatasetException>(
            () => DatasetFactory.Create(data with { InMemory = false, Bounds = [new("0", new() { Bounds = [5, 200] })] }, 1)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void TheBoxOfABenchmarkTaskIsTheSameMechanism()
    {
        var dataset = DatasetFactory.Create(new SbiData { Task = "gaussian_linear_uniform", Simulations = 100, Box = true, Cache = false }, 1);
        Assert.Equal(Enumerable.Repeat(new ColumnBounds(-1, 1), 10), ((BoundedVectors)dataset.Train.Space).Bounds);
        Assert.IsType<VectorSpace>(DatasetFactory.Create(new SbiData { Task = "gaussian_linear_uniform", Simulations = 100, Cache = false }, 1).Train.Space);
        Assert.Contains("is no box", Assert.Throws<DatasetException>(() => new SbiData { Task = "sir", Box = true }.Check()).Message, StringComparison.Ordinal);
    }

    private static Dataset Create(SimulationsData data) => DatasetFactory.Create(data, 1);

    private static Dataset? Create(SimulationsData data, out string? error)
    {
        error = null;
        try
        {
            return Create(data);
        }
        catch (DatasetException e)
        {
            error = e.Message;
            return null;
        }
    }

    private static Tensor Rows(int rows, int columns) => arange(rows, float64).unsqueeze(1) + (1000 * arange(columns, float64));

    private string Array(string name, int rows, int columns)
    {
        var path = Path.Combine(_folder, name);
        Npy.Write(path, Rows(rows, columns));
        return path;
    }

    private string Csv(string name, string[] columns, int rows)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllLines(path, [string.Join(',', columns), .. Enumerable.Range(0, rows).Select(row => string.Join(',',
            columns.Select((_, column) => (row + (1000 * column)).ToString(CultureInfo.InvariantCulture))))]);
        return path;
    }
}
