using FFF.Distributed;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Distributed;

/// <summary>Ranks are threads here, each with a group of its own; they talk over the network as processes do.</summary>
public sealed class C10dGroupTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void SumsAreThoseOfAllRanksWithTheSameBits(int size)
    {
        var sums = Ranks.Run(size, group =>
        {
            using var mine = arange(1000, float32).mul_(0.1f * (group.Rank + 1));
            group.Sum(mine);
            return mine.data<float>().ToArray();
        });
        Assert.All(sums, sum => Assert.Equal(sums[0], sum));
        var factor = Enumerable.Range(1, size).Sum();
        Assert.All(sums[0].Index(), entry => Assert.Equal(0.1 * factor * entry.Index, entry.Item, 1e-5 * 1000));
    }

    [Fact]
    public void EverybodyHasWhatRankZeroHas()
    {
        var texts = Ranks.Run(3, group => group.Share(group.Rank == 0 ? "ä plan\nof two lines" : "another"));
        Assert.All(texts, text => Assert.Equal("ä plan\nof two lines", text));
        Assert.All(Ranks.Run(2, group => group.Share("")), text => Assert.Equal("", text));
    }

    [Fact]
    public void TheTextsOfAllRanksAreGatheredByRank()
    {
        var texts = Ranks.Run(3, group => string.Join('|', group.Gather(new string((char)('a' + group.Rank), group.Rank))));
        Assert.All(texts, text => Assert.Equal("|b|cc", text));
    }

    [Fact]
    public void RanksMeetAtAPort()
    {
        var port = Ranks.FreePort();
        var sums = Ranks.Run(2, group =>
        {
            using var one = ones(1, float64);
            group.Sum(one);
            return one.item<double>();
        }, rank => new MeetingPlace { Port = port, IsHere = rank == 0 });
        Assert.Equal([2.0, 2.0], sums);
    }
}
