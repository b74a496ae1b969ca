using FFF.Formats;
using FFF.Runs;
using FFF.Tests.Formats;
using Xunit;

namespace FFF.Tests.Runs;

/// <summary>The last values of metrics.csv, read from its end.</summary>
public sealed class MetricsTailTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(30, 7)]
    [InlineData(400, 150)]
    [InlineData(3000, 2900)]
    public void AreThoseOfTheWholeFile(int rows, int apart)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "metrics.csv");
        var lines = Enumerable.Range(1, rows).Select(row => $"{row},{row * 0.1:R},{(row % apart == 0 || row == 1 ? $"-{row}.5" : "")},");
        File.WriteAllText(path, "step,loss,val_nll,beta\n" + string.Concat(lines.Select(line => line + "\n")) + "9999,0.");

        var whole = MetricsReader.Read(path);
        var expected = whole.Columns.Where(column => column.Value.Any(double.IsFinite)).ToDictionary(column => column.Key,
            column => column.Value.Last(double.IsFinite));
        expected["step"] = whole.Steps[^1];
        Assert.Equal(expected.OrderBy(value => value.Key), MetricsTail.Read(path).OrderBy(value => value.Key));
    }

    [Fact]
    public void AreNoneWhereNothingWasLogged()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "metrics.csv");
        Assert.Empty(MetricsTail.Read(path));
        File.WriteAllText(path, "step,loss\n");
        Assert.Empty(MetricsTail.Read(path));
        File.WriteAllText(path, "step,loss\n1,2\n3,x\n");
        Assert.Contains("'3,x' has a cell that is no number", Assert.Throws<FileReadException>(() => MetricsTail.Read(path)).Message, StringComparison.Ordinal);
        File.WriteAllText(path, "a,b\n1,2\n");
        Assert.Throws<FileReadException>(() => MetricsTail.Read(path));
    }
}
