using FFF.Formats;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Formats;

public sealed class CsvTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("a,b\n1,2\n-3.5,4e-2\n")]
    [InlineData("a,b\r\n1,2\r\n-3.5,4e-2")]
    [InlineData("\uFEFFa,b\n1, 2\n-3.50,+0.04\n")]
    [InlineData("\"a\",b\n\"1\",2\n-3.5,4E-2\n")]
    public void ReadsNamesAndNumbers(string text)
    {
        var (columns, values) = CsvTable.Read(_folder.WithText("a.csv", text));

        Assert.Equal(["a", "b"], columns);
        Assert.Equal(ScalarType.Float64, values.dtype);
        Assert.Equal([2L, 2], values.shape);
        Assert.Equal([1, 2, -3.5, 0.04], values.data<double>().ToArray());
    }

    [Theory]
    [InlineData("a;b\n1;2\n-3.5;4e-2\n")]
    [InlineData("a\tb\r\n1\t2\r\n-3.5\t4e-2\r\n")]
    [InlineData("# a, b\n1, 2\n-3.5, 4D-2\n")]
    [InlineData("a,b\n1,2\n-.35d+1,4.E-002\n\n\n \n")]
    [InlineData("a,b\r1,2\r-3.5,4e-2\r")]
    [InlineData("a,b\n1,2\t\n\t-3.5,4e-2")]
    public void ReadsOtherWaysOfWritingTheSame(string text) => ReadsNamesAndNumbers(text);

    [Fact]
    public void ReadsOneColumn()
    {
        var (columns, values) = CsvTable.Read(_folder.WithText("a.csv", "x\n1\n2\n3\n"));

        Assert.Equal(["x"], columns);
        Assert.Equal([3L, 1], values.shape);
    }

    [Theory]
    [InlineData("a,b\n1,2\n3,NaN\n", "line 3, column 'b': 'NaN' is no finite number")]
    [InlineData("a,b\n1,2\n-Infinity,3\n", "line 3, column 'a': '-Infinity' is no finite number")]
    [InlineData("a,b\n1,1e999\n", "line 2, column 'b': '1e999' is no finite number")]
    [InlineData("a,b\n1,2\nx,3\n", "line 3, column 'a': 'x' is no finite number")]
    [InlineData("a,b\n1,\n", "line 2, column 'b': the cell is empty")]
    [InlineData("a,b\n1, \n", "line 2, column 'b': the cell is empty")]
    [InlineData("a,b\n1,2\n3\n", "line 3: has 1 cell, but the header names 2 columns; the first one missing is 'b'")]
    [InlineData("a,b\n1,2,3\n", "line 2: has 3 cells, but the header names 2 columns")]
    [InlineData("a,b\n1,2\n\n3,4\n", "line 3: is empty")]
    [InlineData("x\n1\n\n2\n", "line 3, column 'x': the cell is empty")]
    [InlineData("1,2\n3,4\n", "line 1: holds numbers; a header row")]
    [InlineData("a,a\n3,4\n", "line 1: the column 'a' is there 2 times")]
    [InlineData("a,\n3,4\n", "line 1: a column has no name")]
    [InlineData("a,b\n", "has a header, but no rows")]
    [InlineData("", "begins with no header")]
    [InlineData("\na,b\n1,2\n", "begins with no header")]
    [InlineData("a|b\n1|2\n", "line 1: the header is one name, 'a|b': cells seem to be separated by '|'")]
    [InlineData("a;b\n1,5;2,5\n", "line 2, column 'a': '1,5' is no finite number; numbers have a decimal point, and no commas")]
    [InlineData("a,b\n1,\"2,000\"\n", "line 2, column 'b': '2,000' is no finite number; numbers have a decimal point, and no commas")]
    [InlineData("a,b\n1,11\0\0\n", "line 2, column 'b': '11\\0\\0' is no finite number; it holds NUL characters")]
    [InlineData("a,b\n1,2 kg\n", "line 2, column 'b': '2 kg' is no finite number")]
    [InlineData("a,b\n1,0x1F\n", "line 2, column 'b': '0x1F' is no finite number")]
    [InlineData("a,b\n1,inf\n", "line 2, column 'b': 'inf' is no finite number")]
    [InlineData("a,b\n1,1_000\n", "line 2, column 'b': '1_000' is no finite number")]
    [InlineData("a,b\n1,1D999\n", "line 2, column 'b': '1D999' is no finite number")]
    [InlineData("a,b\n1,2\u00a0\n", "line 2, column 'b': '2\u00a0' is no finite number")]
    [InlineData("a,b\n\"x\",1,2\n", "line 2: has 3 cells, but the header names 2 columns. R's write.table writes row names so")]
    [InlineData("a,b\n1,5,2,5\n", "line 2: has 4 cells, but the header names 2 columns. Are there commas within numbers?")]
    [InlineData(",a\n0,1\n", "line 1: a column has no name, number 1 of 2: pandas and R")]
    [InlineData("0,1\n3,4\n", "line 1: holds numbers; a header row with the columns' names is needed first. If these are the numbers that pandas")]
    [InlineData("a,b,\n3,4,\n", "line 1: a column has no name, number 3 of 3: is there a comma too many")]
    [InlineData("sep=;\na;b\n1;2\n", "line 1: is a note for Excel")]
    [InlineData("a\0,b\n1,2\n", "line 1: holds NUL characters")]
    [InlineData("{\\rtf1", "has a header, but no rows")]
    [InlineData("a,b\n1,\"2\n", "is no comma-separated text")]
    public void NamesLineAndColumnOfWhatIsWrong(string text, string problem)
    {
        var path = _folder.WithText("bad.csv", text);

        Assert.StartsWith($"{path}: {problem}", Assert.Throws<FileReadException>(() => CsvTable.Read(path)).Message);
    }

    [Fact]
    public void RefusesOtherFormats()
    {
        var path = _folder.WithBytes("zeros.csv", new byte[1 << 16]);

        Assert.StartsWith(path, Assert.Throws<FileReadException>(() => CsvTable.Read(path)).Message);
    }

    [Fact]
    public void ReadsBackTheSameNumbers()
    {
        double[] numbers = [0.1, -1.0 / 3, double.Epsilon, double.MaxValue, 1e22, -0.0];
        CsvTable.Write(_folder["a.csv"], ["x, with comma", "θ"], tensor(numbers, [3, 2]));

        var (columns, values) = CsvTable.Read(_folder["a.csv"]);

        Assert.Equal(["x, with comma", "θ"], columns);
        Assert.Equal(numbers.Select(BitConverter.DoubleToInt64Bits), values.data<double>().ToArray().Select(BitConverter.DoubleToInt64Bits));
    }

    [Fact]
    public void WritesTheShortestTextPerType()
    {
        CsvTable.Write(_folder["a.csv"], ["x", "y"], tensor([0.1f, -2, float.NaN, 3], [2, 2]).t());
        Assert.Equal("x,y\n0.1,NaN\n-2,3\n", File.ReadAllText(_folder["a.csv"]));

        CsvTable.Write(_folder["a.csv"], ["n"], tensor([1L, -9007199254740993L], [2, 1]));
        Assert.Equal("n\n1\n-9007199254740993\n", File.ReadAllText(_folder["a.csv"]));
    }

    [Fact]
    public void RefusesNamesThatDoNotFit()
    {
        Assert.Throws<ArgumentException>(() => CsvTable.Write(_folder["a.csv"], ["x"], zeros(2, 2)));
        Assert.Throws<ArgumentException>(() => CsvTable.Write(_folder["a.csv"], ["x", "x"], zeros(2, 2)));
        Assert.Throws<ArgumentException>(() => CsvTable.Write(_folder["a.csv"], ["0", "1"], zeros(2, 2)));
        Assert.Throws<ArgumentException>(() => CsvTable.Write(_folder["a.csv"], ["x", "y"], zeros(4)));
        Assert.Empty(_folder.Files());
    }
}
