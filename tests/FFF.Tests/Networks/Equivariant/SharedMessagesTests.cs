using FFF.Autodiff;
using FFF.Networks.Equivariant;
using FFF.Randomness;
using FFF.Spaces;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Networks.Equivariant;

/// <summary>Positions that the block's last messages move, bounded or not, against the equations written out particle by particle, in float64.</summary>
public sealed class SharedMessagesTests
{
    private const int Nodes = 4;
    private const int Dimensions = 3;
    private const int Features = 2;
    private const int Width = 4;

    private static readonly EquivariantOptions Config = new()
    {
        Blocks = 2,
        Sublayers = 2,
        Width = Width,
        SharedMessages = true,
        NormConstant = 0.5,
        NormalizationFactor = 3,
    };

    [Theory]
    [InlineData(null)]
    [InlineData(0.2)]
    public void ValuesAreThoseOfTheEquations(double? bound)
    {
        var (network, x) = NetworkAndInput(bound);
        var actual = network.Forward(new Dual(x.flatten().unsqueeze(0)), null).Value.view(Nodes, Dimensions + Features);
        var weights = network.named_parameters().ToDictionary(entry => entry.name["egnn.".Length..], Tensor (entry) => entry.parameter);
        Check.Close(actual, Expected(weights, x, bound), 1e-10);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0.2)]
    public void TangentsAgreeWithFiniteDifferences(double? bound)
    {
        var (network, x) = NetworkAndInput(bound);
        var t = new RandomStream(9).Normal([2, 1, x.numel()], float64);
        Check.Tangents(network, x.flatten().unsqueeze(0), t, null, 1e-7);
    }

    private static (EquivariantNet Network, Tensor X) NetworkAndInput(double? bound)
    {
        var random = new RandomStream(4);
        var config = Config with { MoveBound = bound };
        var network = Check.Double(Check.Randomized(new EquivariantNet(config, new NodeLayout(Dimensions, Features), 0, random), random, scale: 0.5));
        return (network, random.Normal([Nodes, Dimensions + Features], float64));
    }

    private static Tensor Expected(Dictionary<string, Tensor> weights, Tensor input, double? bound)
    {
        Tensor Linear(string name, Tensor v) =>
            weights[name + ".weight"].mv(v) + (weights.TryGetValue(name + ".bias", out var bias) ? bias : 0);
        Tensor Silu(Tensor v) => v / (1 + (-v).exp());
        var start = Enumerable.Range(0, Nodes).Select(i => input[i].narrow(0, 0, Dimensions)).ToArray();
        var told = Enumerable.Range(0, Nodes).Select(i => input[i].narrow(0, Dimensions, Features)).ToArray();
        var (x, h) = (start.ToArray(), told.Select(f => Linear("embedding", f)).ToArray());
        for (var block = 0; block < Config.Blocks; block++)
        {
            var moves = x.Select(t => zeros_like(t)).ToArray();
            for (var layer = 0; layer < Config.Sublayers; layer++)
            {
                var name = $"e_block_{block}.gcl_{layer}.";
                var sums = h.Select(t => zeros_like(t)).ToArray();
                foreach (var (i, j) in from i in Enumerable.Range(0, Nodes) from j in Enumerable.Range(0, Nodes) where i != j select (i, j))
                {
                    var (apart, apartAtFirst) = ((x[i] - x[j]).square().sum(), (start[i] - start[j]).square().sum());
                    var edge = cat([h[i], h[j], apart.unsqueeze(0), apartAtFirst.unsqueeze(0)]);
                    var message = Silu(Linear(name + "edge_mlp.2", Silu(Linear(name + "edge_mlp.0", edge))));
                    sums[i] += message / (1 + (-Linear(name + "att_mlp.0", message)).exp());
                    var number = Linear($"e_block_{block}.gcl_equiv.coord_mlp", message);
                    number = bound is { } most ? (1 - (2 / ((2 * number / most).exp() + 1))) * most : number;
                    var direction = (x[i] - x[j]) / ((apart + 1e-8).sqrt() + Config.NormConstant);
                    moves[i] += layer == Config.Sublayers - 1 ? direction * number / Config.NormalizationFactor : 0;
                }

                h = [.. h.Zip(sums, (own, sum) =>
                    own + Linear(name + "node_mlp.2", Silu(Linear(name + "node_mlp.0", cat([own, sum / Config.NormalizationFactor])))))];
            }

            x = [.. x.Zip(moves, (position, move) => position + move)];
        }

        var displacements = stack([.. x.Zip(start, (after, before) => after - before)]);
        var positions = stack(start) + displacements - displacements.mean([0], keepdim: true);
        return cat([positions, stack(told) + stack([.. h.Select(own => Linear("embedding_out", own))])], 1);
    }
}
