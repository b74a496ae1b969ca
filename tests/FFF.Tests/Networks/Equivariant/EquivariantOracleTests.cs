using FFF.Autodiff;
using FFF.Networks.Equivariant;
using FFF.Randomness;
using FFF.Spaces;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Networks.Equivariant;

/// <summary>The published implementation's numbers on padded graphs; here each graph is computed at its own size.</summary>
public sealed class EquivariantOracleTests
{
    private const int Dimensions = 3;
    private const int Features = 6;

    [Fact]
    public void ValuesAndDirectionalDerivativesAreThePublishedOnes()
    {
        var oracle = Oracle.Load("egnn.json");
        var (input, tangent) = (Oracle.Tensor(oracle["input"]!), Oracle.Tensor(oracle["tangent"]!));
        var (output, jvp) = (Oracle.Tensor(oracle["output"]!), Oracle.Tensor(oracle["jvp"]!));
        var sizes = Oracle.Tensor(oracle["node_mask"]!).sum([1, 2]).data<double>().ToArray();
        Assert.Equal([5, 4, 3], sizes);
        var network = Published(oracle["parameters"]!.AsObject());
        for (var graph = 0; graph < sizes.Length; graph++)
        {
            var nodes = (int)sizes[graph];
            Tensor Real(Tensor padded) => padded[graph].narrow(0, 0, nodes).flatten().unsqueeze(0);
            var y = network.Forward(new Dual(Real(input), Real(tangent).unsqueeze(0)), null);
            Check.Close(y.Value, Real(output), 1e-9);
            Check.Close(y.Tangent![0], Real(jvp), 1e-9);
        }
    }

    private static EquivariantNet Published(System.Text.Json.Nodes.JsonObject weights)
    {
        var config = new EquivariantOptions { Blocks = 2, Width = 8 };
        var network = Check.Double(new EquivariantNet(config, new NodeLayout(Dimensions, Features), 0, new RandomStream(0)));
        var parameters = network.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        Assert.Equal(weights.Select(w => w.Key).Order(StringComparer.Ordinal), parameters.Keys.Order(StringComparer.Ordinal));
        using var noGradient = no_grad();
        foreach (var (name, value) in weights)
        {
            parameters[name].copy_(Oracle.Tensor(value!));
        }

        return network;
    }
}
