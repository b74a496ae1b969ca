using FFF.Autodiff;
using FFF.Datasets;
using FFF.Datasets.Particles;
using FFF.Flows;
using FFF.Formats;
using FFF.Kernels;
using FFF.Latents;
using FFF.Networks.Equivariant;
using FFF.Randomness;
using FFF.Spaces;
using FFF.Tests.Formats;
using FFF.Tests.Networks.Equivariant;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Spaces;

/// <summary>Particles of which some are bonded, in float64.</summary>
public sealed class ParticleBondsTests : IDisposable
{
    private static readonly ParticleBonds Chain = new([(1, 0), (1, 2), (3, 2)]);
    private static readonly MeanFreePositions Shape = new(4, 3) { Bonds = Chain };

    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void EachNodesOthersAreMarked()
    {
        Assert.Equal([(0, 1), (1, 2), (2, 3)], Chain.Pairs);
        float[,] expected = { { 1, 0, 0 }, { 1, 1, 0 }, { 0, 1, 1 }, { 0, 0, 1 } };
        Check.Close(Chain.OfEdges(4).squeeze(-1), tensor(expected), 0);
        Assert.Contains("two different particles", Assert.Throws<ArgumentException>(() => new ParticleBonds([(2, 2)])).Message, StringComparison.Ordinal);
        Assert.Contains("0 and 1 is there 2 times", Assert.Throws<ArgumentException>(() => new ParticleBonds([(0, 1), (1, 0)])).Message,
            StringComparison.Ordinal);
        Assert.Contains("no bond", Assert.Throws<ArgumentException>(() => new ParticleBonds([])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TangentsAndGradientsAgreeWithFiniteDifferences()
    {
        const double Step = 1e-5;
        var random = new RandomStream(5);
        var network = Network(Shape, 1);
        var (x, t, c) = (random.Normal([3, 12], float64), random.Normal([2, 3, 12], float64), random.Normal([3, 1], float64));
        Check.Tangents(network, x, t, c, 1e-7);

        // Tangents and values with a cotangent each, by parameters and rows.
        var (ofValue, ofTangent) = (random.Normal([3, 12], float64), random.Normal([2, 3, 12], float64));
        Tensor Paired(Tensor rows)
        {
            var y = network.Forward(new Dual(rows, t), c);
            return (y.Value * ofValue).sum() + (y.Tangent! * ofTangent).sum();
        }

        x.requires_grad_();
        Tensor[] inputs = [x, .. network.parameters()];
        var gradients = autograd.grad([Paired(x)], inputs, allow_unused: true);
        using var noGradient = no_grad();
        foreach (var (input, gradient) in inputs.Zip(gradients))
        {
            var direction = random.Normal(input.shape, float64);
            input.add_(direction, Step);
            var above = Paired(x).item<double>();
            input.add_(direction, -2 * Step);
            var below = Paired(x).item<double>();
            input.add_(direction, Step);
            var expected = (above - below) / (2 * Step);
            Assert.Equal(expected, (Check.OrZero(gradient, input) * direction).sum().item<double>(), 1e-6 * Math.Max(1, Math.Abs(expected)));
        }
    }

    /// <summary>Motions of space change nothing; particles can be exchanged where that leaves the bonds as they are.</summary>
    [Fact]
    public void TheNetworkIsEquivariantWithItsBonds()
    {
        var random = new RandomStream(7);
        var (network, bare) = (Network(Shape, 0), Network(Shape with { Bonds = null }, 0));
        var x = ParticleFlows.Positions(5, Shape, random);
        var turn = linalg.qr(random.Normal([3, 3], float64)).Q;
        using var noGradient = no_grad();
        Tensor Turned(Tensor rows) => matmul(rows.view(-1, 4, 3), turn).flatten(1);
        Check.Close(Forward(network, Turned(x)), Turned(Forward(network, x)), 1e-10);
        Assert.True(Exchanged(network, x, 3, 2, 1, 0) < 1e-10);
        Assert.True(Exchanged(network, x, 1, 0, 2, 3) > 1e-3, "the network does not notice its bonds");
        Assert.True(Exchanged(bare, x, 1, 0, 2, 3) < 1e-10);
    }

    /// <summary>Another numbering of the same atoms and bonds is the same density.</summary>
    [Fact]
    public void RelabellingAtomsWithTheirBondsChangesNothing()
    {
        int[] order = [2, 0, 3, 1]; // The atom that comes to each place.
        var relabelled = new ParticleBonds(Chain.Pairs.Select(pair => (Array.IndexOf(order, pair.First), Array.IndexOf(order, pair.Second))));
        Assert.NotEqual(Chain, relabelled);
        var x = ParticleFlows.Positions(5, Shape, new RandomStream(8));
        var moved = x.view(5, 4, 3).index_select(1, tensor(order.Select(i => (long)i).ToArray())).flatten(1);
        var (before, after) = (Of(Shape).LogLikelihood(x, null), Of(Shape with { Bonds = relabelled }).LogLikelihood(moved, null));
        Check.Close(after.Encoder, before.Encoder, 1e-9);
        Check.Close(after.Decoder, before.Decoder, 1e-9);
        Check.Close(after.Reconstruction, before.Reconstruction, 1e-9);
        Assert.True(Check.Difference(Of(Shape).LogLikelihood(moved, null).Encoder, before.Encoder) > 1e-3);

        static FreeFormFlow Of(MeanFreePositions shape) => new(Network(shape, 0), Network(shape, 0), new MeanFreeNormal(shape.Nodes!), 12);
    }

    /// <summary>The fused kernels know no bonds: where there are some, the blocks are composed, in float32 too.</summary>
    [Fact]
    public void BlocksAreComposed()
    {
        var (x, random) = (ParticleFlows.Positions(5, Shape, new RandomStream(3)).to(float32), new RandomStream(2));
        Assert.Contains(KernelsTaken.Composed, Taken(Shape));
        Assert.DoesNotContain(KernelsTaken.Graphs, Taken(Shape));

        IReadOnlyList<string> Taken(MeanFreePositions shape) => KernelsTaken.Within(
            () => new EquivariantNet(new EquivariantOptions { Blocks = 1, Width = 8 }, shape.Nodes!, 0, random).Forward(new(x), null));
    }

    [Fact]
    public void TheSpaceIsSavedWithItsBonds()
    {
        var tensors = Shape.Tensors().ToDictionary();
        Assert.Equal(Shape, SpaceFile.Load(tensors, 12));
        Assert.NotEqual(Shape, SpaceFile.Load((Shape with { Bonds = null }).Tensors(), 12));
        foreach (var damage in (Tensor[])[zeros(3), tensor(new[,] { { 0, 0 } }), tensor(new[,] { { 0, 4 } }), zeros(0, 2, dtype: int32)])
        {
            tensors["data.bonds"] = damage;
            Assert.Contains("damaged", Assert.Throws<ArgumentException>(() => SpaceFile.Load(tensors, 12)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void BondsAreReadAndWhatDoesNotFitIsRefused()
    {
        Npy.Write(_folder["x.npy"], ParticleFlows.Positions(20, Shape, new RandomStream(5)).view(20, 4, 3));
        File.WriteAllText(_folder["bonds.csv"], "a,b\n0,1\n2,1\n2,3\n");
        File.WriteAllText(_folder["odd.csv"], "a,b\n0,1.5\n");
        var data = new ParticleData { Path = _folder["x.npy"] };
        Assert.Equal(Shape, DatasetFactory.Create(data with { Bonds = [[0, 1], [1, 2], [2, 3]] }, 0).Train.Space);
        Assert.Equal(Shape, DatasetFactory.Create(data with { BondsFile = _folder["bonds.csv"] }, 0).Train.Space);
        Assert.Equal([_folder["x.npy"], _folder["bonds.csv"]], (data with { BondsFile = _folder["bonds.csv"] }).Files);
        Refused(data with { Bonds = [[0, 4]] }, "has particles 0 to 3, but data.bonds names 4");
        Refused(data with { Bonds = [[1, 1]] }, "data.bonds: A bond is of two different particles");
        Refused(data with { BondsFile = _folder["odd.csv"] }, "odd.csv: holds 1.5, which is no particle's number");
        File.WriteAllText(_folder["wide.csv"], "a,b,c\n0,1,2\n");
        Refused(data with { BondsFile = _folder["wide.csv"] }, "bonds are rows of two numbers");

        static void Refused(ParticleData data, string words) =>
            Assert.Contains(words, Assert.Throws<DatasetException>(() => DatasetFactory.Create(data, 0)).Message, StringComparison.Ordinal);
    }

    private static EquivariantNet Network(MeanFreePositions shape, int conditions)
    {
        var random = new RandomStream(4);
        return Check.Double(Check.Randomized(new EquivariantNet(ParticleFlows.Small, shape.Nodes!, conditions, random), random, scale: 0.4));
    }

    private static Tensor Forward(EquivariantNet network, Tensor x) => network.Forward(new(x), null).Value;

    /// <summary>How far the network is from commuting with a permutation.</summary>
    private static double Exchanged(EquivariantNet network, Tensor x, params long[] order)
    {
        Tensor Moved(Tensor rows) => rows.view(-1, 4, 3).index_select(1, tensor(order)).flatten(1);
        return Check.Difference(Forward(network, Moved(x)), Moved(Forward(network, x)));
    }
}
