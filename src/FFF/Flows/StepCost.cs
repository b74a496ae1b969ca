using FFF.Flows.Molecules;
using FFF.Networks;

namespace FFF.Flows;

/// <summary>How large one training step is, going by the experiment's description.</summary>
/// <param name="Gflop">10⁹ floating-point operations of its matrix products.</param>
/// <param name="Launches">Operations that a GPU is given one after the other.</param>
public sealed record StepCost(double Gflop, long Launches)
{
    /// <summary>
    /// What the data form needs, in forward passes of one network: encoder and tangent 2, their gradients 4, decoder 1,
    /// its vector-Jacobian product 1, its gradients 2.
    /// </summary>
    public const double FreeFormPasses = 10;

    /// <summary>What log|det J_f| itself needs in S dimensions: encoder and tangents 1 + S, the decoder 1, and of both the gradients twice as much.</summary>
    internal static double ExactPasses(int dimension) => 3 * (2 + dimension);

    /// <summary>Forward pass and gradient of a method that has one network and no tangents.</summary>
    private const double PlainPasses = 3;

    // Launches of one step as a graph, counted on an H100: 332 for the paper's inference network (10 linear layers), 7,275 for DW4 (60 passes over the
    // edges), 2,985 for LJ13 (24). Those of a dequantiser's pass were counted before it had kernels of its own.
    private const double PerLayer = 33;
    private const double PerEdgePass = 123;
    private const double PerDequantizerPass = 79;

    /// <summary>Launches of a linear layer in a step of a method that has one network and no tangents.</summary>
    public const double PlainLaunches = PerLayer * PlainPasses / FreeFormPasses;

    /// <summary>The cost of a step of a method that has one network and no tangents.</summary>
    /// <param name="multiplyAdds">Multiply-adds of one sample's way through it.</param>
    /// <param name="launches">Operations that a GPU is given one after the other.</param>
    /// <param name="batch">Samples per step.</param>
    public static StepCost Plain(long multiplyAdds, double launches, int batch) => new(Gflops(PlainPasses, multiplyAdds, batch), (long)launches);

    /// <summary>The cost of so many, one after the other.</summary>
    internal StepCost Times(int count) => new(Gflop * count, Launches * count);

    /// <summary>The cost of both, one after the other.</summary>
    internal StepCost Plus(StepCost other) => new(Gflop + other.Gflop, Launches + other.Launches);

    /// <summary>The cost of a free-form flow's step.</summary>
    /// <param name="network">Its encoder's network.</param>
    /// <param name="cost">What a sample costs.</param>
    /// <param name="batch">Samples per step.</param>
    /// <param name="dequantizer">What makes the types of molecules continuous; null where there are none.</param>
    /// <param name="passes">What the objective needs, in forward passes of one network.</param>
    public static StepCost FreeForm(
        NetworkConfig network, NetworkCost cost, int batch, DequantizerConfig? dequantizer = null, double passes = FreeFormPasses) => new(
        Gflops(passes, network.MultiplyAdds(cost), batch) + Gflops(PlainPasses, dequantizer?.Network.MultiplyAdds(cost) ?? 0, batch),
        (long)((network.Layers * PerLayer) + (network.EdgePasses * PerEdgePass)
            + ((dequantizer?.Network.EdgePasses ?? 0) * PerDequantizerPass)));

    private static double Gflops(double passes, long multiplyAdds, int batch) => 2 * passes * multiplyAdds * batch * 1e-9;
}
