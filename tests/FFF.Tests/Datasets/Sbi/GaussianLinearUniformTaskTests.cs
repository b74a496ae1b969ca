using FFF.Datasets.Sbi;
using FFF.Randomness;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Sbi;

public sealed class GaussianLinearUniformTaskTests : IDisposable
{
    private const long Count = 40_000;
    private static readonly GaussianLinearUniformTask Task = new();

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly RandomStream _random = NamedSeed.Stream(1, "test");

    public static TheoryData<int> Numbers => ReferenceDataTests.Numbers;

    public void Dispose()
    {
        _random.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void PriorIsUniformAndNoiseHasVarianceOneTenth()
    {
        var parameters = Task.SamplePrior(Count, _random);
        var x = Task.Simulate(parameters, _random);
        Assert.Equal([Count, 10], x.shape);
        Assert.Equal((float32, float32), (parameters.dtype, x.dtype));
        Assert.True(Task.InSupport(parameters).all().item<bool>());
        Moments.MeansAre(zeros(10), parameters);
        Moments.MeansAre(full(10, 1 / 3.0), parameters.square());
        Moments.MeansAre(zeros(10), x - parameters);
        Moments.MeansAre(full(10, 0.1), (x - parameters).square());
        Moments.MeansAre(zeros(10), (x - parameters) * parameters);
    }

    [Fact]
    public void SupportIsTheCube()
    {
        var parameters = zeros(3, 10);
        parameters[1, 9] = 1.001;
        parameters[2, 0] = -1.001;
        Assert.Equal([true, false, false], Task.InSupport(parameters).data<bool>().ToArray());
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void PosteriorIsTheGaussianCutOffAtThePriorsBounds(int number)
    {
        var posterior = ReferenceData.Posterior(Task, number).to(float64);
        Assert.Equal([10_000, 10], posterior.shape);
        Assert.True(Task.InSupport(posterior).all().item<bool>());
        var x = ReferenceData.Observation(Task, number).data<float>().ToArray();
        TruncatedNormal[] expected = [.. x.Select(m => new TruncatedNormal(m, Math.Sqrt(0.1), -1, 1))];
        Moments.MeansAre(tensor(expected.Select(e => e.Mean).ToArray()), posterior);
        Moments.MeansAre(tensor(expected.Select(e => e.SecondMoment).ToArray()), posterior.square());
    }
}
