using FFF.Datasets.Sbi;
using FFF.Randomness;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Sbi;

public sealed class SlcpTaskTests : IDisposable
{
    private const long Count = 40_000;
    private static readonly SlcpTask Task = new();

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
        Moments.MeansAre(zeros(5), parameters);
        Moments.MeansAre(full(5, 3.0), parameters.square());
        Assert.False(Task.InSupport(tensor(new[,] { { 0, 0, 0, 0, 3.01 } })).item<bool>());
    }

    [Theory]
    [InlineData(0.7, -2.9, -1.1, -1.0, 0.6)]
    [InlineData(-3.0, 3.0, 3.0, 0.2, -3.0)]
    [InlineData(1.0, 1.0, 0.0, 1e-3, 3.0)]
    public void SimulatesFourPointsOfTheGaussian(params double[] theta)
    {
        var x = Task.Simulate(tensor(theta).expand(Count, 5), _random);
        Assert.Equal([Count, 8], x.shape);
        var (s1, s2, rho) = (theta[2] * theta[2], theta[3] * theta[3], Math.Tanh(theta[4]));

        // Second moments of all pairs of columns: within a point those of S, between points none.
        var expected = zeros(8, 8, float64);
        for (var point = 0; point < 8; point += 2)
        {
            expected[point, point] = (s1 * s1) + 1e-6;
            expected[point + 1, point + 1] = (s2 * s2) + 1e-6;
            expected[point, point + 1] = expected[point + 1, point] = rho * s1 * s2;
        }

        var centred = x - tensor(theta[..2]).repeat(4);
        Moments.MeansAre(zeros(8), centred, "point");
        Moments.MeansAre(expected.reshape(64), (centred.unsqueeze(1) * centred.unsqueeze(2)).reshape(Count, 64), "product");
    }

    [Fact]
    public void SimulationsOfThePriorAreFinite()
    {
        var x = Task.Simulate(Task.SamplePrior(Count, _random), _random);
        Assert.Equal(float32, x.dtype);
        Assert.True(x.isfinite().all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void PosteriorIsTheOneOfPriorAndLikelihood(int number)
    {
        var posterior = ReferenceData.Posterior(Task, number).to(float64);
        Assert.Equal([10_000, 5], posterior.shape);
        Assert.True(Task.InSupport(posterior).all().item<bool>());

        var gradient = LikelihoodGradient(ReferenceData.Observation(Task, number).to(float64), posterior);
        Moments.ObeyStein(gradient, 9 - posterior.square(), -2 * posterior, $"observation {number},");

        // The likelihood knows θ₃ and θ₄ by their squares only.
        Moments.MeansAre(zeros(2), posterior.narrow(1, 2, 2).sign());
    }

    /// <summary>∂ ln p(x | θ) / ∂θ at θ, [N, 5], by the textbook's density of a Gaussian.</summary>
    private static Tensor LikelihoodGradient(Tensor x, Tensor theta)
    {
        var leaf = theta.detach().clone().requires_grad_();
        Tensor Column(int i) => leaf.select(1, i).unsqueeze(1);
        var (s1, s2, rho) = (Column(2).square(), Column(3).square(), Column(4).tanh());
        var (v1, v2, covariance) = (s1.square() + 1e-6, s2.square() + 1e-6, rho * s1 * s2);
        var points = x.reshape(1, 4, 2);
        var (d1, d2) = (points.select(2, 0) - Column(0), points.select(2, 1) - Column(1));
        var determinant = (v1 * v2) - covariance.square();
        var mahalanobis = ((v2 * d1.square()) - (2 * covariance * d1 * d2) + (v1 * d2.square())) / determinant;
        var logLikelihood = (-0.5 * mahalanobis).sum(1) - (2 * determinant.log().squeeze(1));
        return autograd.grad([logLikelihood.sum()], [leaf])[0];
    }
}
