using FFF.Latents;
using FFF.Randomness;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Latents;

public sealed class MultivariateStudentTTests
{
    /// <summary>
    /// In one dimension it is the usual density; in two (1 + r²/ν)^(−(ν+2)/2)/2π, since Γ(ν/2 + 1) = ν/2 Γ(ν/2); in three Γ(7/2) = 15√π/8 for ν = 4.
    /// </summary>
    [Fact]
    public void TheDensityIsTheClosedForm()
    {
        var random = new RandomStream(2);
        Tensor Draw(int dimension) => 3 * random.Normal([50, dimension], float64);
        var z = Draw(1);
        Check.Close(new MultivariateStudentT(3).LogProb(z), new StudentT(3).LogProb(z), 1e-12);
        foreach (var freedom in (double[])[0.5, 2, 5, 30])
        {
            z = Draw(2);
            var expected = (-(freedom + 2) / 2 * (1 + z.square().sum(-1) / freedom).log()) - Math.Log(2 * Math.PI);
            Check.Close(new MultivariateStudentT(freedom).LogProb(z), expected, 1e-12);
        }

        z = Draw(3);
        Check.Close(new MultivariateStudentT(4).LogProb(z), Math.Log(15 / (64 * Math.PI)) - 3.5 * (1 + z.square().sum(-1) / 4).log(), 1e-12);
    }

    /// <summary>∫ p over shells: 2π² r³ dr in four dimensions, by the trapezoidal rule in log r.</summary>
    [Fact]
    public void TheDensityIntegratesToOne()
    {
        var logRadius = linspace(-20, 20, 40_001, dtype: float64);
        var z = logRadius.exp().unsqueeze(1) * tensor([0.5, -0.5, 0.5, 0.5], float64);
        var integrand = new MultivariateStudentT(3).LogProb(z).exp() * 2 * Math.PI * Math.PI * (4 * logRadius).exp();
        Assert.Equal(1, integrand.sum().item<double>() * 40 / 40_000, 1e-9);
    }

    /// <summary>In two dimensions P(r² > t) = (1 + t/ν)^(−ν/2); standard error below 0.0012.</summary>
    [Fact]
    public void SamplesAreFarOutTogether()
    {
        const int Count = 200_000;
        var z = new MultivariateStudentT(3).Sample(Count, 2, new RandomStream(5)).to(float64);
        Assert.Equal([Count, 2], z.shape);
        var squared = z.square().sum(-1);
        foreach (var t in (double[])[0.5, 2, 10, 100])
        {
            Assert.Equal(Math.Pow(1 + t / 3, -1.5), (squared > t).to(float64).mean().item<double>(), 0.005);
        }

        // Independent components are both beyond 3 at 0.0577² = 0.0033 of the draws, joint ones far more often.
        double Both(Tensor draws) => (draws.abs() > 3).all(-1).to(float64).mean().item<double>();
        Assert.Equal(0.0033, Both(new StudentT(3).Sample(Count, 2, new RandomStream(5))), 0.0006);
        Assert.True(Both(z) > 0.009);
    }

    /// <summary>Configurations that were saved before there was a choice mean independent components.</summary>
    [Fact]
    public void TheOptionsChoose()
    {
        Assert.IsType<StudentT>(new StudentTLatent().Build(null));
        Assert.IsType<MultivariateStudentT>(new StudentTLatent { Components = StudentTComponents.Joint }.Build(null));
    }
}
