using FFF.Datasets;
using FFF.Datasets.Sbi;
using FFF.Randomness;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Sbi;

public sealed class SupportRejectionTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly RandomStream _random = NamedSeed.Stream(1, "test");

    public void Dispose()
    {
        _random.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void KeepsExactlyAsManySamplesOfTheSupportAsWanted()
    {
        // Uniform on [-2, 2]², of which the support [-1, 1]² is a quarter.
        var accepted = SupportRejection.Draw(n => (4 * _random.Uniform([n, 2])) - 2, new TwoMoonsTask().InSupport, 20_000);
        Assert.Equal([20_000, 2], accepted.Values.shape);
        Assert.True((accepted.Values.abs() <= 1).all().item<bool>());
        Assert.Equal(0.25, accepted.AcceptedShare, 0.01);
        Assert.Equal(0, accepted.Values.mean().item<float>(), 0.015);
        Assert.Equal(1 / 3.0, accepted.Values.square().mean().item<float>(), 0.01);
    }

    [Fact]
    public void DrawsOnceWhereTheSupportIsUnbounded()
    {
        var values = _random.Uniform([7, 2]);
        var calls = 0;
        var accepted = SupportRejection.Draw(n => n == 7 && calls++ == 0 ? values : throw new InvalidOperationException(), _ => null, 7);
        Assert.True(accepted.Values.Equals(values));
        Assert.Equal(1, accepted.AcceptedShare);
    }

    [Fact]
    public void FindsEvenARareSupport()
    {
        // A share of 1/400, and few samples wanted: most draws accept nothing.
        var accepted = SupportRejection.Draw(n => (40 * _random.Uniform([n, 2])) - 20, new TwoMoonsTask().InSupport, 10);
        Assert.Equal([10, 2], accepted.Values.shape);
        Assert.InRange(accepted.AcceptedShare, 1 / 4000.0, 1 / 40.0);
    }

    [Fact]
    public void GivesUpWhereNothingLiesInTheSupport()
    {
        var error = Assert.Throws<DatasetException>(() => SupportRejection.Draw(n => full(n, 2, 3f), new TwoMoonsTask().InSupport, 100));
        Assert.Contains("Only 0 of ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LeavesOnlyTheResultBehind()
    {
        var before = _scope.DisposablesCount;
        SupportRejection.Draw(n => (4 * _random.Uniform([n, 2])) - 2, new TwoMoonsTask().InSupport, 1000);
        Assert.Equal(before + 1, _scope.DisposablesCount);
    }
}
