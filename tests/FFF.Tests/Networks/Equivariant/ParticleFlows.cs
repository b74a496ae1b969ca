using FFF.Flows;
using FFF.Latents;
using FFF.Networks.Equivariant;
using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Tests.Networks.Equivariant;

/// <summary>Small flows on particles with weights that make them far from the identity, in float64.</summary>
internal static class ParticleFlows
{
    public static EquivariantOptions Small { get; } = new() { Blocks = 2, Width = 8, NormalizationFactor = 10 };

    public static EquivariantNet Network(MeanFreePositions shape, RandomStream random, int features = 0, int conditions = 0,
        EquivariantOptions? config = null) =>
            Check.Double(
                Check.Randomized(new EquivariantNet(config ?? Small, new NodeLayout(shape.Dimensions, features), conditions, random), random, scale: 0.4));

    public static FreeFormFlow Flow(MeanFreePositions shape, RandomStream random) =>
        new(Network(shape, random), Network(shape, random), new MeanFreeNormal(shape.Nodes!), shape.Particles * shape.Dimensions);

    /// <summary>Positions with mean zero, [B, N·d], float64.</summary>
    public static Tensor Positions(int count, MeanFreePositions shape, RandomStream random)
    {
        var x = random.Normal([count, shape.Particles, shape.Dimensions], float64);
        return (x - x.mean([1], keepdim: true)).flatten(1);
    }
}
