using FFF.Autodiff;
using FFF.Networks;
using FFF.Randomness;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests;

/// <summary>Comparisons of tensors and small modules for tests, in float64.</summary>
internal static class Check
{
    public static double Difference(Tensor actual, Tensor expected)
    {
        Assert.Equal(expected.shape, actual.shape);
        return (actual.to(float64) - expected.to(float64)).abs().max().item<double>();
    }

    public static void Close(Tensor actual, Tensor expected, double tolerance) =>
        Assert.True(Difference(actual, expected) <= tolerance, $"differs by {Difference(actual, expected)}, allowed {tolerance}");

    /// <summary>A network's tangents in the directions t, [K, B, D], against central differences in float64.</summary>
    public static void Tangents(INetwork network, Tensor x, Tensor t, Tensor? condition, double tolerance)
    {
        const double Step = 1e-5;
        var tangent = network.Forward(new Dual(x, t), condition).Tangent!;
        for (var k = 0; k < t.shape[0]; k++)
        {
            Tensor Shifted(double step) => network.Forward(new Dual(x + step * t[k]), condition).Value;
            Close(tangent[k], (Shifted(Step) - Shifted(-Step)) / (2 * Step), tolerance);
        }
    }

    /// <summary>The gradient, or zeros for a parameter that the result does not depend on.</summary>
    public static Tensor OrZero(Tensor? gradient, Tensor parameter) =>
        gradient is null || gradient.IsInvalid ? zeros_like(parameter) : gradient;

    public static T Double<T>(T network)
        where T : INetwork
    {
        ((nn.Module)(object)network).to(float64);
        return network;
    }

    /// <summary>Replaces every parameter by Gaussians, so that zero or identity starts hide nothing.</summary>
    public static T Randomized<T>(T network, RandomStream random, double scale = 0.5)
        where T : INetwork
    {
        using var noGradient = no_grad();
        foreach (var p in ((nn.Module)(object)network).parameters())
        {
            p.copy_(random.Normal(p.shape) * scale);
        }

        return network;
    }
}
