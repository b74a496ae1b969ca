using FFF.Evaluation.Molecules;
using Xunit;

namespace FFF.Tests.Evaluation.Molecules;

public sealed class DistanceTests
{
    /// <summary>Of equally many numbers it is the mean distance of the sorted ones.</summary>
    [Fact]
    public void WassersteinOfEqualCountsPairsTheSorted()
    {
        var random = new Random(1);
        double[] a = [.. Enumerable.Range(0, 200).Select(_ => Math.Round(random.NextDouble(), 2))];
        double[] b = [.. Enumerable.Range(0, 200).Select(_ => 3 * random.NextDouble())];
        var expected = a.Order().Zip(b.Order(), (x, y) => Math.Abs(x - y)).Average();
        Assert.Equal(expected, Wasserstein.Distance(a, b)!.Value, 12);
        Assert.Equal(expected, Wasserstein.Distance(b, a)!.Value, 12);
    }

    /// <summary>Sets of 6 and 4 numbers, each repeated to 12, are the same distributions.</summary>
    [Fact]
    public void WassersteinOfUnequalCountsIsThatOfRepeatedNumbers()
    {
        double[] a = [0.3, 7, -2, 7, 1.5, 4], b = [5, -1, 0.25, 8];
        var repeatedA = a.SelectMany(x => Enumerable.Repeat(x, 2)).Order();
        var repeatedB = b.SelectMany(x => Enumerable.Repeat(x, 3)).Order();
        Assert.Equal(repeatedA.Zip(repeatedB, (x, y) => Math.Abs(x - y)).Average(), Wasserstein.Distance(a, b)!.Value, 12);
    }

    [Fact]
    public void WassersteinOfAShiftIsTheShift()
    {
        Assert.Equal(2.5, Wasserstein.Distance([1, 2, 3], [3.5, 4.5, 5.5])!.Value, 12);
        Assert.Equal(0, Wasserstein.Distance([1, 1], [1]));
        Assert.Null(Wasserstein.Distance([], [1]));
    }

    /// <summary>Not a number is equal to nothing, itself included: a merge that waits for an equal one never ends.</summary>
    [Fact]
    public void WassersteinOfWhatIsNotANumberIsNotANumber()
    {
        Assert.True(double.IsNaN(Wasserstein.Distance([1, double.NaN], [2, 3])!.Value));
        Assert.True(double.IsNaN(Wasserstein.Distance([1, 2], [double.NaN])!.Value));
    }

    [Fact]
    public void JensenShannonIsBetweenNoneAndOneBit()
    {
        var (a, b) = (new Dictionary<string, long> { ["x"] = 3, ["y"] = 1 }, new Dictionary<string, long> { ["z"] = 7 });
        Assert.Equal(0, JensenShannon.Divergence(a, new Dictionary<string, long> { ["x"] = 6, ["y"] = 2 })!.Value, 12);
        Assert.Equal(1, JensenShannon.Divergence(a, b)!.Value, 12);
        Assert.Null(JensenShannon.Divergence(a, new Dictionary<string, long>()));
    }
}
