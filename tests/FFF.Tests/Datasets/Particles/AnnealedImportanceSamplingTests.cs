using FFF.Datasets.Particles;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Particles;

public sealed class AnnealedImportanceSamplingTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(9.0)]
    [InlineData(0.5)]
    public void AHarmonicSystemHasItsClosedForm(double stiffness)
    {
        var system = new Harmonic(4, 3, stiffness, spread: 1);
        var estimate = AnnealedImportanceSampling.Estimate(system, seed: 1, new AnnealingSettings { Chains = 1000, Steps = 100 });
        Assert.InRange(Math.Abs(estimate.LogZ - system.LogZ), 0, 4 * estimate.StandardError);
        Assert.InRange(estimate.StandardError, 1e-4, 0.08);
        Assert.InRange(estimate.EffectiveShare, 0.1, 1);
        Assert.Equal(4.5, estimate.MeanEnergy, 0.4);
        Assert.Equal(estimate.MeanEnergy + estimate.LogZ, estimate.Entropy);
    }

    /// <summary>A system that is the Gaussian it starts from has nothing to anneal: every weight is 1.</summary>
    [Fact]
    public void TheGaussianItselfHasNoError()
    {
        var system = new Harmonic(3, 2, stiffness: 0.25, spread: 2);
        var estimate = AnnealedImportanceSampling.Estimate(system, seed: 1, new AnnealingSettings { Chains = 10, Steps = 5 });
        Assert.Equal(system.LogZ, estimate.LogZ, 1e-10);
        Assert.Equal(0, estimate.StandardError, 1e-6);
        Assert.Equal(1, estimate.EffectiveShare, 1e-10);
    }

    /// <summary>29.67 by independent annealing of 20,000 chains.</summary>
    [Fact]
    public void TheDoubleWellSystemHasItsKnownLogZ()
    {
        var estimate = AnnealedImportanceSampling.Estimate(new DoubleWell4(), seed: 1, new AnnealingSettings { Chains = 600, Steps = 300 });
        Assert.InRange(Math.Abs(estimate.LogZ - 29.67), 0, 0.02 + 4 * estimate.StandardError);
        Assert.InRange(estimate.StandardError, 0, 0.1);
        Assert.Equal(7.16, estimate.Entropy, 0.4);
    }

    [Fact]
    public void TheSeedDecidesAllAndNothingIsLeftBehind()
    {
        var settings = new AnnealingSettings { Chains = 20, Steps = 10 };
        var before = _scope.DisposablesCount;
        var first = AnnealedImportanceSampling.Estimate(new DoubleWell4(), seed: 1, settings);
        Assert.Equal(first, AnnealedImportanceSampling.Estimate(new DoubleWell4(), seed: 1, settings));
        Assert.NotEqual(first, AnnealedImportanceSampling.Estimate(new DoubleWell4(), seed: 2, settings));
        Assert.Equal(before, _scope.DisposablesCount);
    }
}
