using FFF.Datasets;
using FFF.Randomness;
using FFF.Spaces;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets;

/// <summary>Columns that no density has are told by their names, all of them.</summary>
public sealed class ColumnDoubtsTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly RandomStream _random = new(4);

    public void Dispose()
    {
        _random.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void CountsAreToldAndAmountsAreNot()
    {
        var counts = _random.Normal([3000], float64).mul(2).add(7).round().clamp_min(0);
        var doubt = Assert.Single(Of([Normal(), counts], ["a", "n"]));
        Assert.Contains("'n' holds whole numbers that come again and again, as counts do", doubt, StringComparison.Ordinal);
        Assert.Contains("a uniform random one of [0, 1)", doubt, StringComparison.Ordinal);
        Assert.Contains("'n', 'm' hold whole numbers", Assert.Single(Of([counts, (10 * Normal()).round()], ["n", "m"])), StringComparison.Ordinal);

        // Whole amounts of which hardly one comes twice, and measurements of few digits.
        Assert.Empty(Of([(1e6 * Normal()).round(), (30 * Normal()).round().div(10)], ["dollars", "degrees"]));

        // What the remedy makes of counts has a density.
        Assert.Empty(Of([Normal(), counts + _random.Uniform([3000], float64)], ["a", "n"]));
        Assert.Contains("'c' has only 3 distinct values", Assert.Single(Of([Normal(), Normal().sign().add(Normal().gt(2)).clamp(-1, 1)], ["a", "c"])),
            StringComparison.Ordinal);
    }

    [Fact]
    public void AllColumnsThatFollowFromOthersAreNamedWithThese()
    {
        var (a, b, c) = (Normal(), Normal(), Normal());
        Assert.Empty(Of([a, b, c], ["a", "b", "c"]));
        Assert.EndsWith("the column 'b' follows from 'a', so that the rows have no density in all columns, and the networks fold. Leave it out.",
            Assert.Single(Of([a, (2 * a) + 1, c], ["a", "b", "c"])), StringComparison.Ordinal);
        Assert.EndsWith("the columns 'a2', 'a3' follow from 'a'; column 'b2' follows from 'b'; column 'sum' follows from 'a', 'c', so that the rows have no "
            + "density in all columns, and the networks fold. Leave them out.",
            Assert.Single(Of([a, b, 2 * a, -b, c, 5 - a, a + c], ["a", "b", "a2", "b2", "c", "a3", "sum"])), StringComparison.Ordinal);

        var conditions = new Samples(a.unsqueeze(1), stack([b, c, 3 * b, 7 * c], 1));
        Assert.EndsWith("the condition column 'b3' follows from 'b'; column 'c7' follows from 'c' and tell nothing more. Leave them out.",
            Assert.Single(ColumnDoubts.Of(conditions, new("t", conditions, ["a"], ["b", "c", "b3", "c7"], 0))), StringComparison.Ordinal);
    }

    private Tensor Normal() => _random.Normal([3000], float64);

    private static string[] Of(Tensor[] columns, string[] names)
    {
        var rows = new Samples(stack(columns, 1), null);
        return [.. ColumnDoubts.Of(rows, new("t", rows, names, [], 0))];
    }
}
