using System.Text.Json.Nodes;
using FFF.Evaluation;
using Xunit;

namespace FFF.Tests.Evaluation;

public sealed class NumpyRandomTests
{
    private static readonly JsonObject Expected = Oracle.Load("c2st-training.json");

    [Fact]
    public void DrawsAsNumpyDoes()
    {
        var random = new NumpyRandom(1);
        foreach (var value in Expected["uniform"]!.AsArray())
        {
            Assert.Equal(value!.GetValue<double>(), random.Uniform(-1, 1), 1e-15);
        }

        long[] order = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
        random.Shuffle(order);
        Assert.Equal(Expected["shuffled"]!.AsArray().Select(v => v!.GetValue<long>()), order);

        for (var i = 0; i < 1000; i++)
        {
            random.Uniform(0, 1);
        }

        Assert.Equal(Expected["late"]!.GetValue<double>(), random.Uniform(0, 1), 1e-15);
    }

    /// <summary>By NumPy 1.26: <c>np.random.seed(0); np.random.permutation(n)</c>.</summary>
    [Fact]
    public void PermutesAsNumpyDoes()
    {
        Assert.Equal([2, 8, 4, 9, 1, 6, 7, 3, 0, 5], new NumpyRandom(0).Permutation(10));
        var order = new NumpyRandom(0).Permutation(130_831);
        Assert.Equal([130195, 68784, 7957, 25911, 20168, 12658], order[..6]);
        Assert.Equal([68751, 123554, 28669], order[100_000..100_003]);
        Assert.Equal([115839, 90242, 66405], order[117_748..117_751]);
        Assert.Equal([117952, 42613, 43567, 68268], order[^4..]);
    }

    [Fact]
    public void HoldsOutTheFoldsOfScikitLearn()
    {
        var folds = HeldOutFold.Of(11, 0, new C2stOptions { Folds = 3 }).ToList();
        Assert.Equal(
            Expected["folds"]!.AsArray().Select(fold => fold!.AsArray().Select(v => v!.GetValue<long>())),
            folds.Select(fold => fold.Test.Order()));
        Assert.All(folds, fold => Assert.Equal(Enumerable.Range(0, 11).Select(i => (long)i).Except(fold.Test), fold.Train));
    }
}
