using FFF.Randomness;
using FFF.Spaces;
using FFF.Transforms;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Transforms;

/// <summary>Columns are brought to a size that a network can see, each in its own way, and back.</summary>
public sealed class RowScalingTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly RandomStream _random = NamedSeed.Stream(1, "scaling");

    public void Dispose()
    {
        _random.Dispose();
        _scope.Dispose();
    }

    [Theory]
    [InlineData(Scaling.Auto)]
    [InlineData(Scaling.Standard)]
    [InlineData(Scaling.None)]
    [InlineData(Scaling.Robust)]
    [InlineData(Scaling.Log)]
    [InlineData(Scaling.Rank)]
    public void ItIsABijectionWhoseDeterminantIsThatOfItsSlopes(Scaling scaling)
    {
        var rows = Rows(400);
        var fitted = Fit(rows, scaling);
        var x = rows.narrow(0, 0, 50).clone().requires_grad_();
        var (y, logDet) = fitted.Forward(x);
        y.sum().backward();
        Check.Close(logDet.detach().expand(50), x.grad!.log().sum(1), 1e-9);
        var (back, logDetBack) = fitted.Inverse(y.detach());
        Check.Close(back / rows.narrow(0, 0, 50), ones_like(back), 1e-6);
        Check.Close(logDetBack.expand(50), logDet.detach().expand(50), 1e-6);
    }

    [Fact]
    public void OnlyHeavyTailsAreChangedByItself()
    {
        var maps = Fit(Rows(5000), Scaling.Auto).Maps!.Columns;
        Assert.Null(maps[0]);
        Assert.IsType<AboveMap>(maps[1]);
        Assert.IsType<SignedLogMap>(maps[2]);
        Assert.Null(Fit(Rows(5000).narrow(1, 0, 1), Scaling.Auto).Maps);
    }

    [Fact]
    public void AfterwardsTheMiddleIsNotSmall()
    {
        var y = Fit(Rows(5000), Scaling.Auto).Forward(Rows(5000)).Y;
        Check.Close(y.mean([0]), zeros(3, float64), 0.1);
        for (var column = 0; column < 3; column++)
        {
            Assert.InRange(HeavyTails.Ratio(y.select(1, column)), 0.5, HeavyTails.MostRatio);
        }
    }

    [Fact]
    public void RanksBecomeNormalNumbers()
    {
        var y = Fit(Rows(5000), Scaling.Rank).Forward(Rows(5000)).Y;
        Check.Close(y.square().mean([0]), ones(3, float64), 0.1);
        Check.Close(y.pow(4).mean([0]), 3 * ones(3, float64), 0.8);
    }

    [Fact]
    public void MedianAndQuartilesAreNotMovedByWhatIsFarOut()
    {
        var rows = cat([_random.Normal([1000, 1], float64), full([5, 1], 1e9, float64)], 0);
        var standardizer = Fit(rows, Scaling.Robust).Standardizer;
        Assert.Equal(0, standardizer.Mean.item<double>(), 0.2);
        Assert.Equal(1, standardizer.Std.item<double>(), 0.2);
    }

    [Fact]
    public void ItIsSavedWhole()
    {
        var rows = Rows(400);
        var fitted = RowScaling.Fit(
            rows, null, before => ColumnMoments.Of(before?.Forward(rows).Y ?? rows), [Scaling.None, Scaling.Log, Scaling.Rank]).Scaling;
        var saved = fitted.NamedTensors("s").ToDictionary(tensor => tensor.Name, tensor => tensor.Value);
        Assert.True(RowScaling.From(saved, "s").Forward(Rows(9)).Y.Equals(fitted.Forward(Rows(9)).Y));
        saved["s.numbers"] = saved["s.numbers"].narrow(0, 1, saved["s.numbers"].shape[0] - 1);
        Assert.Contains("no maps of 3 columns", Assert.Throws<ArgumentException>(() => RowScaling.From(saved, "s")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AModelKeepsItAndItsConditions()
    {
        var options = new ModelOptions { Training = new() { Epochs = 2, BatchSize = 64, Threads = 1 } };
        var samples = new Samples(Rows(300).narrow(1, 1, 1), Rows(300).narrow(1, 1, 2));
        using var model = DensityModel.Fit(samples, options);
        Assert.True((model.Sample(1000, samples.Condition![0], 1) > 0).all().item<bool>());
        Assert.Contains("Number 1 of the condition is -1, but the flow was trained on its logarithm",
            Assert.Throws<ArgumentException>(() => model.Sample(5, tensor(new[] { -1.0, 0 }), 1)).Message, StringComparison.Ordinal);
        Assert.Equal(double.NegativeInfinity, model.LogProb(new[,] { { -1.0 } }, new[,] { { 1.0, 0 } })[0]);

        // In own units: over all positive numbers, on a grid of equal factors.
        var x = logspace(-12, 12, 8001, dtype: float64);
        var grid = new double[x.shape[0], 1];
        Buffer.BlockCopy(x.data<double>().ToArray(), 0, grid, 0, sizeof(double) * (int)x.shape[0]);
        var conditions = new double[x.shape[0], 2];
        for (var i = 0; i < conditions.GetLength(0); i++)
        {
            (conditions[i, 0], conditions[i, 1]) = (12, 1);
        }

        Assert.Equal(1, trapezoid(tensor(model.LogProb(grid, conditions)).exp() * x, x.log()).item<double>(), 0.02);
    }

    /// <summary>A normal column, a log-normal one far from zero over ten powers of ten, and one of both signs.</summary>
    private static Tensor Rows(int count)
    {
        using var random = NamedSeed.Stream(2, "rows");
        var z = random.Normal([count, 3], float64);
        return stack([z.select(1, 0) + 5, (2.5 + (4 * z.select(1, 1))).exp(), (4 * z.select(1, 2)).sinh()], 1);
    }

    private static RowScaling Fit(Tensor rows, Scaling scaling) => RowScaling.Fit(
        rows, null, before => ColumnMoments.Of(before?.Forward(rows).Y ?? rows), [.. Enumerable.Repeat(scaling, (int)rows.shape[1])]).Scaling;
}
