using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Samples in all formats, and what conditions them.</summary>
public sealed class SamplingTests(TrainedRuns trained)
{
    [Fact]
    public void AllFormatsHoldTheSameSamples()
    {
        using var place = trained.Copy();
        string[] sample = ["sample", "--run", "moons", "-n", "20", "--seed", "3", "--log-prob"];
        var csv = place.Run([.. sample, "--out", "s.csv"]);
        Assert.Equal("s.csv", csv.LastLine);
        Assert.Contains("samples/s", csv.Out, StringComparison.Ordinal);
        Assert.Equal(0, place.Run([.. sample, "--out", "s.npz"]).Code);
        Assert.EndsWith("\ns.npy\ns.log_prob.npy\n", place.Run([.. sample, "--out", "s.npy"]).Out, StringComparison.Ordinal);

        var (header, rows) = Table(place["s.csv"]);
        Assert.Equal(["x", "y", "log_prob"], header);
        Assert.Equal(20, rows.Length);
        Assert.All(rows, row => Assert.True(double.IsFinite(row[2])));
        Assert.Equal(rows.SelectMany(row => row[..2]).Select(value => (float)value), Floats(File.ReadAllBytes(place["s.npy"])));
        Assert.Equal(rows.Select(row => row[2]), Doubles(File.ReadAllBytes(place["s.log_prob.npy"])));

        using var archive = ZipFile.OpenRead(place["s.npz"]);
        Assert.Equal(["log_prob.npy", "samples.npy"], archive.Entries.Select(entry => entry.FullName).Order());
        using var entry = archive.GetEntry("samples.npy")!.Open();
        using var bytes = new MemoryStream();
        entry.CopyTo(bytes);
        Assert.Equal(File.ReadAllBytes(place["s.npy"]), bytes.ToArray());
    }

    [Fact]
    public void TheSameSeedDrawsTheSameAndTheDefaultNameTellsWhatWasDrawn()
    {
        using var place = trained.Copy();
        var first = place.Run("sample", "--run", "moons", "-n", "5").LastLine;
        Assert.Equal("runs/moons/v0001/samples/n5_seed0.npy", first);
        var again = place.Run("sample", "--run", "moons", "-n", "5", "--out", "again.npy");
        Assert.Equal(File.ReadAllBytes(place[first]), File.ReadAllBytes(place[again.LastLine]));

        var other = place.Run("sample", "--run", "moons", "-n", "5", "--seed", "1", "--temperature", "0.5", "--checkpoint", "last", "--json");
        var result = JsonDocument.Parse(other.Out).RootElement;
        var file = result.GetProperty("files")[0].GetString()!;
        Assert.EndsWith("/n5_seed1_temperature0.5_last.npy", file, StringComparison.Ordinal);
        Assert.NotEqual(File.ReadAllBytes(place[first]), File.ReadAllBytes(file));
        Assert.Equal(JsonValueKind.Null, result.GetProperty("accepted_share").ValueKind);
    }

    [Fact]
    public void SamplesOfAPosteriorLieInThePriorWithAndWithoutDensities()
    {
        using var place = trained.Copy();
        var outcome = place.Run("sample", "--run", "posterior", "--observation", "3", "-n", "300", "--temperature", "20", "--out", "plain.csv", "--json");
        var share = JsonDocument.Parse(outcome.Out).RootElement.GetProperty("accepted_share").GetDouble();
        Assert.InRange(share, 0.01, 0.95); // At this temperature much lies outside.

        var (header, plain) = Table(place["plain.csv"]);
        Assert.Equal(["parameter_1", "parameter_2"], header);
        Assert.Equal(300, plain.Length);
        Assert.All(plain, row => Assert.All(row, value => Assert.InRange(value, -1, 1)));

        Assert.Equal(0,
            place.Run("sample", "--run", "posterior", "--observation", "3", "-n", "300", "--temperature", "20", "--out", "dense.csv", "--log-prob").Code);
        var dense = Table(place["dense.csv"]).Rows;
        Assert.All(plain.Zip(dense), pair => Assert.True(Math.Abs(pair.First[0] - pair.Second[0]) < 1e-5 && Math.Abs(pair.First[1] - pair.Second[1]) < 1e-5));
    }

    /// <summary>Names, where there are some, tell which number is which; the same seed then draws the same.</summary>
    [Fact]
    public void ConditionsAreTakenByName()
    {
        using var place = trained.Copy();
        place.Write("ab.csv", "data_1,data_2\n0.2,-0.6\n");
        place.Write("ba.csv", "data_2,data_1\n-0.6,0.2\n");
        string[] conditions = ["0.2,-0.6", "ab.csv", "ba.csv", "data_2=-0.6,data_1=0.2"];
        var drawn = conditions.Select((condition, i) =>
        {
            Assert.Equal(0, place.Run("sample", "--run", "posterior", "--condition", condition, "-n", "50", "--out", $"{i}.csv").Code);
            return File.ReadAllText(place[$"{i}.csv"]);
        }).ToArray();
        Assert.All(drawn, text => Assert.Equal(drawn[0], text));
        Assert.Equal(0, place.Run("sample", "--run", "posterior", "--condition", "-0.6,0.2", "-n", "50", "--out", "other.csv").Code);
        Assert.NotEqual(drawn[0], File.ReadAllText(place["other.csv"]));
    }

    [Fact]
    public void EachRowOfAFileConditionsASampleOfItsOwn()
    {
        using var place = trained.Copy();
        place.Write("rows.csv",
            "data_1,data_2\n" + string.Concat(Enumerable.Range(0, 200).Select(i => FormattableString.Invariant($"{(i % 2 == 0 ? -0.6 : 0.2)},0\n"))));
        Assert.Equal(0, place.Run("sample", "--run", "posterior", "--condition", "rows.csv", "--out", "each.csv", "--log-prob").Code);
        var rows = Table(place["each.csv"]).Rows;
        Assert.Equal(200, rows.Length);
        Assert.All(rows, row => Assert.True(Math.Abs(row[0]) <= 1 && Math.Abs(row[1]) <= 1 && double.IsFinite(row[2])));

        Assert.Equal(0, place.Run("sample", "--run", "posterior", "--condition", "-0.6,0", "-n", "2000", "--out", "one.csv").Code);
        Assert.Equal(0, place.Run("sample", "--run", "posterior", "--condition", "0.2,0", "-n", "2000", "--out", "other.csv").Code);

        // x₁ + const = −|θ₁ + θ₂| / √2: even a flow that has hardly been trained answers the two conditions differently.
        static double Spread(IEnumerable<double[]> samples) => samples.Average(row => Math.Pow(row[0] + row[1], 2));
        var (one, other) = (Spread(Table(place["one.csv"]).Rows), Spread(Table(place["other.csv"]).Rows));
        var (first, second) = (Spread(rows.Where((_, i) => i % 2 == 0)), Spread(rows.Where((_, i) => i % 2 == 1)));
        Assert.True(Math.Sign(one - other) == Math.Sign(first - second), $"{one} {other}, each {first} {second}");
    }

    private static (string[] Header, double[][] Rows) Table(string path)
    {
        var lines = File.ReadAllLines(path);
        return (lines[0].Split(','),
            [.. lines.Skip(1).Select(line => line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())]);
    }

    private static float[] Floats(byte[] npy) => [.. Data(npy).Chunk(4).Select(b => BitConverter.ToSingle(b))];

    private static double[] Doubles(byte[] npy) => [.. Data(npy).Chunk(8).Select(b => BitConverter.ToDouble(b))];

    private static byte[] Data(byte[] npy) => npy[(10 + BitConverter.ToUInt16(npy, 8))..];
}
