using FFF.Configuration;
using FFF.Flows.Splines;
using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Tests.Flows.Splines;

/// <summary>Spline flows that are far from the identity, for tests.</summary>
internal static class SplineFlows
{
    public static SplineFlow Randomized(int dimension, int conditions) =>
        Randomized(new SplineFlow(new SplineFlowMethod { Transforms = 3, Widths = [20], Bins = 5, Activation = ActivationKind.Silu }, dimension, conditions, new Generator(0, CPU)), 7).to(float64);

    /// <summary>Gaussians in place of all parameters, so that zero starts hide nothing.</summary>
    public static T Randomized<T>(T module, ulong seed)
        where T : nn.Module
    {
        using var noGradient = no_grad();
        var generator = new Generator(seed, CPU);
        foreach (var parameter in module.parameters())
        {
            parameter.copy_(randn(parameter.shape, generator: generator) * 0.25);
        }

        return module;
    }
}
