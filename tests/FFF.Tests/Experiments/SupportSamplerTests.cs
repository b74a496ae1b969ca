using FFF.Datasets;
using FFF.Datasets.Sbi;
using FFF.Randomness;
using FFF.Sampling;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Experiments;

public sealed class SupportSamplerTests : IDisposable
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
        var accepted = Draw(n => (4 * _random.Uniform([n, 2])) - 2, new TwoMoonsTask().InSupport, 20_000);
        Assert.Equal([20_000, 2], accepted.Values.shape);
        Assert.True((accepted.Values.abs() <= 1).all().item<bool>());
        Assert.Equal(0.25, accepted.AcceptedShare!.Value, 0.01);
        Assert.Equal(0, accepted.Values.mean().item<float>(), 0.015);
        Assert.Equal(1 / 3.0, accepted.Values.square().mean().item<float>(), 0.01);
    }

    [Fact]
    public void DrawsOnceWhereTheSupportIsUnbounded()
    {
        var values = _random.Uniform([7, 2]);
        var calls = 0;
        var accepted = Draw(n => n == 7 && calls++ == 0 ? values : throw new InvalidOperationException(), _ => null, 7);
        Assert.True(accepted.Values.Equals(values));
        Assert.Equal(1, accepted.AcceptedShare!.Value);
    }

    [Fact]
    public void FindsEvenARareSupport()
    {
        // A share of 1/400, and few samples wanted: most draws accept nothing.
        var accepted = Draw(n => (40 * _random.Uniform([n, 2])) - 20, new TwoMoonsTask().InSupport, 10);
        Assert.Equal([10, 2], accepted.Values.shape);
        Assert.InRange(accepted.AcceptedShare!.Value, 1 / 4000.0, 1 / 40.0);
    }

    [Fact]
    public void GivesUpWhereNothingLiesInTheSupport()
    {
        var error = Assert.Throws<DatasetException>(() => Draw(n => full(n, 2, 3f), new TwoMoonsTask().InSupport, 100));
        Assert.Contains("Only 0 of ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DrawsAgainOnlyWhereASampleLiesOutside()
    {
        var conditions = arange(1000, dtype: float32).unsqueeze(1);
        var sampler = new SupportSampler(new Scripted(n => (4 * _random.Uniform([n, 2])) - 2), new TwoMoonsTask().InSupport);
        var drawn = sampler.Draw(new() { Count = 1000, Condition = conditions, Seed = 1, LogProb = true });
        Assert.True((drawn.Values.abs() <= 1).all().item<bool>());
        Assert.Equal(0.25, drawn.AcceptedShare!.Value, 0.03);

        // Each sample keeps its own density, which the script makes of its condition and position, over the share of the support.
        var surplus = drawn.LogProb! - (conditions.select(1, 0) + drawn.Values.sum(1)).to(float64);
        Assert.Equal(Math.Log(4), surplus.mean().item<double>(), 0.01);
        Assert.InRange(surplus.std().item<double>(), 0.03, 0.08); // √(3 / 1000) of 1,000 draws each.
        Check.Close(drawn.Sign!, drawn.Values.select(1, 0).sign().to(float64), 0);
        Assert.Throws<ArgumentException>(() => sampler.Draw(new() { Count = 7, Condition = conditions, Seed = 1 }));
    }

    /// <summary>A density of the wide square is four times as large on the quarter of it that is kept: however few samples are wanted.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(20_000)]
    public void DensitiesAreNormalisedInTheSupport(int count)
    {
        var drawn = new SupportSampler(new Scripted(n => (4 * _random.Uniform([n, 2])) - 2), new TwoMoonsTask().InSupport)
            .Draw(new() { Count = count, Seed = 0, LogProb = true });
        Check.Close(drawn.LogProb!, drawn.Values.sum(1).to(float64) + Math.Log(4), 0.08); // Four times √(3 / 10,000), and rounding.
        Check.Close(drawn.Sign!, drawn.Values.select(1, 0).sign().to(float64), 0);
    }

    [Fact]
    public void LeavesOnlyTheResultBehind()
    {
        var before = _scope.DisposablesCount;
        Draw(n => (4 * _random.Uniform([n, 2])) - 2, new TwoMoonsTask().InSupport, 1000);
        Assert.Equal(before + 1, _scope.DisposablesCount);
    }

    private static DrawnSamples Draw(Func<long, Tensor> sample, Func<Tensor, Tensor?> inSupport, long count) =>
        new SupportSampler(new Scripted(sample), inSupport).Draw(new() { Count = count, Seed = 0 });

    /// <summary>Any samples; their log-density is the sum of condition and position, and their determinant has the sign of the first number.</summary>
    private sealed class Scripted(Func<long, Tensor> sample) : ISampler
    {
        public DrawnSamples Draw(SampleRequest request)
        {
            using var scope = NewDisposeScope();
            var values = sample(request.Count);
            var logProb = request.LogProb ? ((request.Condition?.select(1, 0) ?? zeros(1)) + values.sum(1)).to(float64) : null;
            var sign = request.LogProb ? values.select(1, 0).sign().to(float64) : null;
            return new(values.MoveToOuterDisposeScope(), logProb?.MoveToOuterDisposeScope()) { Sign = sign?.MoveToOuterDisposeScope() };
        }
    }
}
