using FFF.Autodiff;
using FFF.Networks;
using FFF.Randomness;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Networks;

/// <summary>Tangents of every network against double reverse mode and finite differences, in float64.</summary>
public sealed class NetworkTests
{
    private const int Dimension = 3;
    private const int Conditions = 2;

    public static TheoryData<string> Networks() =>
    [
        .. from network in (string[])["dense", "dense-identity", "residual", "residual-identity", "stack"]
           from side in Enum.GetNames<FlowSide>()
           select $"{network}/{side}/Silu",
        .. Enum.GetNames<ActivationKind>().Where(a => a is not "Silu" and not "Relu").Select(a => $"residual/Encoder/{a}"),
    ];

    [Theory]
    [MemberData(nameof(Networks))]
    public void TangentsAgreeWithFiniteDifferences(string name)
    {
        var (network, x, c, t) = Setup(name);
        const double Step = 1e-5;
        var tangent = network.Forward(new Dual(x, t), c).Tangent!;
        for (var k = 0; k < t.shape[0]; k++)
        {
            var difference = (Value(network, x + Step * t[k], c) - Value(network, x - Step * t[k], c)) / (2 * Step);
            Check.Close(tangent[k], difference, 1e-8);
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void TangentsAndTheirGradientsAgreeWithDoubleReverseMode(string name)
    {
        var (network, x, c, t) = Setup(name);
        var reverse = new ModuleNetwork(new Plain(network, c));
        var r = new RandomStream(3).Normal(t.shape, float64);

        var forward = network.Forward(new Dual(x, t), c);
        var expected = reverse.Forward(new Dual(x, t), null);
        Check.Close(forward.Value, expected.Value, 1e-12);
        Check.Close(forward.Tangent!, expected.Tangent!, 1e-12);

        var parameters = ((nn.Module)network).parameters().ToArray();
        var actual = autograd.grad([(forward.Tangent! * r).sum()], parameters, allow_unused: true);
        var wanted = autograd.grad([(expected.Tangent! * r).sum()], parameters, allow_unused: true);
        foreach (var (a, w, p) in actual.Zip(wanted, parameters))
        {
            Check.Close(Check.OrZero(a, p), Check.OrZero(w, p), 1e-11);
        }
    }

    [Fact]
    public void ReluDerivativeIsAStep()
    {
        var x = tensor([-2.0, 3.0], float64);
        var y = new Dual(x, ones_like(x).unsqueeze(0)).Apply(Activation.Of(ActivationKind.Relu));
        Check.Close(y.Value, tensor([0.0, 3.0], float64), 0);
        Check.Close(y.Tangent![0], tensor([0.0, 1.0], float64), 0);
    }

    [Theory]
    [InlineData("dense-identity")]
    [InlineData("residual-identity")]
    public void IdentityStartIsTheIdentity(string name)
    {
        foreach (var side in Enum.GetValues<FlowSide>())
        {
            var network = Check.Double(Side(Config(name, ActivationKind.Silu), side, new RandomStream(1)));
            var x = new RandomStream(2).Normal([4, Dimension], float64);
            Check.Close(Value(network, x, ones(4, Conditions, dtype: float64)), x, 0);
        }
    }

    [Fact]
    public void DualSumKeepsTheTangentOfEitherSide()
    {
        var (value, tangent) = (ones(2, 3), full(1, 2, 3, 5));
        Check.Close((new Dual(value, tangent) + new Dual(value)).Tangent!, tangent, 0);
        Check.Close((new Dual(value) + new Dual(value, tangent)).Tangent!, tangent, 0);
        Check.Close((new Dual(value, tangent) + new Dual(value, tangent)).Tangent!, 2 * tangent, 0);
        Assert.Null((new Dual(value) + new Dual(value)).Tangent);
    }

    [Fact]
    public void TheSameSeedGivesTheSameWeights()
    {
        var twins = Enumerable.Range(0, 2).Select(_ =>
            (nn.Module)new ResidualOptions().BuildEncoder(new NetworkPlace(2, 1, null, new RandomStream(7)))).ToArray();
        Assert.All(twins[0].parameters().Zip(twins[1].parameters()), pair => Check.Close(pair.First, pair.Second, 0));
    }

    private static (INetwork Network, Tensor X, Tensor C, Tensor T) Setup(string name)
    {
        var parts = name.Split('/');
        var random = new RandomStream(5);
        var network = Check.Double(Check.Randomized(Side(
            Config(parts[0], Enum.Parse<ActivationKind>(parts[2])), Enum.Parse<FlowSide>(parts[1]), random), random));
        return (network, random.Normal([4, Dimension], float64), random.Normal([4, Conditions], float64),
            random.Normal([2, 4, Dimension], float64));
    }

    private static INetwork Side(NetworkConfig config, FlowSide side, RandomStream random)
    {
        var place = new NetworkPlace(Dimension, Conditions, null, random);

        // The encoder draws from a stream of its own, so that a side has the same weights alone as in a pair.
        return side == FlowSide.Encoder
            ? config.BuildEncoder(place)
            : config.BuildDecoder(place, config.BuildEncoder(place with { Random = new RandomStream(11) }));
    }

    private static NetworkConfig Config(string name, ActivationKind activation) => name switch
    {
        "dense" or "dense-identity" => new DenseOptions { Widths = [6, 5], Activation = activation, Identity = name.EndsWith("identity") },
        "residual" or "residual-identity" => new ResidualOptions { Widths = [6, 5], Activation = activation, Identity = name.EndsWith("identity") },
        _ => new StackOptions { Networks = [Config("dense", activation), Config("residual", activation)] },
    };

    private static Tensor Value(INetwork network, Tensor x, Tensor c) => network.Forward(new Dual(x), c).Value;

    /// <summary>The same network, known to the adapter by its plain forward pass only.</summary>
    private sealed class Plain(INetwork network, Tensor condition) : nn.Module<Tensor, Tensor>(nameof(Plain))
    {
        public override Tensor forward(Tensor x) => network.Forward(new Dual(x), condition).Value;
    }
}
