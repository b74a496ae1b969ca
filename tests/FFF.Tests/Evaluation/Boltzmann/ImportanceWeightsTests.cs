using FFF.Datasets.Particles;
using FFF.Evaluation.Boltzmann;
using FFF.Randomness;
using FFF.Spaces;
using FFF.Tests.Datasets.Particles;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Evaluation.Boltzmann;

public sealed class ImportanceWeightsTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>log w of a Gaussian proposal of variance σ² on the mean-free subspace, against a harmonic system.</summary>
    private static double[] LogWeights(Harmonic system, double variance, int count)
    {
        var x = MeanFree.Normal(count, system.Shape, float64, new RandomStream(5)) * Math.Sqrt(variance);
        var logDensity = -0.5 * x.square().sum([1]) / variance - 0.5 * system.Shape.MeanFreeDimension * Math.Log(2 * Math.PI * variance);
        return (-((IParticleSystem)system).Energy(x) - logDensity).data<double>().ToArray();
    }

    [Fact]
    public void TheDensityItselfHasEqualWeightsAndKnowsZ()
    {
        var system = new Harmonic(4, 2, stiffness: 2.5, spread: 1);
        var weights = ImportanceWeights.Of(LogWeights(system, 1 / 2.5, 1000))!;
        Assert.Equal(1, weights.EffectiveShare, 1e-12);
        Assert.Equal(1000, weights.EffectiveSamples, 1e-9);
        Assert.Equal(1e-3, weights.LargestShare, 1e-12);
        Assert.Equal(system.LogZ, weights.LogMean, 1e-12);
        Assert.Equal(0, weights.LogMeanStandardError(1), 1e-12);
    }

    /// <summary>With a = κσ², E[w]² / E[w²] = (2a − 1)^(S/2) / a^S; the variance of log mean w is (1/share − 1)/N.</summary>
    [Theory]
    [InlineData(1.5)]
    [InlineData(0.8)]
    public void AGaussianProposalHasItsClosedForm(double a)
    {
        const int N = 100_000;
        var system = new Harmonic(4, 2, stiffness: 3, spread: 1);
        var weights = ImportanceWeights.Of(LogWeights(system, a / 3, N))!;
        var share = Math.Pow(2 * a - 1, 3) / Math.Pow(a, 6);
        Assert.Equal(share, weights.EffectiveShare, 0.02 * share);
        var error = weights.LogMeanStandardError(1);
        Assert.InRange(error / Math.Sqrt((1 / share - 1) / N), 0.8, 1.25);
        Assert.InRange(Math.Abs(weights.LogMean - system.LogZ), 0, 4 * error);
        Assert.Equal(error, weights.LogMeanStandardError(1));
        Assert.NotEqual(error, weights.LogMeanStandardError(2));
    }

    [Fact]
    public void WhatIsNoNumberHasNoWeightAndTheLevelOfEnergiesDoesNotMatter()
    {
        foreach (var level in new[] { 0.0, 5000, -5000 })
        {
            var weights = ImportanceWeights.Of([level, level + Math.Log(3), double.NegativeInfinity, double.NaN, double.PositiveInfinity])!;
            Assert.Equal([0.25, 0.75, 0, 0, 0], weights.Normalized.Select(w => Math.Round(w, 9)));
            Assert.Equal(level + Math.Log(4.0 / 5), weights.LogMean, 1e-9);
            Assert.Equal(1.6, weights.EffectiveSamples, 1e-9);
            Assert.Equal(0.32, weights.EffectiveShare, 1e-9);
            Assert.Equal(0.75, weights.LargestShare, 1e-9);
        }

        Assert.Null(ImportanceWeights.Of([double.NaN, double.NegativeInfinity]));
    }

    /// <summary>Where one sample has all weight, a resample may well miss it.</summary>
    [Fact]
    public void AResampleWithoutAnyWeightMakesTheErrorInfinite() =>
        Assert.Equal(double.PositiveInfinity, ImportanceWeights.Of([0, -2000, -2000])!.LogMeanStandardError(1));
}
