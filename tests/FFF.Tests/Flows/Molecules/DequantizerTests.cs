using FFF.Flows.Molecules;
using FFF.Randomness;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Flows.Molecules;

public sealed class DequantizerTests
{
    [Theory]
    [InlineData(2, 0.3)]
    [InlineData(4, 0.3)]
    [InlineData(4, 1.0)]
    public void QuantisingUndoesDequantising(int atoms, double scale)
    {
        var random = new RandomStream(1);
        var dequantizer = MoleculeFlows.Dequantizer(random, scale);
        dequantizer.to(float32);
        var molecules = MoleculeFlows.Atoms(500, atoms, random).to(float32);
        var (v, logQ) = dequantizer.Draw(molecules, random.Normal([500, atoms, 4]));
        Check.Close(dequantizer.Quantize(v), molecules, 0);
        Assert.True(logQ.isfinite().all().item<bool>());
    }

    /// <summary>
    /// The noise's density in terms of v, by the determinant, integrates to 1 over a charge's cell: the trapezoidal rule over v.
    /// </summary>
    [Fact]
    public void TheDensityOfAChargeIntegratesToOne()
    {
        const int Points = 200_001;
        const double Scale = 3;
        var u = linspace(-14, 14, Points, dtype: float64);
        var (v, logDet) = AtomCells.OfCharges(full([Points, 1], 6.0, dtype: float64), u.unsqueeze(-1), Scale);
        var density = (-0.5 * (u - 0.4).square() / 0.49 - Math.Log(0.7 * Math.Sqrt(2 * Math.PI)) - logDet).exp();
        var widths = v.squeeze(-1).diff(1);
        var middle = 0.5 * (density.narrow(0, 0, Points - 1) + density.narrow(0, 1, Points - 1));
        Assert.Equal(1, (middle * widths).sum().item<double>(), 1e-6);
    }

    /// <summary>The network is told charges divided by the scale: doubled ones on twice the scale are the same to it, and so are the types' values.</summary>
    [Fact]
    public void TheNetworkIsToldChargesOnTheirScale()
    {
        var molecules = MoleculeFlows.Atoms(6, 3, new RandomStream(6));
        var noise = new RandomStream(7).Normal([6, 3, 4], float64);
        Tensor Types(double chargeScale, double charge)
        {
            var told = cat([molecules.narrow(-1, 0, 4), molecules.narrow(-1, 4, 1) * charge], -1);
            return MoleculeFlows.Dequantizer(new RandomStream(8), chargeScale: chargeScale).Draw(told, noise).V.view(6, 3, 7).narrow(-1, 3, 3);
        }

        Check.Close(Types(4, 2), Types(2, 1), 1e-12);
        Assert.True(Check.Difference(Types(4, 1), Types(2, 1)) > 1e-3);
    }

    /// <summary>Turned and renumbered molecules with the noise renumbered alike have v turned and renumbered, and the same density.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void ItCommutesWithMotionsAndPermutations(int atoms)
    {
        var random = new RandomStream(5);
        var dequantizer = MoleculeFlows.Dequantizer(random);
        var molecules = MoleculeFlows.Atoms(6, atoms, random);
        var noise = random.Normal([6, atoms, 4], float64);
        var order = random.Permutation(atoms);
        var turn = linalg.qr(random.Normal([3, 3], float64)).Q;
        Tensor Moved(Tensor rows)
        {
            var parts = rows.index_select(1, order).split([3, rows.shape[2] - 3], -1);
            return cat([matmul(parts[0], turn), parts[1]], -1);
        }

        var (v, logQ) = dequantizer.Draw(molecules, noise);
        var (moved, movedLogQ) = dequantizer.Draw(Moved(molecules), noise.index_select(1, order));
        Check.Close(moved.view(6, atoms, 7), Moved(v.view(6, atoms, 7)), 1e-10);
        Check.Close(movedLogQ, logQ, 1e-10);
    }
}
