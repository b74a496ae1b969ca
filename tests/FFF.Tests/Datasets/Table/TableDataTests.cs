using FFF.Datasets;
using FFF.Datasets.Table;
using FFF.Formats;
using FFF.Spaces;
using FFF.Transforms;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Table;

/// <summary>The user's own tables: columns by name or number, and every way in which they can be wrong.</summary>
public sealed class TableDataTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly string _folder = Directory.CreateTempSubdirectory("fff-table-").FullName;

    public void Dispose()
    {
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void AllColumnsOfACsvAreLearntIfNoneIsNamed()
    {
        var dataset = DatasetFactory.Create(new TableData { Path = Csv(rows: 50) }, 1);
        Assert.Equal(["time", "mass", "charge"], dataset.Columns);
        Assert.Equal((3, 0), (dataset.Dimension, dataset.ConditionDimension));
        Assert.Equal([40, 5, 5], (long[])[dataset.Train.Count, dataset.Validation.Count, dataset.Test!.Count]);
        Assert.Equal(float64, dataset.Train.Data.dtype);
    }

    [Fact]
    public void ColumnsAreTakenByNameInTheOrderGiven()
    {
        var dataset = DatasetFactory.Create(new TableData { Path = Csv(rows: 50), Columns = ["charge", "time"], ConditionColumns = ["mass"] }, 1);
        Assert.Equal(["charge", "time"], dataset.Columns);
        Assert.Equal(["mass"], dataset.ConditionColumns);
        AssertRows(dataset.Train, [2000, 0], [1000]);
    }

    [Fact]
    public void ColumnsThatAreConditionsAreNotLearnt()
    {
        var dataset = DatasetFactory.Create(new TableData { Path = Csv(rows: 50), ConditionColumns = ["charge", "time"] }, 1);
        Assert.Equal(["mass"], dataset.Columns);
        AssertRows(dataset.Validation, [1000], [2000, 0]);
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Int64)]
    public void ColumnsOfAnArrayAreTakenByNumber(ScalarType type)
    {
        var path = Saved((arange(50).unsqueeze(1) + tensor(new long[] { 0, 1000, 2000 })).to(type));
        var dataset = DatasetFactory.Create(new TableData { Path = path, ConditionColumns = ["1"] }, 1);
        Assert.Equal(["0", "2"], dataset.Columns);
        AssertRows(dataset.Train, [0, 2000], [1000]);
    }

    [Fact]
    public void TheSplitDependsOnTheSeedOnly()
    {
        var config = new TableData { Path = Csv(rows: 50) };
        var (first, again, other) = (DatasetFactory.Create(config, 1), DatasetFactory.Create(config, 1), DatasetFactory.Create(config, 2));
        Assert.True(first.Test!.Data.Equals(again.Test!.Data));
        Assert.False(first.Test.Data.Equals(other.Test!.Data));
    }

    [Fact]
    public void LeavesOnlyTheDataSetBehind()
    {
        var path = Csv(rows: 50);
        var before = _scope.DisposablesCount;
        DatasetFactory.Create(new TableData { Path = path, ConditionColumns = ["mass"] }, 1);
        Assert.Equal(before + 6, _scope.DisposablesCount);
    }

    [Theory]
    [InlineData("a,b\n1,2\n3,nan\n", "line 3", "column 'b'", "nan")]
    [InlineData("a,b\n1,2\nred,4\n", "line 3", "column 'a'", "red")]
    [InlineData("a,b\n1,2\n3\n", "line 3")]
    [InlineData("a,b\n", "no rows")]
    [InlineData("a,b\n1,2\n", "has 1 row,")]
    [InlineData("a,b\n1,2\n1,3\n1,4\n1,5\n", "column 'a'", "same value")]
    public void ABadCsvIsAnErrorThatNamesFileAndPlace(string text, params string[] parts)
    {
        var path = Path.Combine(_folder, "bad.csv");
        File.WriteAllText(path, text);
        AssertError(new TableData { Path = path }, ["bad.csv", .. parts]);
    }

    [Fact]
    public void AMissingFileIsAnErrorThatNamesIt() => AssertError(new TableData { Path = Path.Combine(_folder, "absent.csv") }, "absent.csv", "no such file");

    [Fact]
    public void AnotherFormatIsAnErrorThatNamesThoseThatCanBeRead()
    {
        var path = Path.Combine(_folder, "measurements.dat");
        File.WriteAllText(path, "1 2\n3 4\n");
        AssertError(new TableData { Path = path }, "measurements.dat", ".csv", ".npy");
    }

    [Fact]
    public void AnUnknownColumnIsAnErrorThatNamesTheNearest()
    {
        var path = Csv(rows: 5);
        AssertError(new TableData { Path = path, Columns = ["tmie"] }, path, "no column 'tmie'", "mean 'time'", "time, mass, charge");
        AssertError(new TableData { Path = path, ConditionColumns = ["Charge"] }, path, "no column 'Charge'", "mean 'charge'");
        AssertError(new TableData { Path = Saved(rand(5, 3)), Columns = ["3"] }, "no column '3'", "0, 1, 2");
    }

    [Fact]
    public void AColumnNamedTwiceIsAnError()
    {
        var path = Csv(rows: 5);
        AssertError(new TableData { Path = path, Columns = ["time", "time"] }, path, "'time' is named twice");
        AssertError(new TableData { Path = path, Columns = ["time", "mass"], ConditionColumns = ["mass"] }, path, "'mass' is named twice");
    }

    [Fact]
    public void NothingLeftToLearnIsAnError() =>
        AssertError(new TableData { Path = Csv(rows: 5), ConditionColumns = ["time", "mass", "charge"] }, "no column is left");

    [Fact]
    public void AnArrayThatIsNoTableIsAnErrorThatNamesItsShape()
    {
        AssertError(new TableData { Path = Saved(zeros(5)) }, "array.npy", "(5)");
        AssertError(new TableData { Path = Saved(zeros(5, 2, 3)) }, "array.npy", "(5, 2, 3)");
        AssertError(new TableData { Path = Saved(zeros(0, 2)) }, "array.npy", "0 rows and 2 columns");
    }

    [Fact]
    public void AnArrayWithNaNIsAnErrorThatNamesRowAndColumn()
    {
        var array = arange(10, dtype: float64).reshape(5, 2);
        array[3, 1] = double.NaN;
        AssertError(new TableData { Path = Saved(array) }, "array.npy", "row 3", "column '1'", "NaN");
    }

    /// <summary>Each differs from the next by an exact factor or constant, so what a network is given has to be the same.</summary>
    [Theory]
    [InlineData(1.7e9, 1)]
    [InlineData(-4e15, 8)]
    [InlineData(0, 1e-45)]
    [InlineData(0, 1e-200)]
    [InlineData(0, 1e200)]
    [InlineData(3e300, 1e290)]
    public void ColumnsAreCentredAndScaledBeforeTheyAreRounded(double origin, double unit)
    {
        var plain = rand(300, 2, float64).mul(1000).round();
        plain.select(1, 1).add_(arange(300));
        var dataset = DatasetFactory.Create(new TableData { Path = Saved((plain * unit) + origin), ConditionColumns = ["1"] }, 1);
        var expected = DatasetFactory.Create(new TableData { Path = Saved(plain), ConditionColumns = ["1"] }, 1);
        foreach (var (given, known) in new[] { (dataset.Train.Data, expected.Train.Data), (dataset.Train.Condition!, expected.Train.Condition!) })
        {
            // The mean of numbers about 4e15 is a multiple of 0.5 in float64, which shifts all rows alike.
            Check.Close(Spread(given), Spread(known), origin < -1e15 ? 1e-4 : 1e-6);
        }
    }

    private static Tensor Spread(Tensor rows)
    {
        var standardised = Standardizer.Fit(rows).Forward(rows).Y.to(float32).to(float64);
        Assert.InRange(standardised.mean().item<double>(), -1e-3, 1e-3);
        return standardised - standardised[0];
    }

    [Theory]
    [InlineData(1e12)]
    [InlineData(1e20)]
    [InlineData(1e30)]
    [InlineData(-1e300)]
    public void AColumnWhoseValuesFloat32CannotTellApartIsAnErrorThatSaysHowMany(double outlier)
    {
        var array = arange(200, dtype: float64).unsqueeze(1).repeat(1, 2);
        array[7, 1] = outlier;
        AssertError(new TableData { Path = Saved(array), Standardize = true, TestFraction = 0, ValidationFraction = 0 },
            "column '1' has 200 distinct values in 200 training rows, of which only", "left in float32", "very far from the others");
        AssertError(new TableData { Path = Saved(array), ConditionColumns = ["1"], Standardize = true, TestFraction = 0, ValidationFraction = 0 },
            "condition column '1' has 200 distinct values");
        Assert.Equal(200, DatasetFactory.Create(new TableData { Path = Saved(array), TestFraction = 0, ValidationFraction = 0 }, 1).Train.Count);
        var times = 1.7e9 + (100 * arange(200, dtype: float64).unsqueeze(1)) / 100;
        AssertError(new TableData { Path = Saved(times), Standardize = false, TestFraction = 0, ValidationFraction = 0 }, "column '0' has 200 distinct values",
            "only 3 are left", "data.standardize");
        AssertError(new TableData { Path = Saved(times * 1e30), Standardize = false }, "column '0'", "too large for float32", "data.standardize");
        Assert.Equal(200, DatasetFactory.Create(new TableData { Path = Saved(times), TestFraction = 0, ValidationFraction = 0 }, 1).Train.Count);
    }

    [Fact]
    public void WholeNumbersThatFloat64WouldRoundAreAnError()
    {
        var path = Path.Combine(_folder, "nanoseconds.csv");
        File.WriteAllLines(path, Enumerable.Range(0, 20).Select(n => $"{1_700_000_000_000_000_000 + n},{n}").Prepend("t,x"));
        AssertError(new TableData { Path = path }, "column 't' holds whole numbers of more digits than float64 keeps");
        Assert.Equal(1, DatasetFactory.Create(new TableData { Path = path, Columns = ["x"] }, 1).Dimension);
        AssertError(new TableData { Path = Saved(arange(20).unsqueeze(1) + 1_700_000_000_000_000_000) }, "column '0' holds whole numbers of more digits");
    }

    [Fact]
    public void TheRowNumbersOfPandasAreNotLearnt()
    {
        var path = Path.Combine(_folder, "again.csv");
        File.WriteAllLines(path, Enumerable.Range(0, 20).Select(n => $"{n},{n * n}").Prepend("Unnamed: 0,x"));
        AssertError(new TableData { Path = path }, "'Unnamed: 0' only counts the rows", "index=False");
        Assert.Equal(2, DatasetFactory.Create(new TableData { Path = path, Columns = ["Unnamed: 0", "x"] }, 1).Dimension);
    }

    private static void AssertError(TableData config, params string[] parts)
    {
        var error = Assert.Throws<DatasetException>(() => DatasetFactory.Create(config, 1));
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    /// <summary>Each sample has the values of one row of the file: n, n + 1000 and n + 2000 in row n.</summary>
    private static void AssertRows(IRows samples, double[] dataOffsets, double[] conditionOffsets)
    {
        for (var i = 0; i < samples.Count; i++)
        {
            var values = samples.Data[i].data<double>().ToArray();
            var row = values[0] % 1000;
            Assert.Equal(dataOffsets.Select(offset => row + offset), values);
            Assert.Equal(conditionOffsets.Select(offset => row + offset), samples.Condition![i].data<double>().ToArray());
        }
    }

    /// <summary>Columns time, mass and charge, with the values n, n + 1000 and n + 2000 in row n.</summary>
    private string Csv(int rows)
    {
        var path = Path.Combine(_folder, "measurements.csv");
        File.WriteAllLines(path, Enumerable.Range(0, rows).Select(n => $"{n},{n + 1000},{n + 2000}").Prepend("time,mass,charge"));
        return path;
    }

    private string Saved(Tensor array)
    {
        var path = Path.Combine(_folder, "array.npy");
        Npy.Write(path, array);
        return path;
    }
}
