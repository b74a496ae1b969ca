using FFF.Datasets;
using FFF.Datasets.Sbi;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Sbi;

/// <summary>The published files against what the tasks' definitions say about them.</summary>
public sealed class ReferenceDataTests : IDisposable
{
    private static readonly TwoMoonsTask TwoMoons = new();
    private static readonly GaussianLinearTask GaussianLinear = new();

    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<int> Numbers => [.. Enumerable.Range(1, ReferenceData.ObservationCount)];

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void ObservationsAreThePublishedNumbers()
    {
        Assert.Equal([-0.6396706f, 0.16234657f], ReferenceData.Observation(TwoMoons, 1).data<float>().ToArray());
        Assert.Equal([-0.8176656f, -0.5756806f], ReferenceData.TrueParameters(TwoMoons, 1).data<float>().ToArray());
        Assert.Equal(-0.88694054f, ReferenceData.Observation(GaussianLinear, 10)[9].item<float>());
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void GaussianLinearPosteriorIsTheConjugateOne(int number)
    {
        var posterior = ReferenceData.Posterior(GaussianLinear, number);
        Assert.Equal([10_000, 10], posterior.shape);
        Assert.Equal([10], ReferenceData.TrueParameters(GaussianLinear, number).shape);

        // Prior precision 10 and noise precision 10: mean 10 x / (10 + 10), covariance I / (10 + 10).
        var centred = posterior.to(float64) - (ReferenceData.Observation(GaussianLinear, number).to(float64) / 2);
        var meanError = centred.mean([0]).abs().max().item<double>();
        Assert.True(meanError < 5 * Math.Sqrt(0.05 / 10_000), $"The mean differs by {meanError}.");
        var covarianceError = ((centred.t().mm(centred) / 10_000) - (0.05 * eye(10, dtype: float64))).abs().max().item<double>();
        Assert.True(covarianceError < 5 * 0.05 * Math.Sqrt(2.0 / 10_000), $"The covariance differs by {covarianceError}.");
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void TwoMoonsPosteriorExplainsItsObservation(int number)
    {
        var posterior = ReferenceData.Posterior(TwoMoons, number);
        Assert.Equal([10_000, 2], posterior.shape);
        Assert.True(TwoMoons.InSupport(posterior)!.all().item<bool>());

        var observation = ReferenceData.Observation(TwoMoons, number);
        AssertOnCrescent(Crescent(observation, posterior), number);
        AssertOnCrescent(Crescent(observation, ReferenceData.TrueParameters(TwoMoons, number).unsqueeze(0)), number);

        // Prior and likelihood are symmetric about θ₁ + θ₂ = 0: each crescent has half of the mass, five standard errors around.
        var upper = (posterior.sum(1) > 0).to(float64).mean().item<double>();
        Assert.Equal(0.5, upper, 0.025);
    }

    [Fact]
    public void TwoMoonsPosteriorHasTheRadiiAndAnglesOfTheSimulator()
    {
        // Observation 1 lies far from the prior's bounds, so nothing of its crescents is cut off.
        var crescent = Crescent(ReferenceData.Observation(TwoMoons, 1), ReferenceData.Posterior(TwoMoons, 1)).to(float64);
        var (radius, angle) = (crescent.norm(1), atan2(crescent.select(1, 1), crescent.select(1, 0)));
        Assert.Equal(0.1, radius.mean().item<double>(), 0.0005);
        Assert.Equal(0.01, radius.std().item<double>(), 0.0004);
        Assert.Equal(0, angle.mean().item<double>(), 0.05);
        Assert.Equal(Math.PI / Math.Sqrt(12), angle.std().item<double>(), 0.03);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    public void AnObservationThatDoesNotExistIsAnErrorThatNamesTheRange(int number)
    {
        var error = Assert.Throws<DatasetException>(() => ReferenceData.Observation(TwoMoons, number));
        Assert.Contains($"observation {number} ", error.Message, StringComparison.Ordinal);
        Assert.Contains("from 1 to 10", error.Message, StringComparison.Ordinal);
    }

    /// <summary>What is left of x, [2], when the shift by θ, [N, 2], and the offset of 0.25 are taken away.</summary>
    private static Tensor Crescent(Tensor x, Tensor parameters)
    {
        var (cos, sin) = (Math.Cos(-Math.PI / 4), Math.Sin(-Math.PI / 4));
        var (first, second) = (parameters.select(1, 0), parameters.select(1, 1));
        return stack([x[0] + ((cos * first) - (sin * second)).abs() - 0.25, x[1] - ((sin * first) + (cos * second))], 1);
    }

    /// <summary>Radii are normal about 0.1 with deviation 0.01, angles lie in the right half plane.</summary>
    private static void AssertOnCrescent(Tensor crescent, int number)
    {
        var radius = crescent.norm(1);
        Assert.True((radius > 0.05).all().item<bool>() && (radius < 0.15).all().item<bool>(),
            $"Radii of observation {number}: {radius.min().item<float>()} to {radius.max().item<float>()}.");
        Assert.True((crescent.select(1, 0) > -1e-6).all().item<bool>());
    }
}
