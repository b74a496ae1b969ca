using FFF.Datasets;
using FFF.Datasets.Table;
using FFF.Formats;
using Parquet;
using Parquet.Schema;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Formats;

/// <summary>Parquet and HDF5, as other programs write them.</summary>
public sealed class ColumnarFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    private static string File(string name) => Path.Combine(AppContext.BaseDirectory, "Formats", "Files", name);

    /// <summary>A table of two columns, in groups of ten rows: the first has numbers, the second whole ones, some of which are missing.</summary>
    internal static byte[] Parquet(int rows, bool isMissing = false)
    {
        return Write().GetAwaiter().GetResult();

        async Task<byte[]> Write()
        {
            DataField a = new("a", typeof(double), isNullable: false), b = new("b", typeof(long), isNullable: true);
            using var buffer = new MemoryStream();
            await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(a, b), buffer))
            {
                foreach (var part in Enumerable.Range(0, rows).Chunk(10))
                {
                    using var group = writer.CreateRowGroup();
                    await group.WriteAsync<double>(a, part.Select(i => Math.Sin(i)).ToArray().AsMemory());
                    await group.WriteAsync<long>(b, part.Select(i => isMissing && i == 12 ? (long?)null : 3 * i).ToArray().AsMemory());
                }
            }

            return buffer.ToArray();
        }
    }

    [Fact]
    public void ColumnsOfParquetAreReadByTheirNamesAcrossGroups()
    {
        System.IO.File.WriteAllBytes(_folder["a.parquet"], Parquet(25));
        var file = MatrixFile.Read(_folder["a.parquet"]);
        Assert.Equal(["a", "b"], file.Columns);
        Assert.Equal([25, 2], file.Values.shape);
        Assert.Equal(float64, file.Values.dtype);
        Assert.Equal(Math.Sin(24), file.Values[24, 0].item<double>());
        Assert.Equal(72, file.Values[24, 1].item<double>());
        Assert.Empty(file.Rounded);
    }

    [Fact]
    public void WhatIsMissingIsRefusedWhereItIsUsed()
    {
        System.IO.File.WriteAllBytes(_folder["a.parquet"], Parquet(25, isMissing: true));
        var table = TableFile.Read(_folder["a.parquet"]);
        Assert.Contains("row 12", Assert.Throws<DatasetException>(() => table.Select(["b"], [1])).Message, StringComparison.Ordinal);
        Assert.Equal([25, 1], table.Select(["a"], [0]).shape);
    }

    [Fact]
    public void ParquetOfAnotherProgramIsRead()
    {
        var file = MatrixFile.Read(File("zstd.parquet"));
        Assert.Equal(["a", "n", "k", "f"], file.Columns);
        Assert.Equal([1.5, 1, 4, 0.5, 2.5, 2, 5, 0.25, 3.5, 9007199254740992, 6, 0.125], file.Values.contiguous().data<double>().ToArray());
        Assert.Equal([1], file.Rounded);
        Assert.Contains("'s' holds text", Assert.Throws<FileReadException>(() => MatrixFile.Read(File("text.parquet"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ArraysOfHdf5AreOneTable()
    {
        var file = MatrixFile.Read(File("sims.h5"));
        Assert.Equal(["meta/seed", "theta_0", "theta_1", "x_0", "x_1", "x_2"], file.Columns);
        Assert.Equal([50, 6], file.Values.shape);
        Assert.Equal(49, file.Values[49, 0].item<double>());
        Assert.Equal(0.1257302210933933, file.Values[0, 1].item<double>());
        Assert.Equal(-0.1321048632913019, file.Values[0, 2].item<double>());
        Assert.Equal(-1.2212234f, (float)file.Values[49, 5].item<double>());
    }

    [Theory]
    [InlineData("a.parquet", "is no Parquet file")]
    [InlineData("a.h5", "is no HDF5 file")]
    public void OtherFilesAreRefused(string name, string problem)
    {
        System.IO.File.WriteAllText(_folder[name], "a,b\n1,2\n");
        Assert.Contains(problem, Assert.Throws<FileReadException>(() => MatrixFile.Read(_folder[name])).Message, StringComparison.Ordinal);
        Assert.Contains("no such file", Assert.Throws<FileReadException>(() => MatrixFile.Read(_folder["gone" + name])).Message, StringComparison.Ordinal);
    }
}
