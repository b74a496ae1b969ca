using FFF.Randomness;
using Xunit;

namespace FFF.Tests.Datasets;

/// <summary>Orders of rows: each row once, and at random.</summary>
public sealed class RowOrderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(10_007)]
    public void EveryOrderHasEachNumberOnce(int count)
    {
        using var random = NamedSeed.Stream(1, "test");
        foreach (var order in new RowOrder[] { new ComputedOrder(count, random), new BlockOrder(count, 7, 3, random), new BlockOrder(count, 7, 0, random) })
        {
            Assert.Equal(Enumerable.Range(0, count).Select(i => (long)i), Rows(order).Order());
            Assert.Equal(Rows(order).Skip(1), count == 1 ? [] : Rows(order, 1));
        }
    }

    [Fact]
    public void AComputedOrderIsLikeARandomOne()
    {
        const int Count = 1000;
        using var random = NamedSeed.Stream(2, "test");
        var (places, steps) = (new double[10], new double[10]);
        for (var draw = 0; draw < 100; draw++)
        {
            var rows = Rows(new ComputedOrder(Count, random));
            for (var i = 0; i < 100; i++)
            {
                places[rows[i] / 100]++;
                steps[(rows[i + 1] - rows[i] + Count) % Count / 100]++;
            }
        }

        // χ² of nine degrees of freedom is above 33.7 once in ten thousand times.
        Assert.All(new[] { places, steps }, counts => Assert.InRange(counts.Sum(n => (n - 1000) * (n - 1000) / 1000), 0.3, 33.7));
    }

    [Fact]
    public void BlocksStayTogetherAndWindowsAreMixed()
    {
        using var random = NamedSeed.Stream(3, "test");
        var split = Rows(new BlockOrder(1000, 10, 0, random));
        Assert.All(split.Chunk(10), block => Assert.Equal(Enumerable.Range(0, 10).Select(i => block[0] + i), block));
        var epoch = Rows(new BlockOrder(1000, 10, 5, random));
        Assert.All(epoch.Chunk(50), window => Assert.Equal(5, window.Select(row => row / 10).Distinct().Count()));
        Assert.True(epoch.Chunk(10).Count(part => part.Select(row => row / 10).Distinct().Count() > 1) > 90);
    }

    [Fact]
    public void AListIsTheOrderOfATensor()
    {
        using var first = NamedSeed.Stream(4, "test");
        using var second = NamedSeed.Stream(4, "test");
        using var tensor = Shuffling.Kept.OfSplit(5000, first, asTensor: true);
        using var list = Shuffling.Kept.OfSplit(5000, second, asTensor: false);
        Assert.Equal(Rows(tensor), Rows(list));
    }

    private static long[] Rows(RowOrder order, long first = 0)
    {
        using var part = order.Part(first, order.Count - first);
        return part.data<long>().ToArray();
    }
}
