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

    /// <summary>
    /// Particles of the Gaussian lie upon each other, and chains that could not move them apart had all the weight. 59.85 and 59.87 by two independent
    /// programs, thermodynamic integration one of them; 383.71 ± 0.10 by replica exchange, which so few chains in so few steps come near.
    /// </summary>
    [Theory]
    [InlineData("lj13", 59.86, 0.02, 300, 500)]
    [InlineData("lj55", 383.71, 20, 32, 500)]
    public void ClustersWithHardCoresHaveTheirKnownLogZ(string name, double logZ, double within, int chains, int steps)
    {
        var system = ParticleSystems.All.First(known => known.Name == name).WithWellDepth(2);
        var estimate = AnnealedImportanceSampling.Estimate(system, seed: 1, new AnnealingSettings { Chains = chains, Steps = steps });
        Assert.InRange(Math.Abs(estimate.LogZ - logZ), 0, within + 4 * estimate.StandardError);
        Assert.InRange(estimate.StandardError, 0, 1);
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
