using FFF.Autodiff;
using FFF.Kernels;
using FFF.Kernels.Gpu;
using FFF.Networks;
using FFF.Randomness;
using FFF.Tests.Kernels;
using FFF.Tests.Kernels.Gpu;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Autodiff;

/// <summary>The fused perceptron in float32 against the composed operations in float64.</summary>
public sealed class FusedMlpTests
{
    /// <summary>Vectors of every width; layers with and without a rest beyond whole vectors; no to three hidden layers; one and several tangents; large arguments.</summary>
    [Theory]
    [InlineData(1, 1, new int[0])]
    [InlineData(1, 4, new[] { 16 })]
    [InlineData(2, 5, new[] { 37, 3 })]
    [InlineData(3, 7, new[] { 8, 33, 16 })]
    [InlineData(3, 7, new[] { 8, 33, 16 }, true)]
    public void ValuesAndGradientsAgreeWithTheComposedOperations(int tangents, int batch, int[] widths, bool onGpuKernels = false)
    {
        var random = new RandomStream(1);
        var mlp = new Mlp(6, widths, 5, Activation.Of(ActivationKind.Silu), zeroOutput: false, random);
        var x = 3 * random.Normal([batch, 6]);
        x[0] = 60;
        var t = random.Normal([tangents, batch, 6]);
        var (gradY, gradDy) = (random.Normal([batch, 5]), random.Normal([tangents, batch, 5]));

        var kernels = onGpuKernels ? HostKernels.OrSkip() : null;
        Tensor[][] actual = kernels is null
            ? [.. KernelWidths.All.Values.Select(width => FusedKernels.With(width, () => Evaluate(mlp, x, t, gradY, gradDy)))]
            : [DeviceKernels.With(kernels, () => Evaluate(mlp, x, t, gradY, gradDy))];
        var expected = Evaluate(mlp.to(float64), x.to(float64), t.to(float64), gradY.to(float64), gradDy.to(float64));
        Assert.Equal(4 + 2 * (widths.Length + 1), expected.Length);
        Assert.All(actual.SelectMany(way => way.Zip(expected)),
            pair => Check.Close(pair.First, pair.Second, 1e-5 * Math.Max(1, pair.Second.abs().max().item<double>())));
    }

    /// <summary>Value, tangent, and the gradients of both inputs and of the parameters.</summary>
    private static Tensor[] Evaluate(Mlp mlp, Tensor x, Tensor t, Tensor gradY, Tensor gradDy)
    {
        var (value, tangent) = (x.clone().requires_grad_(), t.clone().requires_grad_());
        var y = mlp.Forward(new Dual(value, tangent));
        var gradients = autograd.grad([y.Value, y.Tangent!], [value, tangent, .. mlp.parameters()], [gradY, gradDy]);
        return [y.Value.detach(), y.Tangent!.detach(), .. gradients];
    }
}
