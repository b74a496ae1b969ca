using FFF.Flows;
using FFF.Flows.Molecules;
using FFF.Latents;
using FFF.Networks;
using FFF.Networks.Equivariant;
using FFF.Randomness;
using FFF.Spaces;
using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Tests.Flows.Molecules;

/// <summary>Small flows on molecules with weights that make them far from the identity, in float64.</summary>
internal static class MoleculeFlows
{
    public static MoleculeSpace Shape { get; } = new([1, 6, 8], [0, 0, 3, 5, 2]);

    public static DequantizerConfig Small { get; } = new() { Blocks = 1, Sublayers = 1, Width = 8, NormalizationFactor = 3, ChargeScale = 2 };

    public static MoleculeFlow Flow(RandomStream random, Func<INetwork>? network = null, double noise = 0.3, int conditions = 0, MoleculeSpace? shape = null)
    {
        shape ??= Shape;
        var latent = new AtomCountNormal(shape);
        INetwork Network() => network?.Invoke()
            ?? Check.Double(Check.Randomized(
                new EquivariantNet(new EquivariantOptions { Blocks = 2, Width = 8, NormalizationFactor = 3 }, shape.Nodes, conditions, random), random,
                scale: 0.3));
        var flow = new FreeFormFlow(Network(), Network(), latent.OfAtoms, shape.MaxAtoms * shape.Nodes.Width);
        return new MoleculeFlow(flow, Dequantizer(random, noise, shape: shape), latent, shape);
    }

    public static Dequantizer Dequantizer(RandomStream random, double scale = 0.3, double chargeScale = 2, MoleculeSpace? shape = null)
    {
        var dequantizer = new Dequantizer(Small with { ChargeScale = chargeScale }, shape ?? Shape, random);
        using var noGradient = no_grad();
        foreach (var parameter in dequantizer.parameters())
        {
            parameter.copy_(random.Normal(parameter.shape) * scale);
        }

        dequantizer.to(float64);
        return dequantizer;
    }

    /// <summary>Random molecules of one size, [B, N, 5], float64.</summary>
    public static Tensor Atoms(int count, int atoms, RandomStream random)
    {
        var positions = random.Normal([count, atoms, 3], float64);
        var types = random.Integers(0, Shape.Types, [count, atoms]);
        var charges = tensor(Shape.AtomicNumbers.Select(n => (double)n).ToArray(), float64)[types];
        return cat([positions - positions.mean([1], keepdim: true), types.to(float64).unsqueeze(-1), charges.unsqueeze(-1)], -1);
    }
}
