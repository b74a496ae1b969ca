using FFF.Autodiff;
using FFF.Flows;
using FFF.Latents;
using FFF.Networks;
using FFF.Networks.Equivariant;
using FFF.Options;
using FFF.Randomness;
using FFF.Spaces;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Networks.Equivariant;

/// <summary>Couplings of features to positions, alone and around a graph network, with random weights in float64.</summary>
public sealed class FeatureCouplingTests
{
    private static readonly NodeLayout Layout = new(3, 2);
    private static readonly FeatureCouplingOptions Coupling = new() { Network = ParticleFlows.Small };

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void TheDecoderUndoesTheEncoderAndLeavesPositions(int conditions)
    {
        var random = new RandomStream(1);
        var (encoder, decoder) = Pair(Coupling, conditions, random);
        var (x, c) = (Rows(4, random), conditions == 0 ? null : random.Normal([4, conditions], float64));
        var z = encoder.Forward(new Dual(x), c).Value;

        Check.Close(decoder.Forward(new Dual(z), c).Value, x, 1e-12);
        Check.Close(Positions(z), Positions(x), 0);
        Assert.True(Check.Difference(z, x) > 0.1, "the coupling is too close to the identity to test anything");
        Assert.Empty(((nn.Module)decoder).parameters());
    }

    /// <summary>A density's Jacobians, one of the encoder and one of the decoder, are each other's inverse where the networks are.</summary>
    [Fact]
    public void BothJacobiansTellTheSameDensity()
    {
        var random = new RandomStream(2);
        var (encoder, decoder) = Pair(Coupling, 0, random);
        var flow = new FreeFormFlow(encoder, decoder, new MeanFreeNormal(Layout), 4 * Layout.Width);
        var x = Rows(3, random);

        var likelihood = Likelihood.Of(flow, x, null);

        Check.Close(likelihood.Decoder, likelihood.Encoder, 1e-10);
        Assert.True(Check.Difference(likelihood.Encoder, flow.Latent.LogProb(flow.Encode(x, null))) > 0.1,
            "the determinant is too close to 1 to test anything");
    }

    [Fact]
    public void TangentsAgreeWithFiniteDifferences()
    {
        var random = new RandomStream(3);
        var (encoder, decoder) = Pair(Coupling, 1, random);
        var (x, t, c) = (Rows(3, random), random.Normal([2, 3, 4 * Layout.Width], float64), random.Normal([3, 1], float64));
        foreach (var network in (INetwork[])[encoder, decoder])
        {
            Check.Tangents(network, x, t, c, 1e-6);
        }
    }

    [Fact]
    public void StacksCommuteWithMotionsAndPermutations()
    {
        var random = new RandomStream(4);
        var (encoder, decoder) = Pair(new StackOptions { Networks = [Coupling, ParticleFlows.Small, Coupling] }, 0, random);
        var x = Rows(5, random);
        var order = random.Permutation(4);
        var turn = linalg.qr(random.Normal([3, 3], float64)).Q;
        Tensor Moved(Tensor rows)
        {
            var parts = rows.view(-1, 4, Layout.Width).index_select(1, order).split([3, 2], -1);
            return cat([parts[0].matmul(turn) + 7, parts[1]], -1).flatten(1);
        }

        foreach (var network in (INetwork[])[encoder, decoder])
        {
            Check.Close(network.Forward(new Dual(Moved(x)), null).Value, Moved(network.Forward(new Dual(x), null).Value), 1e-10);
        }
    }

    /// <summary>The decoder runs in reverse order, each coupling with the weights of its own mirror.</summary>
    [Fact]
    public void AStackOfCouplingsIsUndoneInReverse()
    {
        var random = new RandomStream(5);
        var (encoder, decoder) = Pair(new StackOptions { Networks = [Coupling, new StackOptions { Networks = [Coupling, Coupling] }] }, 0, random);
        var x = Rows(4, random);

        Check.Close(decoder.Forward(encoder.Forward(new Dual(x), null), null).Value, x, 1e-11);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void DataWithoutFeaturesAreRefused(bool particles)
    {
        var error = Assert.Throws<UnsuitableOptionsException>(() =>
            Coupling.Pair(new NetworkPlace(12, 0, particles ? new MeanFreePositions(4, 3).Nodes : null, new RandomStream(0))));
        Assert.Contains("data of molecules for the kind feature-coupling", error.Message);
        Assert.Contains(particles ? "found data of particles, whose nodes have no features" : "found data that are no graphs", error.Message);
    }

    private static (INetwork Encoder, INetwork Decoder) Pair(NetworkConfig config, int conditions, RandomStream random)
    {
        var (encoder, decoder) = config.Pair(new NetworkPlace(0, conditions, Layout, random));
        return (Check.Double(Check.Randomized(encoder, random, 0.3)), Check.Double(Check.Randomized(decoder, random, 0.3)));
    }

    private static Tensor Rows(int count, RandomStream random)
    {
        var nodes = random.Normal([count, 4, Layout.Width], float64);
        nodes.narrow(-1, 0, 3).sub_(nodes.narrow(-1, 0, 3).mean([1], keepdim: true));
        return nodes.flatten(1);
    }

    private static Tensor Positions(Tensor rows) => rows.view(rows.shape[0], 4, Layout.Width).narrow(-1, 0, 3);
}
