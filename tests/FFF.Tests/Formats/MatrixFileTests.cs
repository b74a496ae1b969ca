using FFF.Formats;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Formats;

/// <summary>What names its columns is taken by their names; what has none, in its order.</summary>
public sealed class MatrixFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("a,b,c\n1,2,3\n")]
    [InlineData("c,a,b\n3,1,2\n")]
    [InlineData("\"b\"; a ;c\n2;1;3\n")]
    public void ColumnsAreTakenByName(string text) => Assert.Equal([1, 2, 3], Rows(text, "a", "b", "c"));

    [Fact]
    public void NumbersOfColumnsAreNamesToo()
    {
        Assert.Equal([1, 2], Rows("column_1,column_0\n2,1\n", "0", "1"));
        Assert.Contains("lacks 'column_1'", Problem("column_0\n2\n", "0", "1"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,b\n1,2\n", "lacks 'c': the columns are 'a', 'b', 'c', in any order")]
    [InlineData("a,b,c,d\n1,2,3,4\n", "has 'd', which is none of them")]
    [InlineData("a,b,x,y\n1,2,3,4\n", "lacks 'c' and has 'x', 'y', which are none of them")]
    [InlineData("a,b,C\n1,2,3\n", "lacks 'c' and has 'C', which is none of them")]
    [InlineData("a,b,b\n1,2,3\n", "the column 'b' is there 2 times")]
    public void UnknownAndMissingColumnsAreRefused(string text, string problem) =>
        Assert.Contains(problem, Problem(text, "a", "b", "c"), StringComparison.Ordinal);

    [Fact]
    public void ArraysAreTakenInTheirOrder()
    {
        Npy.Write(_folder["a.npy"], tensor(new double[,] { { 1, 2 }, { 3, 4 } }));
        Assert.Equal([1, 2, 3, 4], MatrixFile.Read(_folder["a.npy"]).Rows(["x", "y"], "the columns").data<double>().ToArray());
        Assert.Contains("has 2 columns, but the columns are 3",
            Assert.Throws<FileReadException>(() => MatrixFile.Read(_folder["a.npy"]).Rows(["x", "y", "z"], "the columns")).Message, StringComparison.Ordinal);

        Npy.Write(_folder["vector.npy"], arange(4));
        Assert.Equal([4, 1], MatrixFile.Read(_folder["vector.npy"]).Rows(["x"], "the columns").shape);
        foreach (var wrong in new[] { zeros(2, 2, 2), tensor(1.0) })
        {
            Npy.Write(_folder["wrong.npy"], wrong);
            Assert.Contains("array.reshape(len(array), -1)", Assert.Throws<FileReadException>(() => MatrixFile.Read(_folder["wrong.npy"])).Message,
                StringComparison.Ordinal);
        }

        Npy.Write(_folder["wide.npy"], zeros(0, 3_000_000_000));
        Assert.Contains("holds no numbers; it has 0 rows", Assert.Throws<FileReadException>(() => MatrixFile.Read(_folder["wide.npy"])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void AnArchiveHasToSayWhichArrayIsMeant()
    {
        var (rows, density) = (tensor(new double[,] { { 1, 2 } }), zeros(1));
        Npz.Write(_folder["one.npz"], new Dictionary<string, Tensor> { ["arr_0"] = rows });
        Npz.Write(_folder["own.npz"], new Dictionary<string, Tensor> { ["samples"] = rows, ["log_prob"] = density });
        Npz.Write(_folder["two.npz"], new Dictionary<string, Tensor> { ["x"] = rows, ["y"] = density });
        Assert.Equal([1, 2], MatrixFile.Read(_folder["one.npz"]).Values.shape);
        Assert.Equal([1, 2], MatrixFile.Read(_folder["own.npz"]).Values.shape);
        Assert.Equal(["x_0", "x_1", "y"], MatrixFile.Read(_folder["two.npz"]).Columns);
        Assert.Equal([1, 2, 0], MatrixFile.Read(_folder["two.npz"]).Values.data<double>().ToArray());
        Npz.Write(_folder["unequal.npz"], new Dictionary<string, Tensor> { ["x"] = rows, ["y"] = zeros(3) });
        Assert.Contains("holds 2 arrays, x (1, 2), y (3): save the one that is meant",
            Assert.Throws<FileReadException>(() => MatrixFile.Read(_folder["unequal.npz"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TextOfOtherEndingsIsNotGuessed()
    {
        Assert.Equal([1, 2], MatrixFile.Read(_folder.WithText("a.tsv", "a\tb\n1\t2\n")).Values.shape);
        Assert.Contains("ends in none of .csv, .tsv", Assert.Throws<FileReadException>(() => MatrixFile.Read(_folder.WithText("a.dat", "a,b\n1,2\n"))).Message,
            StringComparison.Ordinal);
        Assert.False(MatrixFile.IsKnown("a.npy.gz"));
        Assert.True(MatrixFile.IsKnown("a.CSV.BZ2"));
    }

    private double[] Rows(string text, params string[] names) =>
        [.. MatrixFile.Read(_folder.WithText("a.csv", text)).Rows(names, "the columns").data<double>()];

    private string Problem(string text, params string[] names) => Assert.Throws<FileReadException>(() => Rows(text, names)).Message;
}
