using FFF.Autodiff;
using FFF.Flows.Splines;
using FFF.Randomness;
using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Tests.Flows.Splines;

/// <summary>Spline flows that are far from the identity, for tests.</summary>
internal static class SplineFlows
{
    public static SplineFlow Randomized(int dimension, int conditions) =>
        Randomized(new SplineFlow(new SplineFlowMethod { Transforms = 3, Widths = [20], Bins = 5, Activation = ActivationKind.Silu }, dimension, conditions,
            new RandomStream(0)), 7).to(float64);

    /// <summary>Gaussians in place of all parameters, so that zero starts hide nothing.</summary>
    public static T Randomized<T>(T module, ulong seed)
        where T : nn.Module
    {
        using var noGradient = no_grad();
        var random = new RandomStream(seed);
        foreach (var parameter in module.parameters())
        {
            parameter.copy_(random.Normal(parameter.shape) * 0.25);
        }

        return module;
    }
}
