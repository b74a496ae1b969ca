using FFF.Evaluations.Predictive;
using FFF.Randomness;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Evaluations;

/// <summary>What is observed beside what is predicted.</summary>
public sealed class PredictiveCheckTests
{
    [Fact]
    public void TailsAndDistancesAreThoseOfCounting()
    {
        using var scope = NewDisposeScope();
        using var random = new RandomStream(4);
        var z = random.Normal([400, 2], float64);
        var predicted = stack([z.select(1, 0), z.select(1, 0) + (0.1 * z.select(1, 1))], 1);
        double[] observed = [0.4, 1.1];
        var check = PredictiveCheck.Of(["p", "q"], tensor(observed), predicted, lost: 2);
        double[][] rows = [.. predicted.data<double>().ToArray().Chunk(2)];
        for (var column = 0; column < 2; column++)
        {
            var above = (1 + rows.Count(row => row[column] >= observed[column])) / 401.0;
            var below = (1 + rows.Count(row => row[column] <= observed[column])) / 401.0;
            Assert.Equal(2 * Math.Min(above, below), check.Columns[column].Tail, 1e-12);
            var sorted = rows.Select(row => row[column]).Order().ToArray();
            Assert.InRange(check.Columns[column].Median, sorted[198], sorted[201]);
            Assert.InRange(check.Columns[column].Low, sorted[18], sorted[21]);
        }

        // Each number is usual, together they are not: the second never differs so much from the first.
        Assert.Empty(check.Unlike);
        var (seen, other) = (rows[..200], rows[200..]);
        var (a, b) = (seen.Average(row => row[0]), seen.Average(row => row[1]));
        double Moment(Func<double[], double> of) => seen.Sum(of) / 199;
        var (aa, bb, ab) = (Moment(r => (r[0] - a) * (r[0] - a)), Moment(r => (r[1] - b) * (r[1] - b)), Moment(r => (r[0] - a) * (r[1] - b)));
        double Distance(double[] r) =>
            ((bb * (r[0] - a) * (r[0] - a)) - (2 * ab * (r[0] - a) * (r[1] - b)) + (aa * (r[1] - b) * (r[1] - b))) / ((aa * bb) - (ab * ab));
        Assert.Equal((1 + other.Count(row => Distance(row) >= Distance(observed))) / 201.0, check.Joint!.Value, 1e-12);
        Assert.Contains("together they are not", check.Verdict, StringComparison.Ordinal);
        Assert.Equal(2, check.Lost);
    }

    [Fact]
    public void ARightModelIsSeldomBlamed()
    {
        using var scope = NewDisposeScope();
        using var random = new RandomStream(5);
        var blamed = Enumerable.Range(0, 300).Count(_ =>
        {
            using var inner = NewDisposeScope();
            var draws = random.Normal([401, 3], float64);
            var check = PredictiveCheck.Of(["a", "b", "c"], draws[0], draws.narrow(0, 1, 400), lost: 0);
            return check.Unlike.Count > 0 || check.Joint < PredictiveCheck.Level;
        });
        Assert.InRange(blamed, 0, 16);
    }

    [Fact]
    public void WhatNeverVariesIsComparedToo()
    {
        using var scope = NewDisposeScope();
        var check = PredictiveCheck.Of(["a"], tensor(new[] { 2.0 }), full(100, 1, 1.0, dtype: float64), lost: 0);
        Assert.Null(check.Joint);
        Assert.Empty(check.Unlike);
        Assert.Contains("250 predictions are needed", check.Verdict, StringComparison.Ordinal);
        Assert.Equal(2 / 101.0, check.Columns[0].Tail, 1e-12);
    }
}
