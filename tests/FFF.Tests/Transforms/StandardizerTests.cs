using FFF.Transforms;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Transforms;

public sealed class StandardizerTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void FitsMeanAndPopulationDeviation()
    {
        var standardizer = Standardizer.Fit(tensor(new[,] { { 1f, 10f }, { 3f, 10f }, { 5f, 13f } }));
        Assert.Equal([3f, 11f], standardizer.Mean.data<float>().ToArray());
        Assert.Equal([(float)Math.Sqrt(8 / 3.0), (float)Math.Sqrt(2)], standardizer.Std.data<float>().ToArray());
    }

    [Fact]
    public void StaysAccurateFarFromZero()
    {
        var standardizer = Standardizer.Fit(tensor(new[,] { { 1e6f }, { 1e6f + 1 } }).repeat(50_000, 1));
        Assert.Equal(0.5f, standardizer.Std.item<float>(), 1e-6f);
    }

    [Fact]
    public void AppliesAndUndoes()
    {
        var standardizer = new Standardizer(tensor(new[] { 1.0, -2.0 }), tensor(new[] { 0.5, 4.0 }));
        var data = tensor(new[,] { { 2.0, 0.0 }, { 0.0, 6.0 } });
        var standardized = standardizer.Forward(data).Y;
        Assert.Equal([2.0, 0.5, -2.0, 2.0], standardized.data<double>().ToArray());
        Assert.Equal(data.data<double>().ToArray(), standardizer.Inverse(standardized).X.data<double>().ToArray());
    }

    [Fact]
    public void TheDeterminantTurnsAStandardNormalIntoTheNormalWithMeanAndDeviation()
    {
        double[] mean = [1, -2], std = [0.5, 4], x = [1.7, 3];
        var standardizer = new Standardizer(tensor(mean), tensor(std));
        var (z, logDet) = standardizer.Forward(tensor(x));
        var actual = (-0.5 * z.square().sum()).item<double>() - Math.Log(2 * Math.PI) + logDet.item<double>();
        var expected = Enumerable.Range(0, 2).Sum(i =>
            Math.Log(Math.Exp(-(x[i] - mean[i]) * (x[i] - mean[i]) / (2 * std[i] * std[i])) / (std[i] * Math.Sqrt(2 * Math.PI))));
        Assert.Equal(expected, actual, 1e-12);
    }

    [Fact]
    public void IdentityChangesNothing()
    {
        var identity = Standardizer.Identity(3);
        var data = tensor(new[,] { { 1.5f, -2f, 0f } });
        var (standardized, logDet) = identity.Forward(data);
        Assert.True(standardized.Equals(data) && identity.Inverse(data).X.Equals(data));
        Assert.Equal(0, logDet.item<double>());
    }

    [Fact]
    public void AConstantColumnIsAnErrorEvenWhereRoundingHidesIt()
    {
        // The float32 mean of many 0.1 is not exactly 0.1.
        var data = stack([arange(1000, dtype: float32), full(1000, 0.1f)], 1);
        var error = Assert.Throws<ArgumentException>(() => Standardizer.Fit(data));
        Assert.Contains("Column 1 ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void IsRestoredFromItsNamedTensors()
    {
        var standardizer = Standardizer.Fit(tensor(new[,] { { 1f, 10f }, { 3f, 13f } }));
        var saved = standardizer.NamedTensors("data").ToDictionary(t => t.Name, t => t.Value);
        Assert.Equal(["data.mean", "data.std"], saved.Keys.Order());
        var restored = Standardizer.From(saved, "data");
        Assert.True(restored.Mean.Equals(standardizer.Mean) && restored.Std.Equals(standardizer.Std));
    }

    [Fact]
    public void LeavesOnlyResultsBehind()
    {
        var data = tensor(new[,] { { 1f, 10f }, { 3f, 13f } });
        var before = _scope.DisposablesCount;
        var standardizer = Standardizer.Fit(data);
        Assert.Equal(before + 2, _scope.DisposablesCount);
        standardizer.Inverse(standardizer.Forward(data).Y);
        Assert.Equal(before + 6, _scope.DisposablesCount);
    }
}
