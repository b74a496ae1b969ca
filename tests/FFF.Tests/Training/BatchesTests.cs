using FFF.Spaces;
using FFF.Training;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Training;

public sealed class BatchesTests
{
    /// <summary>Groups of 1, 7 and 12 samples in batches of 4: 1 + 2 + 3 of them, none mixed, every sample once.</summary>
    [Fact]
    public void GroupsAreNotMixedAndNothingIsLost()
    {
        var groups = Enumerable.Repeat(5L, 7).Concat(Enumerable.Repeat(2L, 12)).Append(9L).ToArray();
        var samples = new Samples(arange(20).to(float32).unsqueeze(-1), null) { Group = tensor(groups) };
        using var batches = new Batches(samples, 4, seed: 3);
        Assert.Equal(6, batches.PerEpoch);
        Assert.Equal(20.0 / 6, batches.MeanSize, 1e-12);
        var orders = new List<string>();
        for (var epoch = 0; epoch < 3; epoch++)
        {
            var seen = new List<long>();
            for (var index = 0; index < 6; index++)
            {
                var (batch, weight) = batches.At(epoch, index);
                Assert.Equal(batch.Data.shape[0] / 4.0, weight, 1e-12);
                var rows = batch.Data.squeeze(-1).to(int64).data<long>().ToArray();
                Assert.All(rows, row => Assert.Equal(groups[row], batch.Group));
                seen.AddRange(rows);
            }

            Assert.Equal(Enumerable.Range(0, 20).Select(i => (long)i), seen.Order());
            orders.Add(string.Join(',', seen));
        }

        Assert.Equal(3, orders.Distinct().Count());
        using var again = new Batches(samples, 4, seed: 3);
        Check.Close(again.At(2, 5).Batch.Data, batches.At(2, 5).Batch.Data, 0);
    }

    [Fact]
    public void WithoutGroupsTheLastIncompleteBatchIsLeftOut()
    {
        using var batches = new Batches(new Samples(arange(10).to(float32).unsqueeze(-1), null), 4, seed: 1);
        Assert.Equal((2, 4.0), (batches.PerEpoch, batches.MeanSize));
        var rows = Enumerable.Range(0, 2).SelectMany(i => batches.At(0, i).Batch.Data.data<float>().ToArray()).ToArray();
        Assert.Equal(8, rows.Distinct().Count());
        Assert.Equal(1, batches.At(0, 1).Weight);
        using var few = new Batches(new Samples(zeros(3, 1), null), 4, seed: 1);
        Assert.Equal((1, 3.0), (few.PerEpoch, few.MeanSize));
        Assert.Equal(1, few.At(0, 0).Weight);
    }
}
