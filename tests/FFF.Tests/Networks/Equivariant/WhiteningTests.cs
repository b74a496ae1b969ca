using FFF.Autodiff;
using FFF.Networks;
using FFF.Networks.Equivariant;
using FFF.Options;
using FFF.Randomness;
using FFF.Spaces;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Networks.Equivariant;

/// <summary>Whitening of random chains: in each, every node lies near the one before.</summary>
public sealed class WhiteningTests
{
    private const int Nodes = 4;
    private const int Features = 2;

    /// <summary>Chains' covariances are known: of r and s less than N steps of variance σ² it is σ² min(r, s), less the means.</summary>
    [Fact]
    public void CovariancesAreThoseOfRandomWalks()
    {
        const double Step = 1.5;
        const int Count = 40_000;
        var random = new RandomStream(1);
        var ranks = NodeRanks.Of([Chains(Count, Step, random)]);
        var walk = zeros(Nodes, Nodes, float64);
        for (var r = 0; r < Nodes; r++)
        {
            for (var s = 0; s < Nodes; s++)
            {
                walk[r, s] = Step * Step * Math.Min(r, s);
            }
        }

        var centre = eye(Nodes, dtype: float64) - 1.0 / Nodes;
        Check.Close(ranks.CovarianceOf(Nodes), centre.mm(walk).mm(centre), 0.05);
        Assert.Equal([Nodes], ranks.Sizes);
    }

    /// <summary>Of five nodes no graph was seen.</summary>
    [Fact]
    public void PositionsOfSizesThatWereNotSeenStayAsTheyAre()
    {
        var random = new RandomStream(5);
        var (encoder, decoder) = Pair(NodeRanks.Of([Chains(50, 1.5, random)]));
        var rows = random.Normal([3, (Nodes + 1) * (3 + Features)], float64);
        Check.Close(encoder.Forward(new Dual(rows), null).Value, rows, 0);
        Check.Close(decoder.Forward(new Dual(rows), null).Value, rows, 0);
    }

    [Fact]
    public void WhitePositionsAreIndependentAndFeaturesStay()
    {
        var random = new RandomStream(2);
        var chains = Chains(4000, 1.5, random);
        var features = random.Normal([4000, Nodes, Features], float64);
        var (encoder, decoder) = Pair(NodeRanks.Of([chains]));
        var rows = cat([chains, features], -1).flatten(1);
        var z = encoder.Forward(new Dual(rows), null).Value.view(-1, Nodes, 3 + Features);

        // The prior, of five graphs among 4,000, is all that is missing.
        var columns = z.narrow(-1, 0, 3).transpose(0, 1).flatten(1);
        Check.Close(columns.mm(columns.t()) / columns.shape[1], eye(Nodes, dtype: float64) - 1.0 / Nodes, 5e-3);
        Check.Close(z.narrow(-1, 3, Features), features, 0);
        Check.Close(z.narrow(-1, 0, 3).mean([1]), zeros(4000, 3, float64), 1e-5);
        Check.Close(decoder.Forward(new Dual(z.flatten(1)), null).Value, rows, 1e-4);
        Assert.Empty(((nn.Module)encoder).parameters());
    }

    [Fact]
    public void TangentsAgreeWithFiniteDifferences()
    {
        var random = new RandomStream(3);
        var (encoder, decoder) = Pair(NodeRanks.Of([Chains(50, 1.5, random)]));
        const int Width = Nodes * (3 + Features);
        foreach (var network in (INetwork[])[encoder, decoder])
        {
            Check.Tangents(network, random.Normal([3, Width], float64), random.Normal([2, 3, Width], float64), null, 1e-6);
        }
    }

    /// <summary>Networks that are told ranks commute with motions, and no more with permutations.</summary>
    [Fact]
    public void StacksWithRanksCommuteWithMotionsOnly()
    {
        var random = new RandomStream(4);
        var layout = Layout(NodeRanks.Of([Chains(50, 1.5, random)]));
        var coupling = new FeatureCouplingOptions { Network = ParticleFlows.Small };
        var stack = new StackOptions { Networks = [coupling, ParticleFlows.Small, new WhiteningOptions()] };
        foreach (var config in (NetworkConfig[])[ParticleFlows.Small, coupling, new WhiteningOptions(), stack])
        {
            var (encoder, _) = config.Pair(new NetworkPlace(0, 0, layout, random));
            var network = Check.Double(Check.Randomized(encoder, random, 0.3));
            var x = cat([Chains(3, 1.5, random), random.Normal([3, Nodes, Features], float64)], -1);
            var turn = linalg.qr(random.Normal([3, 3], float64)).Q;
            Tensor Turned(Tensor nodes) => cat([nodes.narrow(-1, 0, 3).matmul(turn), nodes.narrow(-1, 3, Features)], -1);
            Tensor Of(Tensor nodes) => network.Forward(new Dual(nodes.flatten(1)), null).Value.view(3, Nodes, -1);

            Check.Close(Of(Turned(x)), Turned(Of(x)), 1e-10);
            Assert.True(Check.Difference(Of(x.flip(1)), Of(x).flip(1)) > 1e-3, $"{config} does not tell ranks apart");
        }
    }

    [Fact]
    public void DataWithoutAnOrderAreRefused()
    {
        static string Message(NodeLayout? nodes) =>
            Assert.Throws<UnsuitableOptionsException>(() => new WhiteningOptions().Pair(new NetworkPlace(12, 0, nodes, new RandomStream(0)))).Message;
        Assert.Contains("expected molecules whose atoms are in an order for the kind whitening, found data without one", Message(new NodeLayout(3, 2)));
        Assert.Contains("found data that are no graphs", Message(null));
    }

    private static NodeLayout Layout(NodeRanks ranks) => new(3, Features) { Ranks = ranks };

    private static (INetwork Encoder, INetwork Decoder) Pair(NodeRanks ranks)
    {
        var (encoder, decoder) = new WhiteningOptions().Pair(new NetworkPlace(0, 0, Layout(ranks), new RandomStream(0)));
        return (Check.Double(encoder), Check.Double(decoder));
    }

    /// <summary>Random walks without their mean, [B, N, 3], float64.</summary>
    private static Tensor Chains(int count, double step, RandomStream random)
    {
        var walk = (step * random.Normal([count, Nodes, 3], float64)).cumsum(1);
        return walk - walk.mean([1], keepdim: true);
    }
}
