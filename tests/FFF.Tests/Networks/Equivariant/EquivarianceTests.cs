using FFF.Autodiff;
using FFF.Flows;
using FFF.Networks;
using FFF.Randomness;
using FFF.Spaces;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Networks.Equivariant;

/// <summary>What the networks do commutes with E(n) and with permutations, and the density does not notice them: random systems, float64.</summary>
public sealed class EquivarianceTests
{
    private const double Tolerance = 1e-10;

    public static TheoryData<int, int> Systems() => [.. from n in (int[])[2, 3, 4, 7, 13] from d in (int[])[1, 2, 3] select (n, d)];

    [Theory]
    [MemberData(nameof(Systems))]
    public void NetworksCommuteWithMotionsAndPermutations(int particles, int dimensions)
    {
        var (shape, random) = (new MeanFreePositions(particles, dimensions), new RandomStream((ulong)(100 * particles + dimensions)));
        var flow = ParticleFlows.Flow(shape, random);
        var x = ParticleFlows.Positions(5, shape, random);
        foreach (var network in (INetwork[])[flow.Encoder, flow.Decoder])
        {
            var y = network.Forward(new Dual(x), null).Value;
            Assert.True((y - x).abs().max().item<double>() > 1e-2, "the network is too close to the identity to test anything");
            foreach (var (name, motion) in Motions(shape, random))
            {
                var difference = Check.Difference(network.Forward(new Dual(motion(x)), null).Value, motion(y));
                Assert.True(difference <= Tolerance, $"{name}: {difference}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Systems))]
    public void TheDensityIsInvariant(int particles, int dimensions)
    {
        var (shape, random) = (new MeanFreePositions(particles, dimensions), new RandomStream((ulong)(200 * particles + dimensions)));
        var flow = ParticleFlows.Flow(shape, random);
        var x = ParticleFlows.Positions(5, shape, random);
        var expected = Likelihood.Of(flow, x, null);
        foreach (var (_, motion) in Motions(shape, random))
        {
            var actual = Likelihood.Of(flow, motion(x), null);
            Check.Close(actual.Encoder / expected.Encoder, ones(5, dtype: float64), 1e-9);
            Check.Close(actual.Decoder / expected.Decoder, ones(5, dtype: float64), 1e-9);
            Check.Close(actual.Reconstruction / expected.Reconstruction, ones(5, dtype: float64), 1e-9);
        }
    }

    /// <summary>Features move with their particles and notice no motion of space.</summary>
    [Fact]
    public void FeaturesAreInvariantAndPermuted()
    {
        var random = new RandomStream(3);
        var network = ParticleFlows.Network(new MeanFreePositions(4, 3), random, features: 2, conditions: 1);
        var x = random.Normal([5, 4, 5], float64);
        var c = random.Normal([5, 1], float64);
        var order = random.Permutation(4);
        var rotation = linalg.qr(random.Normal([3, 3], float64)).Q;
        Tensor Moved(Tensor rows)
        {
            var parts = rows.view(5, 4, 5).index_select(1, order).split([3, 2], -1);
            return cat([parts[0].matmul(rotation) + 7, parts[1]], -1).flatten(1);
        }

        Tensor Value(Tensor rows, Tensor condition) => network.Forward(new Dual(rows), condition).Value;
        Check.Close(Value(Moved(x.flatten(1)), c), Moved(Value(x.flatten(1), c)), Tolerance);
        Assert.True(Check.Difference(Value(x.flatten(1), c), Value(x.flatten(1), c + 1)) > 1e-3);
    }

    private static IEnumerable<(string Name, Func<Tensor, Tensor> Motion)> Motions(MeanFreePositions shape, RandomStream random)
    {
        var (n, d) = (shape.Particles, shape.Dimensions);
        var orthogonal = linalg.qr(random.Normal([d, d], float64)).Q;
        var sign = linalg.det(orthogonal).sign();
        var turn = orthogonal.clone();
        turn[0].mul_(sign);
        var mirror = turn.clone();
        mirror[0].neg_();
        var shift = random.Normal([d], float64);
        var order = random.Permutation(n);
        Func<Tensor, Tensor> Particles(Func<Tensor, Tensor> motion) => rows => motion(rows.view(-1, n, d)).flatten(1);
        Assert.Equal(1, linalg.det(turn).item<double>(), 12);
        Assert.Equal(-1, linalg.det(mirror).item<double>(), 12);
        return
        [
            ("rotation", Particles(p => p.matmul(turn))),
            ("reflection", Particles(p => p.matmul(mirror))),
            ("translation", Particles(p => p + shift)),
            ("permutation", Particles(p => p.index_select(1, order))),
        ];
    }
}
