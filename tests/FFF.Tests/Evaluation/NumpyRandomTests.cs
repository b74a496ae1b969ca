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
