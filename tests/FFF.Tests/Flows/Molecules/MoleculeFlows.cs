using FFF.Configuration;
using FFF.Flows;
using FFF.Flows.Molecules;
using FFF.Latents;
using FFF.Networks;
using FFF.Networks.Equivariant;
using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Tests.Flows.Molecules;

/// <summary>Small flows on molecules with weights that make them far from the identity, in float64.</summary>
internal static class MoleculeFlows
{
    public static MoleculeShape Shape { get; } = new([1, 6, 8], [0, 0, 3, 5, 2]);

    public static DequantizerConfig Small { get; } = new() { Blocks = 1, Sublayers = 1, Width = 8, NormalizationFactor = 3, ChargeScale = 2 };

    public static MoleculeFlow Flow(Generator generator, Func<INetwork>? network = null, double noise = 0.3)
    {
        var latent = new AtomCountNormal(Shape);
        INetwork Network() => network?.Invoke()
            ?? Check.Double(Check.Randomized(new EquivariantNet(new EquivariantNetwork { Blocks = 2, Width = 8, NormalizationFactor = 3 }, Shape.Nodes, 0, generator), generator, scale: 0.3));
        var flow = new FreeFormFlow(Network(), Network(), latent.OfAtoms, Shape.MostAtoms * Shape.Nodes.Width);
        return new MoleculeFlow(flow, Dequantizer(generator, noise), latent, Shape);
    }

    public static Dequantizer Dequantizer(Generator generator, double scale = 0.3)
    {
        var dequantizer = new Dequantizer(Small, Shape, generator);
        using var noGradient = no_grad();
        foreach (var parameter in dequantizer.parameters())
        {
            parameter.copy_(randn(parameter.shape, generator: generator) * scale);
        }

        dequantizer.to(float64);
        return dequantizer;
    }

    /// <summary>Random molecules of one size, [B, N, 5], float64.</summary>
    public static Tensor Atoms(int count, int atoms, Generator generator)
    {
        var positions = randn(count, atoms, 3, dtype: float64, generator: generator);
        var types = randint(0, Shape.Types, [count, atoms], generator: generator);
        var charges = tensor(Shape.AtomicNumbers.Select(n => (double)n).ToArray(), float64)[types];
        return cat([positions - positions.mean([1], keepdim: true), types.to(float64).unsqueeze(-1), charges.unsqueeze(-1)], -1);
    }
}
