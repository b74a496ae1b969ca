using System.Buffers.Binary;
using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Table;
using FFF.Experiments;
using FFF.Flows;
using FFF.Formats;
using FFF.Native;
using FFF.Runs;
using FFF.Spaces;
using FFF.Tests.Formats;
using FFF.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Table;

/// <summary>Tables whose rows stay in their files are the same, to the bit, as tables in memory.</summary>
public sealed class StoredRowsTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TemporaryFolder _folder = new();
    private readonly string? _cache = Environment.GetEnvironmentVariable(CacheFolder.Variable);

    public StoredRowsTests() => Environment.SetEnvironmentVariable(CacheFolder.Variable, _folder["cache"]);

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(CacheFolder.Variable, _cache);
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Int32)]
    [InlineData(ScalarType.Int64)]
    public void ColumnsConditionsAndSplitAreTheSame(ScalarType type)
    {
        Npy.Write(_folder["x.npy"], (Values(400) * 1000).to(type));
        AssertSame(new TableData { Path = _folder["x.npy"], Columns = ["3", "0"], ConditionColumns = ["2"] });
        AssertSame(new TableData { Path = _folder["x.npy"], ShuffleBlock = 4 });
    }

    [Theory]
    [InlineData(">f4", 4)]
    [InlineData(">f8", 8)]
    [InlineData(">i2", 2)]
    [InlineData("<u2", 2)]
    [InlineData("<u8", 8)]
    [InlineData("|u1", 1)]
    [InlineData("<f2", 2)]
    public void OtherTypesAreDecodedAsInMemory(string type, int size)
    {
        using (var file = File.Create(_folder["x.npy"]))
        {
            new NpyHeader(type, false, [300, 2]).Write(file);
            for (var i = 0; i < 600; i++)
            {
                // Small whole numbers, which as bits of floating-point numbers are finite.
                var bytes = new byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(bytes, i * 37 % 15_000);
                var stored = bytes.AsSpan(0, size);
                if (type[0] == '>')
                {
                    stored.Reverse();
                }

                file.Write(stored);
            }
        }

        var rows = NpyRows.Open(_folder["x.npy"])!;
        var numbers = new double[600];
        rows.Read(0, numbers);
        Assert.Equal(Npy.Read(_folder["x.npy"]).to(float64).data<double>().ToArray(), numbers);
        rows.Read(17, numbers.AsSpan(0, 2));
        Assert.Equal(Npy.Read(_folder["x.npy"]).to(float64)[17].data<double>().ToArray(), numbers[..2]);
    }

    [Fact]
    public void FilesThatANamePatternFitsAreOneTableInTheOrderOfTheirNames()
    {
        var values = Values(300);
        Npy.Write(_folder["all.npy"], values);
        Npy.Write(_folder["part-10.npy"], values.narrow(0, 0, 120));
        Npy.Write(_folder["part-2.npy"], values.narrow(0, 120, 1));
        Npy.Write(_folder["part-3.npy"], values.narrow(0, 121, 179));
        File.WriteAllText(_folder[".part-4.npy"], "being written");
        var whole = DatasetFactory.Create(new TableData { Path = _folder["all.npy"] }, 1);
        foreach (var inMemory in (bool[])[true, false])
        {
            var parts = DatasetFactory.Create(new TableData { Path = _folder["part-*.npy"], InMemory = inMemory }, 1);
            Assert.True(whole.Train.Data.Equals(parts.Train.Data));
            Assert.Equal(["part-10.npy", "part-2.npy", "part-3.npy"], parts.Origin!.Files.Select(file => Path.GetFileName(file.Path)));
        }

        Npy.Write(_folder["part-5.npy"], values.narrow(1, 0, 2));
        var error = Assert.Throws<DatasetException>(() => DatasetFactory.Create(new TableData { Path = _folder["part-*.npy"], InMemory = false }, 1));
        Assert.Contains("part-5.npy: has the columns 0 to 1, but", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TextAndArchivesAreConvertedOnceAndKnownByTheirContent()
    {
        var values = Values(300);
        CsvTable.Write(_folder["x.csv"], ["a", "b", "c", "d"], values);
        Npz.Write(_folder["x.npz"], new Dictionary<string, Tensor> { ["x"] = values });
        AssertSame(new TableData { Path = _folder["x.csv"], ConditionColumns = ["c"] });
        AssertSame(new TableData { Path = _folder["x.npz"], ConditionColumns = ["2"] });
        Assert.Equal(2, Directory.GetFiles(_folder["cache/tables"], "*.npy").Length);

        var warnings = new List<string>();
        DatasetFactory.Create(new TableData { Path = _folder["x.csv"], InMemory = false }, 1, warnings.Add);
        Assert.Empty(warnings);
        foreach (var file in Directory.GetFiles(_folder["cache/tables"], "*.npy"))
        {
            var bytes = File.ReadAllBytes(file);
            bytes[^3] ^= 1;
            File.WriteAllBytes(file, bytes);
        }

        var again = DatasetFactory.Create(new TableData { Path = _folder["x.csv"], InMemory = false }, 1, warnings.Add);
        Assert.Contains(warnings, warning => warning.Contains("is damaged. It is made again.", StringComparison.Ordinal));
        Assert.True(DatasetFactory.Create(new TableData { Path = _folder["x.csv"] }, 1).Train.Data.Equals(again.Train.Data));

        CsvTable.Write(_folder["counted.csv"], ["index", "b"], stack([arange(300, dtype: float64), values.select(1, 0)], 1));
        Assert.Contains("'index' only counts the rows",
            Assert.Throws<DatasetException>(() => DatasetFactory.Create(new TableData { Path = _folder["counted.csv"], InMemory = false }, 1)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void WhatCannotBeLearntIsToldWithItsPlace()
    {
        var values = Values(300);
        values[217, 1] = double.NaN;
        Npy.Write(_folder["x.npy"], values);
        var config = new TableData { Path = _folder["x.npy"], InMemory = false };
        Assert.Contains("row 217 (counted from 0, without a header), column '1': NaN is not finite",
            Assert.Throws<DatasetException>(() => DatasetFactory.Create(config, 1)).Message, StringComparison.Ordinal);
        Assert.NotNull(DatasetFactory.Create(config with { Columns = ["0", "2"] }, 1));

        Npy.Write(_folder["x.npy"], cat([ones(300, 1), rand(300, 1)], 1));
        Assert.Contains("'0' has the same value", Assert.Throws<DatasetException>(() => DatasetFactory.Create(config, 1)).Message, StringComparison.Ordinal);

        Npy.Write(_folder["x.npy"], stack([arange(300) + (1L << 60), arange(300)], 1));
        Assert.Contains("'0' holds whole numbers of more digits",
            Assert.Throws<DatasetException>(() => DatasetFactory.Create(config, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatIsCutShortIsAPlainError()
    {
        Npy.Write(_folder["x.npy"], Values(300));
        var dataset = DatasetFactory.Create(new TableData { Path = _folder["x.npy"], InMemory = false }, 1);
        using (var file = new FileStream(_folder["x.npy"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(1000);
        }

        var error = Assert.Throws<DatasetException>(() => dataset.Train.Part(0, 100));
        Assert.Contains("became shorter while it was in use", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ManyRowsHaveTheMomentsThatOnePassInMemoryGives()
    {
        // Ten parts of rows at once, whose columns are far from zero or tiny.
        var values = randn(300_000, 40) * tensor(new[] { 1e-200, 1e3, 1, 5 }).repeat(10) + tensor(new[] { 0, 1e9, 0, -3 }).repeat(10);
        Npy.Write(_folder["x.npy"], values);
        var config = new TableData { Path = _folder["x.npy"], TestFraction = 0 };
        var stored = DatasetFactory.Create(config with { InMemory = false }, 1).Train;
        var memory = DatasetFactory.Create(config with { InMemory = true }, 1).Train;
        Assert.True(((IRows)stored).Ranges().Count() > 5);
        var (found, expected) = (stored.Moments(null), memory.Moments(null));
        Assert.Equal(expected.Rows, found.Rows);
        Assert.Equal(expected.Least, found.Least);
        Assert.Equal(expected.Greatest, found.Greatest);
        for (var i = 0; i < 40; i++)
        {
            Assert.Equal(0, (found.Mean[i] - expected.Mean[i]) / expected.Std[i], 1e-6);
            Assert.Equal(1, found.Std[i] / expected.Std[i], 1e-6);
        }
    }

    [Fact]
    public void ARunLearnsTheSameWeightsToTheBit()
    {
        Npy.Write(_folder["x.npy"], Values(300).to(float32));
        var weights = ((bool[])[true, false]).Select(inMemory =>
        {
            var experiment = new Experiment
            {
                Name = $"in-memory-{inMemory}",
                Data = new TableData { Path = _folder["x.npy"], ConditionColumns = ["1"], InMemory = inMemory },
                Method = new FreeFormMethod(),
                Training = new TrainingConfig { Epochs = 2, BatchSize = 32, Device = "cpu" },
            };
            using var run = new TrainingRun(experiment, new() { RunsRoot = _folder["runs"] });
            var (folder, status) = run.Start(TestContext.Current.CancellationToken);
            Assert.Equal(RunStatus.Finished, status);
            return Safetensors.Read(folder.LastCheckpoint).Tensors;
        }).ToArray();
        Assert.Equal(weights[0].Keys.Order(), weights[1].Keys.Order());
        Assert.All(weights[0], named => Assert.True(named.Value.Equals(weights[1][named.Key]), named.Key));
    }

    /// <summary>Columns of different scales, with a seed of their own.</summary>
    private static Tensor Values(int rows)
    {
        using var random = FFF.Randomness.NamedSeed.Stream(5, "test");
        return random.Normal([rows, 4], float64) * tensor(new[] { 1.0, 20, 0.1, 3 }) + tensor(new[] { 0.0, 100, 5, -1 });
    }

    private static void AssertSame(TableData config)
    {
        var (memory, stored) = (DatasetFactory.Create(config with { InMemory = true }, 1), DatasetFactory.Create(config with { InMemory = false }, 1));
        Assert.IsType<Samples>(memory.Train);
        Assert.IsType<StoredRows>(stored.Train);
        Assert.Equal(memory.Columns, stored.Columns);
        Assert.Equal(memory.Origin!.Rows, stored.Origin!.Rows);
        foreach (var (expected, found) in new[] { (memory.Train, stored.Train), (memory.Validation, stored.Validation), (memory.Test!, stored.Test!) })
        {
            Assert.True(expected.Data.Equals(found.Data));
            Assert.True(expected.Condition is null ? found.Condition is null : expected.Condition.Equals(found.Condition!));
            Assert.Equal(expected.Moments(null).Std, found.Moments(null).Std);
            Assert.Equal(expected.Moments(null).Mean, found.Moments(null).Mean);
        }

        using var batches = new Batches(memory.Train, 16, 7);
        using var others = new Batches(stored.Train, 16, 7);
        Assert.True(batches.At(3, 2).Batch.Data.Equals(others.At(3, 2).Batch.Data));
    }
}
