using FFF.Latents;
using FFF.Randomness;
using FFF.Spaces;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Latents;

public sealed class MeanFreeNormalTests
{
    private static readonly MeanFreePositions Shape = new(4, 3);
    private static readonly MeanFreeNormal Latent = new(Shape.Nodes!);

    /// <summary>U's columns are orthonormal and have no mean; as many as there are dimensions left, they span all such vectors.</summary>
    [Fact]
    public void TheBasisSpansTheMeanFreeSubspace()
    {
        var basis = Latent.Basis(12, float64, CPU)!;
        Assert.Equal([12, 9], basis.shape);
        Check.Close(matmul(basis.t(), basis), eye(9, dtype: float64), 1e-14);
        Check.Close(basis.view(4, 3, 9).sum([0]), zeros(3, 9, dtype: float64), 1e-14);
        Check.Close(Latent.Basis(12, float32, CPU)!, basis, 1e-7);
    }

    /// <summary>In coordinates of the subspace it is the standard normal density, constant included.</summary>
    [Fact]
    public void TheDensityIsStandardNormalInTheSubspace()
    {
        var coordinates = new RandomStream(0).Normal([5, 9], float64);
        var z = matmul(coordinates, Latent.Basis(12, float64, CPU)!.t());
        Check.Close(Latent.LogProb(z), new StandardNormal().LogProb(coordinates), 1e-12);
    }

    [Fact]
    public void SamplesAreMeanFreeWithTheProjectorAsCovariance()
    {
        const int Count = 100_000;
        var z = Latent.Sample(Count, 12, new RandomStream(1)).to(float64);
        Check.Close(z.view(Count, 4, 3).mean([1]), zeros(Count, 3), 1e-6);
        var basis = Latent.Basis(12, float64, CPU)!;

        // Standard error of an entry: at most √(2/N) = 0.0045.
        Check.Close(matmul(z.t(), z) / Count, matmul(basis, basis.t()), 0.025);
    }

    /// <summary>With features, which keep their mean: S = (N − 1)·2 + N·3, for any N.</summary>
    [Fact]
    public void FeaturesAreStandardNormalBesideThePositions()
    {
        var latent = new MeanFreeNormal(new NodeLayout(2, 3));
        foreach (var nodes in new[] { 2, 5 })
        {
            var (dimension, free) = (nodes * 5, 2 * (nodes - 1) + 3 * nodes);
            var basis = latent.Basis(dimension, float64, CPU)!;
            Assert.Equal([dimension, free], basis.shape);
            Check.Close(matmul(basis.t(), basis), eye(free, dtype: float64), 1e-14);
            Check.Close(basis.view(nodes, 5, free).narrow(1, 0, 2).sum([0]), zeros(2, free, dtype: float64), 1e-14);
            var coordinates = new RandomStream(2).Normal([4, free], float64);
            Check.Close(latent.LogProb(matmul(coordinates, basis.t())), new StandardNormal().LogProb(coordinates), 1e-12);
            Check.Close(latent.Sample(6, dimension, new RandomStream(3)).view(6, nodes, 5).narrow(2, 0, 2).mean([1]), zeros(6, 2), 1e-6);
        }
    }
}
