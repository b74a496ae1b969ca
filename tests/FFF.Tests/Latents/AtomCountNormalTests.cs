using FFF.Latents;
using FFF.Randomness;
using FFF.Spaces;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Latents;

public sealed class AtomCountNormalTests
{
    private static readonly MoleculeSpace Shape = new([1, 6], [0, 0, 3, 0, 7]);
    private static readonly AtomCountNormal Latent = new(Shape);

    /// <summary>A hundredth of a molecule for each size from 2 on: 3.01, 0.01 and 7.01 of 10.03.</summary>
    [Fact]
    public void SizesHaveTheSharesOfTheTrainingMolecules()
    {
        Assert.Equal(Math.Log(3.01 / 10.03), Latent.LogShare(2), 1e-12);
        Assert.Equal(Math.Log(0.01 / 10.03), Latent.LogShare(3), 1e-12);
        Assert.Equal(double.NegativeInfinity, Latent.LogShare(1));
        Assert.Equal(double.NegativeInfinity, Latent.LogShare(5));
        Assert.Equal(1, Enumerable.Range(0, 5).Sum(n => Math.Exp(Latent.LogShare(n))), 1e-12);
    }

    [Fact]
    public void SamplesHaveTheseSizesAndAreCentred()
    {
        const int Count = 20_000;
        var z = Latent.Sample(Count, 4 * 6, new RandomStream(1));
        var sizes = MoleculeRows.Sizes(z, 6);
        Assert.Equal(3.01 / 10.03, (sizes == 2).to(float64).mean().item<double>(), 0.015);
        foreach (var (atoms, _, rows) in MoleculeRows.BySize(z, 6))
        {
            Check.Close(rows.narrow(-1, 0, 3).mean([1]), zeros(rows.shape[0], 3), 1e-6);
            Assert.Equal(1, rows.narrow(-1, 3, 3).std().item<float>(), 0.05);
            Assert.True(rows.isfinite().all().item<bool>(), $"{atoms} atoms");
        }
    }

    [Fact]
    public void TheDensityIsThatOfTheSizeAndOfTheAtoms()
    {
        var z = Latent.Sample(tensor(new long[] { 4, 2, 4 }), 24, new RandomStream(2)).to(float64);
        var expected = stack(
        [
            Latent.OfAtoms.LogProb(z[..1]) + Latent.LogShare(4),
            Latent.OfAtoms.LogProb(z[1..2].narrow(1, 0, 12)) + Latent.LogShare(2),
            Latent.OfAtoms.LogProb(z[2..]) + Latent.LogShare(4),
        ]).flatten();
        Check.Close(Latent.LogProb(z), expected, 1e-12);
    }
}
