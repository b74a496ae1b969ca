using FFF.Autodiff;
using FFF.Networks;
using FFF.Randomness;
using FFF.Spaces;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Flows.Molecules;

/// <summary>Flows on molecules that are told conditions, in float64.</summary>
public sealed class ConditionalMoleculeTests
{
    /// <summary>Conditions are invariant: the density given one does not notice motions, but does notice the condition.</summary>
    [Fact]
    public void TheDensityGivenAConditionIsInvariant()
    {
        var random = new RandomStream(9);
        var flow = MoleculeFlows.Flow(random, conditions: 2);
        using var noGradient = no_grad();
        var (molecules, condition) = (MoleculeFlows.Atoms(5, 4, random), random.Normal([5, 2], float64));
        var noise = random.Normal([5, 4, 4], float64);
        var order = random.Permutation(4);
        var turn = linalg.qr(random.Normal([3, 3], float64)).Q;
        var parts = molecules.index_select(1, order).split([3, 2], -1);
        var (v, logQ) = flow.Dequantizer.Draw(molecules, noise);
        var (moved, movedLogQ) = flow.Dequantizer.Draw(cat([matmul(parts[0], turn), parts[1]], -1), noise.index_select(1, order));
        var (before, after) = (flow.Continuous.LogLikelihood(v, condition), flow.Continuous.LogLikelihood(moved, condition));
        Check.Close(after.Encoder - movedLogQ, before.Encoder - logQ, 1e-9);
        Check.Close(after.Decoder - movedLogQ, before.Decoder - logQ, 1e-9);
        Check.Close(after.Reconstruction, before.Reconstruction, 1e-9);
        Assert.True(Check.Difference(flow.Continuous.LogLikelihood(v, condition + 1).Encoder, before.Encoder) > 1e-2);

        // What is decoded moves with its latents, by the same condition.
        var z = flow.Continuous.Encode(v, condition).view(5, 4, 7);
        Tensor Moved(Tensor rows) => cat([matmul(rows.index_select(1, order).narrow(-1, 0, 3), turn), rows.index_select(1, order).narrow(-1, 3, 4)], -1);
        var x = flow.Continuous.Decode(z.flatten(1), condition).view(5, 4, 7);
        Check.Close(flow.Continuous.Decode(Moved(z).flatten(1), condition).view(5, 4, 7), Moved(x), 1e-10);
        Check.Tangents(flow.Continuous.Decoder, z.flatten(1), random.Normal([2, 5, 28], float64), condition, 1e-6);
    }

    /// <summary>Rows of several sizes have each its own condition.</summary>
    [Fact]
    public void EachMoleculeOfAMixedBatchHasItsOwnCondition()
    {
        var random = new RandomStream(2);
        var flow = MoleculeFlows.Flow(random, conditions: 1);
        using var noGradient = no_grad();
        var z = flow.Latent.Sample(40, flow.Dimension, random).to(float64);
        var condition = random.Normal([40, 1], float64);
        var rows = flow.Decode(z, condition);
        foreach (var row in (int[])[0, 7, 39])
        {
            Check.Close(flow.Decode(z[row..(row + 1)], condition[row..(row + 1)]).nan_to_num(-9), rows[row..(row + 1)].nan_to_num(-9), 1e-12);
        }
    }

    /// <summary>
    /// With z = c v for the condition c the probability of types, charges and positions is known in closed form, each charge by quadrature: the mean of
    /// p(v | c) / q(v | x) is it, whatever the condition.
    /// </summary>
    [Theory]
    [InlineData(0.9)]
    [InlineData(1.2)]
    public void TheDequantizedDensityIntegratesToTheProbability(double factor)
    {
        const int Draws = 200_000;
        var random = new RandomStream(3);
        var flow = MoleculeFlows.Flow(random, () => new ConditionScale(), noise: 0.03);
        var molecule = MoleculeFlows.Atoms(1, 2, random);
        using var noGradient = no_grad();
        var exact = -0.5 * factor * factor * molecule[0].narrow(-1, 0, 3).square().sum().item<double>() - 1.5 * Math.Log(2 * Math.PI)
            + 3 * Math.Log(factor);
        foreach (var charge in molecule[0].select(-1, 4).data<double>())
        {
            var scale = MoleculeFlows.Small.ChargeScale;
            exact += Math.Log(1.0 / MoleculeFlows.Shape.Types) + Math.Log(CellProbability(factor * charge / scale, factor * (charge + 1) / scale));
        }

        var (v, logQ) = flow.Dequantize(molecule.expand(Draws, 2, 5), random);
        var condition = full([Draws, 1], factor, dtype: float64);
        var logP = flow.AtomCounts.OfAtoms.LogProb(flow.Continuous.Encode(v, condition)) + (v.shape[1] - 3) * Math.Log(factor);
        Assert.Equal(exact, (logP - logQ).logsumexp(0).item<double>() - Math.Log(Draws), 0.08);

        // One row's likelihood is that of the same computation.
        var one = flow.Continuous.LogLikelihood(v[..3], condition[..3]);
        Check.Close(one.Encoder, logP[..3], 1e-9);
    }

    /// <summary>Where the size is a condition it is no part of the density.</summary>
    [Fact]
    public void AGivenSizeHasProbabilityOne()
    {
        var latent = new FFF.Latents.AtomCountNormal(MoleculeFlows.Shape with { IsSizeGiven = true });
        Assert.Equal((0.0, 0.0, 0.0), (latent.LogShare(2), latent.LogShare(17), latent.LogPublishedShare(3)));
        using var z = latent.Sample(6, MoleculeFlows.Shape.MaxAtoms * 7, new RandomStream(1));
        var own = new FFF.Latents.AtomCountNormal(MoleculeFlows.Shape);
        var sizes = MoleculeRows.Sizes(z, 7).to(int64).data<long>().ToArray();
        Check.Close(latent.LogProb(z), own.LogProb(z) - tensor(sizes.Select(size => (float)own.LogShare((int)size)).ToArray()), 1e-5);
    }

    /// <summary>∫ of the standard normal density, by Simpson's rule.</summary>
    private static double CellProbability(double low, double high)
    {
        const int Intervals = 2000;
        var h = (high - low) / Intervals;
        double Density(int i) => Math.Exp(-0.5 * Math.Pow(low + i * h, 2)) / Math.Sqrt(2 * Math.PI);
        return h / 3 * Enumerable.Range(0, Intervals + 1).Sum(i => (i is 0 or Intervals ? 1 : i % 2 == 1 ? 4 : 2) * Density(i));
    }

    /// <summary>c v.</summary>
    private sealed class ConditionScale() : nn.Module(nameof(ConditionScale)), INetwork
    {
        public long NumbersOfRow(long dimension) => dimension;

        public Dual Forward(Dual x, Tensor? condition) => x.Map(t => t * condition!);
    }
}
