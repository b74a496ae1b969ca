using FFF.Datasets.Sbi;
using FFF.Randomness;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Sbi;

/// <summary>The accuracy of the populations is tested with <see cref="PredatorPreyTests"/>.</summary>
public sealed class LotkaVolterraTaskTests : IDisposable
{
    private const long Count = 20_000;
    private static readonly LotkaVolterraTask Task = new();
    private static readonly double[] Location = [-0.125, -3, -0.125, -3];

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly RandomStream _random = NamedSeed.Stream(1, "test");

    public static TheoryData<int> Numbers => ReferenceDataTests.Numbers;

    public void Dispose()
    {
        _random.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void PriorIsLogNormal()
    {
        var parameters = Task.SamplePrior(Count, _random);
        Assert.Equal([Count, 4], parameters.shape);
        Assert.Equal(float32, parameters.dtype);
        Assert.True(Task.InSupport(parameters).all().item<bool>());
        var centred = parameters.to(float64).log() - tensor(Location);
        Moments.MeansAre(zeros(4), centred);
        Moments.MeansAre(0.25 * eye(4).reshape(16), (centred.unsqueeze(1) * centred.unsqueeze(2)).reshape(Count, 16));
        Assert.False(Task.InSupport(tensor(new[,] { { 1, 1, -1, 1 } })).item<bool>());
    }

    [Fact]
    public void PreyComesFirstAndNoiseIsLogNormal()
    {
        var theta = tensor([0.69, 0.11, 0.89, 0.117]).to(float32);
        var x = Task.Simulate(theta.expand(Count, 4), _random);
        Assert.Equal([Count, 20], x.shape);
        Assert.Equal(float32, x.dtype);
        var rate = tensor(new[,] { { 0.69 }, { -0.89 } });
        var later = PredatorPrey.Solve(rate, tensor(new[,] { { -0.11 }, { 0.117 } }), (Math.Log(30), 0), 2.1, 9).squeeze(2);
        var expected = cat([tensor([Math.Log(30)]), later.select(1, 0), zeros(1, dtype: float64), later.select(1, 1)], 0);
        var noise = x.to(float64).log() - expected;
        Moments.MeansAre(zeros(20), noise);
        Moments.MeansAre(0.01 * eye(20).reshape(400), (noise.unsqueeze(1) * noise.unsqueeze(2)).reshape(Count, 400));
    }

    [Fact]
    public void SimulationsOfThePriorAreFiniteAndPositiveAsTheirLogarithmsAre()
    {
        var x = Task.Simulate(Task.SamplePrior(Count, _random), _random);
        Assert.True((x.isfinite() & (x > 0)).all().item<bool>());
        var condition = Task.ToCondition(x);
        Assert.True(condition.isfinite().all().item<bool>());
        Check.Close(condition.exp() / x, ones_like(x), 1e-4);
    }

    [Fact]
    public void PopulationsAreCutOffBeforeTheNoise()
    {
        // Predators that starve long before they meet their prey, which grows to 30 e^(18.9).
        var x = Task.Simulate(tensor(new[] { 1, 1e-9, 3, 1e-12 }).expand(1000, 4), _random);
        Assert.Equal(Math.Log(1e4), x[.., 9].log().mean().item<double>(), 0.03);
        Assert.Equal(Math.Log(1e-10), x[.., 19].log().mean().item<double>(), 0.03);
        Assert.Equal(Math.Log(30), x[.., 0].log().mean().item<double>(), 0.03);
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void PosteriorIsTheOneOfPriorAndLikelihood(int number)
    {
        var posterior = ReferenceData.Posterior(Task, number).to(float64);
        Assert.Equal([10_000, 4], posterior.shape);
        Assert.True(Task.InSupport(posterior).all().item<bool>());

        var x = ReferenceData.Observation(Task, number).to(float64).log();
        var logarithms = posterior.narrow(0, 0, 1000).log();
        var gradient = Slopes.Of(LogPosterior, logarithms);
        Moments.ObeyStein(gradient, ones_like(gradient), zeros_like(gradient), $"observation {number},");
        var centred = logarithms - logarithms.mean([0]);
        Moments.ObeyStein(gradient, centred, ones_like(gradient), $"observation {number}, second moment,");

        Tensor LogPosterior(Tensor u) =>
            (((u - tensor(Location)) / 0.5).square() / -2).sum(1) + (((LotkaVolterraTask.LogPopulations(u.exp()) - x) / 0.1).square() / -2).sum(1);
    }
}
