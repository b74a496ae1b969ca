using FFF.Datasets.Molecules;
using FFF.Flows;
using FFF.Flows.Molecules;
using FFF.Networks;
using FFF.Networks.Equivariant;
using FFF.Randomness;
using FFF.Spaces;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Flows.Molecules;

/// <summary>Likelihood, bound, sampling and objective of flows on molecules, in float64.</summary>
public sealed class MoleculeFlowTests
{
    /// <summary>
    /// A flow z = a·v has p(x) = p(N)·N(positions)·Π_atoms P(type)·P(charge) in closed form: the positions' Gaussian, each type
    /// 1/K by symmetry, each charge an integral of a Gaussian over its cell, here by quadrature. The mean of p(v)/q(v | x) is that, and
    /// the mean of its logarithm the bound, which lies below.
    /// </summary>
    [Fact]
    public void TheEvidenceBoundLiesBelowTheProbabilityByQuadrature()
    {
        const double A = 0.9;
        const int Draws = 200_000;
        var random = new RandomStream(3);
        var flow = MoleculeFlows.Flow(random, () => new ModuleNetwork(new Scaling(A)), noise: 0.03);
        var molecule = MoleculeFlows.Atoms(1, 2, random);
        using var noGradient = no_grad();

        var positions = molecule[0].narrow(-1, 0, 3);
        var exact = -0.5 * A * A * positions.square().sum().item<double>() - 1.5 * Math.Log(2 * Math.PI) + 3 * Math.Log(A) + flow.AtomCounts.LogShare(2);
        foreach (var charge in molecule[0].select(-1, 4).data<double>())
        {
            exact += Math.Log(1.0 / MoleculeFlows.Shape.Types)
                + Math.Log(CellProbability(charge / MoleculeFlows.Small.ChargeScale, (charge + 1) / MoleculeFlows.Small.ChargeScale, A));
        }

        var (v, logQ) = flow.Dequantize(molecule.expand(Draws, 2, 5), random);
        var z = A * v;
        var logP = flow.AtomCounts.OfAtoms.LogProb(z) + (v.shape[1] - 3) * Math.Log(A) + flow.AtomCounts.LogShare(2);
        var logWeights = logP - logQ;
        var estimate = logWeights.logsumexp(0).item<double>() - Math.Log(Draws);
        var bound = logWeights.mean().item<double>();

        // Where cells meet, q is far smaller than p: the weights have a heavy tail, and their mean is a little low.
        Assert.Equal(exact, estimate, 0.08);
        Assert.True(bound < exact - 0.01, $"{bound} is no bound below {exact}");
        Assert.InRange(bound, exact - 20, exact);

        var rows = full([2000, 4 * 5], double.NaN, dtype: float64);
        rows.narrow(1, 0, 10).copy_(molecule.flatten(1).expand(2000, 10));
        var likelihood = flow.LogLikelihood(rows, null);
        var deviation = logWeights.std().item<double>();
        Assert.Equal(bound, likelihood.Encoder.mean().item<double>(), 5 * deviation / Math.Sqrt(2000));
    }

    /// <summary>Atoms in order are one of N! orders of the same set: the bound is p(N) p(v) / (N! q(v | x)) for the v that is drawn.</summary>
    [Fact]
    public void TheBoundOfMoleculesInOrderCountsTheirOrders()
    {
        var random = new RandomStream(8);
        var shape = MoleculeFlows.Shape with { Ranks = NodeRanks.Of([random.Normal([9, 3, 3], float64)]) };
        var flow = MoleculeFlows.Flow(random, shape: shape);
        var atoms = MoleculeFlows.Atoms(5, 3, random);
        var rows = full([5, 4 * 5], double.NaN, dtype: float64);
        rows.narrow(1, 0, 15).copy_(atoms.flatten(1));

        using var drawn = NamedSeed.Stream(0, "dequantizer");
        var (v, logQ) = flow.Dequantize(atoms, drawn);
        var expected = flow.Continuous.LogLikelihood(v, null).Encoder - logQ + Math.Log(5.01 / 10.03) - Math.Log(6);
        Check.Close(flow.LogLikelihood(rows, null).Encoder, expected, 1e-10);
    }

    /// <summary>The exact density of continuous values, against a Jacobian row by row in reverse mode and another basis of the subspace.</summary>
    [Theory]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    [InlineData(3, true)]
    public void TheLikelihoodIsThatOfADenseComputation(int atoms, bool isCoupled)
    {
        var random = new RandomStream((ulong)atoms);
        var flow = isCoupled ? Coupled(random) : MoleculeFlows.Flow(random);
        var (v, _) = flow.Dequantize(MoleculeFlows.Atoms(3, atoms, random), random);
        v = v.detach();
        var likelihood = flow.Continuous.LogLikelihood(v, null);
        var width = 7 * atoms;
        var free = width - 3;

        // Mean-free random vectors, orthonormalised: any basis of the subspace will do.
        var vectors = random.Normal([free, atoms, 7], float64);
        var positions = vectors.narrow(-1, 0, 3);
        var basis = linalg.qr(cat([positions - positions.mean([1], keepdim: true), vectors.narrow(-1, 3, 4)], -1).flatten(1).t()).Q;
        for (var row = 0; row < 3; row++)
        {
            var x = v.narrow(0, row, 1).clone().requires_grad_();
            var z = flow.Continuous.Encode(x, null);
            var g = flow.Continuous.Decode(z.detach().requires_grad_(), null);
            var logPrior = -0.5 * z.square().sum().item<double>() - 0.5 * free * Math.Log(2 * Math.PI);
            Assert.Equal(logPrior + LogDet(z, x, basis), likelihood.Encoder[row].item<double>(), 1e-8);
            var latent = z.detach().requires_grad_();
            Assert.Equal(logPrior - LogDet(flow.Continuous.Decode(latent, null), latent, basis), likelihood.Decoder[row].item<double>(), 1e-8);
            Assert.Equal((x - g).square().sum().item<double>(), likelihood.Reconstruction[row].item<double>(), 1e-10);
        }
    }

    /// <summary>Rows of several sizes at once are what they are alone, but for the noise; here of one that leaves no choice.</summary>
    [Fact]
    public void MotionsAndPermutationsDoNotChangeTheDensity()
    {
        var random = new RandomStream(9);
        var flow = MoleculeFlows.Flow(random);
        using var noGradient = no_grad();
        var molecules = MoleculeFlows.Atoms(5, 4, random);
        var noise = random.Normal([5, 4, 4], float64);
        var order = random.Permutation(4);
        var turn = linalg.qr(random.Normal([3, 3], float64)).Q;
        var parts = molecules.index_select(1, order).split([3, 2], -1);
        var (v, logQ) = flow.Dequantizer.Draw(molecules, noise);
        var (moved, movedLogQ) = flow.Dequantizer.Draw(cat([matmul(parts[0], turn), parts[1]], -1), noise.index_select(1, order));
        var (before, after) = (flow.Continuous.LogLikelihood(v, null), flow.Continuous.LogLikelihood(moved, null));
        Check.Close(after.Encoder - movedLogQ, before.Encoder - logQ, 1e-9);
        Check.Close(after.Decoder - movedLogQ, before.Decoder - logQ, 1e-9);
        Check.Close(after.Reconstruction, before.Reconstruction, 1e-9);
    }

    [Fact]
    public void RowsOfDifferentSizesAreDecodedToMolecules()
    {
        var random = new RandomStream(4);
        var flow = MoleculeFlows.Flow(random);
        using var noGradient = no_grad();
        var z = flow.Latent.Sample(200, flow.Dimension, random).to(float64);
        var rows = flow.Decode(z, null);
        Assert.Equal([200, 20], rows.shape);
        Check.Close(MoleculeRows.Sizes(rows, MoleculeSpace.DataWidth), MoleculeRows.Sizes(z, 7), 0);
        foreach (var (atoms, index, part) in MoleculeRows.BySize(rows, MoleculeSpace.DataWidth))
        {
            Check.Close(part.narrow(-1, 0, 3).mean([1]), zeros(part.shape[0], 3), 1e-6);
            var alone = flow.Decode(z.index_select(0, index).narrow(1, 0, 7 * atoms), null);
            Check.Close(part.flatten(1), alone, 1e-12);
        }

        var molecules = MoleculeSamples.Read(rows, MoleculeFlows.Shape);
        Assert.All(molecules, m => Assert.InRange(m!.AtomCount, 2, 4));

        // Data are rounded, latents are not: of what is encoded, the same molecules are decoded.
        Check.Close(MoleculeRows.Sizes(flow.Encode(rows, null), 7), MoleculeRows.Sizes(z, 7), 0);
    }

    /// <summary>
    /// With as many Hutchinson vectors as dimensions and a decoder that is the encoder's inverse, the objective's gradient is that of
    /// the bound itself, −log p(v) + log q(v | x), for the dequantiser's parameters too; by finite differences.
    /// </summary>
    [Fact]
    public void TheObjectivesGradientIsTheBounds()
    {
        const double Step = 1e-5;
        const long Seed = 7;
        var random = new RandomStream(6);
        var networks = new Queue<INetwork>([new ModuleNetwork(new FeatureSinh()), new ModuleNetwork(new FeatureAsinh())]);
        var flow = MoleculeFlows.Flow(random, networks.Dequeue);
        var objective = new MoleculeObjective(flow,
            new Objective(flow.Continuous, new ObjectiveConfig { HutchinsonSamples = 11, Beta = new FixedSetting { Value = 0.5 } }));
        var rows = MoleculeFlows.Atoms(8, 2, random).flatten(1);
        var parameters = flow.Dequantizer.parameters().ToArray();
        var gradients = autograd.grad([objective.Evaluate(new(rows, null), 0, Seed, 0).Loss], parameters, allow_unused: true);
        using var noGradient = no_grad();
        double Bound()
        {
            using var noise = Randomness.NamedSeed.Stream(Seed, "dequantizer", 0);
            var (v, logQ) = flow.Dequantize(rows.view(8, 2, 5), noise);
            var features = v.view(8, 2, 7).narrow(-1, 3, 4);
            var logP = -0.5 * flow.Continuous.Encode(v, null).square().sum(-1) + features.cosh().log().sum([1, 2]);
            return (logQ - logP).mean().item<double>();
        }

        foreach (var (parameter, gradient) in parameters.Zip(gradients))
        {
            var direction = random.Normal(parameter.shape, float64);
            parameter.add_(direction, Step);
            var above = Bound();
            parameter.add_(direction, -2 * Step);
            var below = Bound();
            parameter.add_(direction, Step);
            var expected = (above - below) / (2 * Step);
            Assert.Equal(expected, (Check.OrZero(gradient, parameter) * direction).sum().item<double>(), 1e-5 * Math.Max(1, Math.Abs(expected)));
        }
    }

    [Fact]
    public void TheObjectiveOfAMixedBatchIsTheMeanOverItsSizes()
    {
        var random = new RandomStream(8);
        var flow = MoleculeFlows.Flow(random);
        var objective = new MoleculeObjective(flow, new Objective(flow.Continuous, new ObjectiveConfig()));
        var small = cat([MoleculeFlows.Atoms(2, 2, random).flatten(1), full([2, 10], double.NaN, dtype: float64)], 1);
        var mixed = cat([MoleculeFlows.Atoms(1, 4, random).flatten(1), small], 0);
        var terms = objective.Evaluate(new(mixed, null), 0, 1, 0);
        Assert.True(terms.Loss.isfinite().item<bool>());

        // The smaller size comes first, so that its noise is that of its batch alone.
        var alone = objective.Evaluate(new(small, null), 0, 1, 0);
        var rest = 3 * terms.Reconstruction!.item<double>() - 2 * alone.Reconstruction!.item<double>();
        Assert.True(rest > 0);
        Assert.Equal(2, MoleculeRows.BySize(mixed, MoleculeSpace.DataWidth).Count());
    }

    /// <summary>Types have the dequantiser's noise only, which stays the same.</summary>
    [Fact]
    public void TheObjectivesNoiseIsOnPositionsAndCharges()
    {
        var random = new RandomStream(10);
        var seen = new RecordingNetwork();
        var networks = new Queue<INetwork>([seen, new ModuleNetwork(new Scaling(1))]);
        var flow = MoleculeFlows.Flow(random, networks.Dequeue);
        var rows = MoleculeFlows.Atoms(200, 4, random).flatten(1);
        Tensor Encoded(SettingConfig? noise)
        {
            _ = new MoleculeObjective(flow, new Objective(flow.Continuous, new ObjectiveConfig { Noise = noise })).Evaluate(new(rows, null), 0, 1, 0);
            return seen.Last!.Value.detach().view(200, 4, 7);
        }

        var difference = Encoded(new FixedSetting { Value = 0.3 }) - Encoded(null);
        Check.Close(difference.narrow(-1, 3, 3), zeros(200, 4, 3), 0);
        Check.Close(difference.narrow(-1, 0, 3).mean([1]), zeros(200, 3), 1e-12);

        Assert.InRange(difference.select(-1, 6).std().item<double>(), 0.27, 0.33);

        // Three of four positions are free.
        Assert.InRange(difference.narrow(-1, 0, 3).square().mean().sqrt().item<double>() / (0.3 * Math.Sqrt(0.75)), 0.95, 1.05);
    }

    private static MoleculeFlow Coupled(RandomStream random)
    {
        var graph = new EquivariantOptions { Blocks = 1, Width = 8, NormalizationFactor = 3 };
        var (encoder, decoder) = new StackOptions { Networks = [new FeatureCouplingOptions { Network = graph }, graph] }
            .Pair(new NetworkPlace(0, 0, MoleculeFlows.Shape.Nodes, random));
        var networks = new Queue<INetwork>([.. ((INetwork[])[encoder, decoder]).Select(n => Check.Double(Check.Randomized(n, random, scale: 0.3)))]);
        return MoleculeFlows.Flow(random, networks.Dequeue);
    }

    private static double LogDet(Tensor y, Tensor x, Tensor basis)
    {
        var jacobian = stack([.. Enumerable.Range(0, (int)y.shape[1]).Select(i => autograd.grad([y[0, i]], [x], retain_graph: true)[0][0])], 0);
        return linalg.slogdet(matmul(matmul(basis.t(), jacobian), basis)).Item2.item<double>();
    }

    /// <summary>∫ over z from a·low to a·high of the standard normal density, by Simpson's rule.</summary>
    private static double CellProbability(double low, double high, double a)
    {
        const int Intervals = 2000;
        var h = a * (high - low) / Intervals;
        double Density(int i) => Math.Exp(-0.5 * Math.Pow(a * low + i * h, 2)) / Math.Sqrt(2 * Math.PI);
        return h / 3 * Enumerable.Range(0, Intervals + 1).Sum(i => (i is 0 or Intervals ? 1 : i % 2 == 1 ? 4 : 2) * Density(i));
    }

    private sealed class Scaling(double factor) : nn.Module<Tensor, Tensor>(nameof(Scaling))
    {
        public override Tensor forward(Tensor x) => factor * x;
    }

    private sealed class FeatureSinh() : nn.Module<Tensor, Tensor>(nameof(FeatureSinh))
    {
        public override Tensor forward(Tensor x) => OnFeatures(x, f => f.sinh());
    }

    private sealed class FeatureAsinh() : nn.Module<Tensor, Tensor>(nameof(FeatureAsinh))
    {
        public override Tensor forward(Tensor x) => OnFeatures(x, f => f.arcsinh());
    }

    private static Tensor OnFeatures(Tensor x, Func<Tensor, Tensor> function)
    {
        var nodes = x.view(x.shape[0], -1, 7);
        return cat([nodes.narrow(-1, 0, 3), function(nodes.narrow(-1, 3, 4))], -1).flatten(1);
    }
}
