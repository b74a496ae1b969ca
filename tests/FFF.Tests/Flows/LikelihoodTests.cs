using FFF.Flows;
using FFF.Latents;
using FFF.Networks;
using FFF.Randomness;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Flows;

public sealed class LikelihoodTests
{
    /// <summary>z = x / 2, x = 2 z: p(x) is a normal density of standard deviation 2, whatever the chunks.</summary>
    [Fact]
    public void AScalingFlowHasTheScaledNormalDensity()
    {
        var flow = new FreeFormFlow(new ModuleNetwork(new Scale(0.5)), new ModuleNetwork(new Scale(2)), new StandardNormal(), 2);
        var x = new RandomStream(0).Normal([7, 2], float64);
        var expected = -0.125 * x.square().sum(-1) - Math.Log(2 * Math.PI) - 2 * Math.Log(2);
        var likelihood = Likelihood.Of(flow, x, null);
        Check.Close(likelihood.Encoder, expected, 1e-12);
        Check.Close(likelihood.Decoder, expected, 1e-12);
        Check.Close(likelihood.Reconstruction, zeros(7, dtype: float64), 1e-24);
        var (samples, logProb) = Likelihood.OfSamples(flow, x / 2, null);
        Check.Close(samples, x, 1e-12);
        Check.Close(logProb, expected, 1e-12);
    }

    /// <summary>Likelihoods of many rows, which are computed in chunks, equal those row by row.</summary>
    [Fact]
    public void ChunksDoNotMatter()
    {
        var random = new RandomStream(1);
        var config = new DenseOptions { Widths = [50], Identity = true };
        INetwork Net() => Check.Randomized(new DenseNet(config, 40, 1, random), random, scale: 0.1);
        var flow = new FreeFormFlow(Net(), Net(), new StandardNormal(), 40).to(float64);
        var x = random.Normal([100, 40], float64);
        var c = random.Normal([100, 1], float64);
        var all = Likelihood.Of(flow, x, c).Encoder;
        var last = Likelihood.Of(flow, x.narrow(0, 99, 1), c.narrow(0, 99, 1)).Encoder;
        Check.Close(all.narrow(0, 99, 1), last, 1e-9);
    }

    /// <summary>Latent densities integrate to one: quadrature on a wide grid.</summary>
    [Fact]
    public void LatentDensitiesIntegrateToOne()
    {
        const int Points = 2_000_001;
        const double Half = 2000;
        var z = linspace(-Half, Half, Points, dtype: float64).unsqueeze(-1);
        foreach (var latent in (ILatent[])[new StandardNormal(), new StudentT(3), new StudentT(5)])
        {
            var integral = latent.LogProb(z).exp().sum().item<double>() * (2 * Half / (Points - 1));
            Assert.Equal(1, integral, 5);
        }
    }

    [Fact]
    public void SamplesHaveTheLatentMoments()
    {
        const int Count = 200_000;
        var normal = new StandardNormal().Sample(Count, 2, new RandomStream(3));
        var heavy = new StudentT(5).Sample(Count, 2, new RandomStream(3));
        Assert.Equal([Count, 2], heavy.shape);
        // Variances: 1, and ν/(ν − 2) = 5/3. Standard errors: √(2/N) = 0.003, and √((kurtosis 9 − 1)/N)·5/3 = 0.011.
        Check.Close(normal.var(0), ones(2), 0.02);
        Check.Close(heavy.var(0), full(2, 5.0 / 3), 0.06);
        Check.Close(heavy.mean([0]), zeros(2), 0.02);
        // P(|t| > 2.5706) = 0.05 for 5 degrees of freedom; standard error 0.0005.
        Assert.Equal(0.05, (heavy.abs() > 2.5706).to(float64).mean().item<double>(), 0.003);
    }

    private sealed class Scale(double factor) : nn.Module<Tensor, Tensor>(nameof(Scale))
    {
        public override Tensor forward(Tensor x) => x * factor;
    }
}
