using FFF.Datasets.Sbi;
using FFF.Randomness;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Sbi;

public sealed class GaussianMixtureTaskTests : IDisposable
{
    private const long Count = 40_000;
    private static readonly GaussianMixtureTask Task = new();

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly RandomStream _random = NamedSeed.Stream(1, "test");

    public static TheoryData<int> Numbers => ReferenceDataTests.Numbers;

    public void Dispose()
    {
        _random.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void PriorIsUniformOnItsSupport()
    {
        var parameters = Task.SamplePrior(Count, _random);
        Assert.Equal(float32, parameters.dtype);
        Assert.True(Task.InSupport(parameters).all().item<bool>());
        Moments.MeansAre(zeros(2), parameters);
        Moments.MeansAre(full(2, 100 / 3.0), parameters.square());
        Assert.Equal([true, false], Task.InSupport(tensor(new[,] { { 10, -10 }, { 0, 10.01 } })).data<bool>().ToArray());
    }

    [Fact]
    public void NoiseIsBroadOrNarrowInBothCoordinatesAlike()
    {
        var parameters = Task.SamplePrior(Count, _random);
        var x = Task.Simulate(parameters, _random);
        Assert.Equal([Count, 2], x.shape);
        Assert.Equal(float32, x.dtype);

        // E e² = (1 + 0.01) / 2; E e⁴ = 3 (1 + 0.01²) / 2; E e₁² e₂² = (1 + 0.01²) / 2, as one draw decides for both.
        var noise = (x - parameters).to(float64);
        Moments.MeansAre(zeros(2), noise);
        Moments.MeansAre(full(2, 0.505), noise.square());
        Moments.MeansAre(full(2, 1.50015), noise.pow(4));
        Moments.MeansAre(tensor([0, 0.50005]), stack([noise.prod(1), noise.square().prod(1)], 1));
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void PosteriorIsTheMixtureCutOffAtThePriorsBounds(int number)
    {
        var posterior = ReferenceData.Posterior(Task, number).to(float64);
        Assert.Equal([10_000, 2], posterior.shape);
        Assert.True(Task.InSupport(posterior).all().item<bool>());

        var x = ReferenceData.Observation(Task, number).to(float64).data<double>().ToArray();
        TruncatedNormal[][] components = [.. new[] { 1, 0.1 }.Select(d => x.Select(m => new TruncatedNormal(m, d, -10, 10)).ToArray())];
        var mass = components.Select(c => c[0].Mass * c[1].Mass).ToArray();
        double Mixed(Func<TruncatedNormal[], double> of) => ((mass[0] * of(components[0])) + (mass[1] * of(components[1]))) / (mass[0] + mass[1]);
        Moments.MeansAre(tensor([Mixed(c => c[0].Mean), Mixed(c => c[1].Mean)]), posterior);
        Moments.MeansAre(tensor([Mixed(c => c[0].SecondMoment), Mixed(c => c[1].SecondMoment)]), posterior.square());

        // Both components are equally likely where nothing is cut off. Only the broad one goes as far as five narrow deviations.
        var far = ((posterior - tensor(x)).abs() > 0.5).any(1).to(float64).unsqueeze(1);
        var near = x.Aggregate(1.0, (product, m) => product * new TruncatedNormal(m, 1, Math.Max(-10, m - 0.5), Math.Min(10, m + 0.5)).Mass);
        Moments.MeansAre(tensor([(mass[0] - near) / (mass[0] + mass[1])]), far);
    }
}
