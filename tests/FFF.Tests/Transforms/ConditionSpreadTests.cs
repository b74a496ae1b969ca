using FFF.Randomness;
using FFF.Transforms;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Transforms;

/// <summary>Conditions that combine their numbers as those of the training do not.</summary>
public sealed class ConditionSpreadTests
{
    [Fact]
    public void DistancesAreThoseOfTheOtherHalf()
    {
        using var scope = NewDisposeScope();
        var rows = Rows(400);
        var spread = ConditionSpread.Of(rows)!;
        Assert.Equal(200, spread.Rows);
        var numbers = rows.data<double>().ToArray().Chunk(2).ToArray();
        double[][] seen = [.. numbers.Where((_, row) => row % 2 == 0)];
        var (a, b) = (seen.Average(row => row[0]), seen.Average(row => row[1]));
        double Moment(Func<double[], double> of) => seen.Average(of);
        var (aa, bb, ab) = (Moment(row => (row[0] - a) * (row[0] - a)), Moment(row => (row[1] - b) * (row[1] - b)), Moment(row => (row[0] - a) * (row[1] - b)));
        double Distance(double x, double y) =>
            Math.Sqrt(((bb * (x - a) * (x - a)) - (2 * ab * (x - a) * (y - b)) + (aa * (y - b) * (y - b))) / ((aa * bb) - (ab * ab)));
        Assert.Equal(numbers.Where((_, row) => row % 2 == 1).Max(row => Distance(row[0], row[1])), spread.Largest, 1e-3);
        Assert.Equal(Distance(1.5, -1.5), spread.Distances(tensor(new[,] { { 1.5, -1.5 } }))[0].item<double>(), 1e-2);
        Assert.True(spread.Largest < Distance(1.5, -1.5));
        Assert.True(spread.Largest > Distance(1.5, 1.5));
    }

    /// <summary>Of data with heavy tails, too, a new row is the farthest of n + 1 about once in n + 1 times.</summary>
    [Fact]
    public void FalseAlarmsAreAsRareAsSaid()
    {
        using var scope = NewDisposeScope();
        using var random = new RandomStream(3);
        var rows = random.Normal([200_000, 2], float64).pow(3);
        var spread = ConditionSpread.Of(rows.narrow(0, 0, 2000))!;
        var alarms = spread.Distances(rows.narrow(0, 2000, 198_000)).gt(spread.Largest).sum().item<long>();
        Assert.InRange(alarms, 0, 198_000 * 6 / 1001);
    }

    /// <summary>Files of many conditions of the training's kind hold one that is farther than all of the training's, and that is no alarm.</summary>
    [Fact]
    public void ManyConditionsAreNoMoreAlarmingThanOne()
    {
        using var scope = NewDisposeScope();
        using var random = new RandomStream(3);
        var alarms = Enumerable.Range(0, 200).Count(_ =>
        {
            var rows = random.Normal([1_400, 2], float64);
            return ConditionSpread.Of(rows.narrow(0, 0, 400))!.Unlike(rows.narrow(0, 400, 1_000)) is not null;
        });
        Assert.InRange(alarms, 0, 10);
        var spread = ConditionSpread.Of(Rows(400))!;
        var odd = spread.Unlike(cat([Rows(1_000), tensor(new[,] { { 9.0, -9.0 }, { 1.5, -1.5 } })], 0))!;
        Assert.Equal(1_000, odd.Row);
        Assert.InRange(odd.Count, 2, 60);
    }

    /// <summary>Small variances, as of a column that hardly varies within one half, count by their own size.</summary>
    [Fact]
    public void ColumnsOfAnyScaleAreTold()
    {
        using var scope = NewDisposeScope();
        var rows = Rows(400) * tensor(new[] { 1.0, 1e-5 });
        var (own, small) = (ConditionSpread.Of(Rows(400))!, ConditionSpread.Of(rows)!);
        Assert.Equal(own.Largest, small.Largest, own.Largest * 1e-3);
    }

    [Fact]
    public void WhatFollowsFromOthersMustStillDoSo()
    {
        using var scope = NewDisposeScope();
        var rows = Rows(400);
        var spread = ConditionSpread.Of(cat([rows, rows.sum([1], keepdim: true)], 1))!;
        Assert.True(spread.Distances(tensor(new[,] { { 0.1, 0.2, 0.3 } }))[0].item<double>() < spread.Largest);
        Assert.True(spread.Distances(tensor(new[,] { { 0.1, 0.2, 0.4 } }))[0].item<double>() > spread.Largest);
    }

    [Fact]
    public void FewRowsTellNothing()
    {
        using var scope = NewDisposeScope();
        Assert.Null(ConditionSpread.Of(Rows(99)));
        Assert.Null(ConditionSpread.Of(Rows(400).narrow(1, 0, 1)));
    }

    [Fact]
    public void ItIsSavedAndReadAndDamageIsTold()
    {
        using var scope = NewDisposeScope();
        var spread = ConditionSpread.Of(Rows(400))!;
        var tensors = spread.NamedTensors("s").ToDictionary(named => named.Name, named => named.Value);
        var read = ConditionSpread.From(tensors, "s", 2)!;
        Assert.Equal((spread.Largest, spread.Rows), (read.Largest, read.Rows));
        Check.Close(read.Covariance, spread.Covariance, 0);
        Assert.Null(ConditionSpread.From(tensors, "other", 2));
        Assert.Throws<ArgumentException>(() => ConditionSpread.From(tensors, "s", 3));
        tensors["s.covariance"] = tensors["s.covariance"] * double.NaN;
        Assert.Throws<ArgumentException>(() => ConditionSpread.From(tensors, "s", 2));
    }

    /// <summary>Two columns that go together, [N, 2].</summary>
    private static Tensor Rows(int count)
    {
        using var random = new RandomStream(1);
        var z = random.Normal([count, 2], float64);
        return cat([z.narrow(1, 0, 1), z.narrow(1, 0, 1) + (0.2 * z.narrow(1, 1, 1))], 1);
    }
}
