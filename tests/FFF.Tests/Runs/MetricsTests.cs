using FFF.Formats;
using FFF.Runs;
using FFF.Tests.Formats;
using Xunit;

namespace FFF.Tests.Runs;

public sealed class MetricsTests : IDisposable
{
    private static readonly string[] Columns = ["epoch", "train/loss", "nll"];

    private readonly TemporaryFolder _root = new();
    private readonly RunFolder _run;

    public MetricsTests() => _run = RunFolder.Create(_root.Path, "moons");

    public void Dispose() => _root.Dispose();

    private static Dictionary<string, double> Row(double epoch, double loss, double? nll = null)
    {
        var row = new Dictionary<string, double> { ["epoch"] = epoch, ["train/loss"] = loss };
        if (nll is { } value)
        {
            row["nll"] = value;
        }

        return row;
    }

    private void WriteSteps(params long[] steps)
    {
        using var writer = MetricsWriter.Create(_run, Columns);
        foreach (var step in steps)
        {
            writer.Append(step, Row(step, 0.1 * step));
        }
    }

    [Fact]
    public void WritesOneRowPerStepAtOnce()
    {
        using var writer = MetricsWriter.Create(_run, Columns);
        Assert.Equal("step,epoch,train/loss,nll\n", File.ReadAllText(_run.MetricsFile));

        writer.Append(70, Row(1, 0.1));
        Assert.Equal("step,epoch,train/loss,nll\n70,1,0.1,\n", File.ReadAllText(_run.MetricsFile));

        writer.Append(140, Row(2, double.NaN, -1e-300));
        Assert.Equal("step,epoch,train/loss,nll\n70,1,0.1,\n140,2,NaN,-1E-300\n", File.ReadAllText(_run.MetricsFile));
    }

    [Fact]
    public void ReadsColumnsBackWhileTheyAreWritten()
    {
        using var writer = MetricsWriter.Create(_run, Columns);
        writer.Append(70, Row(1, 1.0 / 3));
        writer.Append(140, Row(2, double.NegativeInfinity, 0.5));

        var metrics = MetricsReader.Read(_run.MetricsFile);

        Assert.Equal([70L, 140], metrics.Steps);
        Assert.Equal(Columns, metrics.Columns.Keys);
        Assert.Equal([1.0 / 3, double.NegativeInfinity], metrics.Columns["train/loss"]);
        Assert.Equal([double.NaN, 0.5], metrics.Columns["nll"]);
    }

    [Fact]
    public void ResumesWithEachRowOnce()
    {
        WriteSteps(10, 20, 30, 40);

        using (var writer = MetricsWriter.Resume(_run, Columns, step: 20))
        {
            Assert.Equal([10L, 20], MetricsReader.Read(_run.MetricsFile).Steps);
            writer.Append(30, Row(30, 7));
        }

        var metrics = MetricsReader.Read(_run.MetricsFile);
        Assert.Equal([10L, 20, 30], metrics.Steps);
        Assert.Equal(7, metrics.Columns["train/loss"][2]);
    }

    [Fact]
    public void RowsOfAnEarlierVersionHaveNothingInColumnsThatItDidNotLog()
    {
        WriteSteps(10, 20);

        using (var writer = MetricsWriter.Resume(_run, ["new", .. Columns, "last"], step: 20))
        {
            writer.Append(30, new Dictionary<string, double> { ["new"] = 1, ["train/loss"] = 2, ["last"] = 3 });
        }

        var metrics = MetricsReader.Read(_run.MetricsFile);
        Assert.Equal(["new", .. Columns, "last"], metrics.Columns.Keys);
        Assert.Equal([10L, 20, 30], metrics.Steps);
        Assert.Equal([double.NaN, double.NaN, 1], metrics.Columns["new"]);
        Assert.Equal([double.NaN, double.NaN, 3], metrics.Columns["last"]);
        Assert.Equal(2, metrics.Columns["train/loss"][2]);
        Assert.All(metrics.Columns["train/loss"], value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void ResumesAfterARowThatWasCutOff()
    {
        WriteSteps(10, 20);
        File.AppendAllText(_run.MetricsFile, "30,3,0.");
        Assert.Equal([10L, 20], MetricsReader.Read(_run.MetricsFile).Steps);

        using (var writer = MetricsWriter.Resume(_run, Columns, step: 40))
        {
            writer.Append(50, Row(50, 7));
        }

        Assert.Equal([10L, 20, 50], MetricsReader.Read(_run.MetricsFile).Steps);
    }

    [Fact]
    public void RefusesToResumeWhatDoesNotFit()
    {
        Assert.Contains("no such file", Assert.Throws<FileReadException>(() => MetricsWriter.Resume(_run, Columns, 20)).Message);

        WriteSteps(10);
        Assert.Contains("this run logs 'step,loss'", Assert.Throws<FileReadException>(() => MetricsWriter.Resume(_run, ["loss"], 20)).Message);

        File.AppendAllText(_run.MetricsFile, "damaged\n");
        Assert.Contains("'damaged' begins with no step", Assert.Throws<FileReadException>(() => MetricsWriter.Resume(_run, Columns, 20)).Message);
    }

    [Fact]
    public void RefusesColumnsAndNamesThatDoNotFit()
    {
        Assert.Throws<ArgumentException>(() => MetricsWriter.Create(_run, ["a", "a"]));
        Assert.Throws<ArgumentException>(() => MetricsWriter.Create(_run, ["a,b"]));
        Assert.Throws<ArgumentException>(() => MetricsWriter.Create(_run, ["step"]));
        Assert.False(File.Exists(_run.MetricsFile));

        using var writer = MetricsWriter.Create(_run, Columns);
        Assert.Throws<ArgumentException>(() => writer.Append(1, new Dictionary<string, double> { ["los"] = 1 }));
    }

    [Fact]
    public void RefusesOtherTables()
    {
        Assert.Contains("its first column is 'x'", Assert.Throws<FileReadException>(() => MetricsReader.Read(_root.WithText("x.csv", "x,y\n1,2\n"))).Message);
        Assert.Contains("line 2, column 'loss'",
            Assert.Throws<FileReadException>(() => MetricsReader.Read(_root.WithText("x.csv", "step,loss\n1,high\n"))).Message);
        Assert.Contains("begins with no header", Assert.Throws<FileReadException>(() => MetricsReader.Read(_root.WithText("x.csv", "step"))).Message);
    }
}
