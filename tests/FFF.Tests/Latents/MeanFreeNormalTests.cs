using FFF.Configuration;
using FFF.Latents;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Latents;

public sealed class MeanFreeNormalTests
{
    private static readonly ParticleShape Shape = new(4, 3);
    private static readonly MeanFreeNormal Latent = new(Shape);

    /// <summary>U's columns are orthonormal and have no mean; as many as there are dimensions left, they span all such vectors.</summary>
    [Fact]
    public void TheBasisSpansTheMeanFreeSubspace()
    {
        var basis = Latent.Basis(float64, CPU)!;
        Assert.Equal([12, 9], basis.shape);
        Check.Close(matmul(basis.t(), basis), eye(9, dtype: float64), 1e-14);
        Check.Close(basis.view(4, 3, 9).sum([0]), zeros(3, 9, dtype: float64), 1e-14);
        Check.Close(Latent.Basis(float32, CPU)!, basis, 1e-7);
    }

    /// <summary>In coordinates of the subspace it is the standard normal density, constant included.</summary>
    [Fact]
    public void TheDensityIsStandardNormalInTheSubspace()
    {
        var coordinates = randn(5, 9, dtype: float64, generator: new Generator(0, CPU));
        var z = matmul(coordinates, Latent.Basis(float64, CPU)!.t());
        Check.Close(Latent.LogProb(z), new StandardNormal().LogProb(coordinates), 1e-12);
    }

    [Fact]
    public void SamplesAreMeanFreeWithTheProjectorAsCovariance()
    {
        const int Count = 100_000;
        var z = Latent.Sample(Count, 12, new Generator(1, CPU)).to(float64);
        Check.Close(z.view(Count, 4, 3).mean([1]), zeros(Count, 3), 1e-6);
        var basis = Latent.Basis(float64, CPU)!;

        // Standard error of an entry: at most √(2/N) = 0.0045.
        Check.Close(matmul(z.t(), z) / Count, matmul(basis, basis.t()), 0.025);
    }
}
