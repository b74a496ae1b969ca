using FFF.Autodiff;
using FFF.Configuration;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Autodiff;

/// <summary>The fused kernel in float32 against the composed operations in float64.</summary>
public sealed class FusedSiluTests
{
    /// <summary>Sizes with and without a rest beyond whole vectors; one and several tangents; large arguments.</summary>
    [Theory]
    [InlineData(1, 1, 3)]
    [InlineData(2, 4, 16)]
    [InlineData(3, 7, 37)]
    public void ValuesAndGradientsAgreeWithTheComposedOperations(int tangents, int batch, int width)
    {
        var generator = new Generator(1, CPU);
        var h = 4 * randn(batch, width, generator: generator);
        h[0, 0] = 90;
        h[0, 1] = -90;
        var t = randn(tangents, batch, width, generator: generator);
        var (gradY, gradDy) = (randn(batch, width, generator: generator), randn(tangents, batch, width, generator: generator));

        var actual = Evaluate(h, t, gradY, gradDy);
        var expected = Evaluate(h.to(float64), t.to(float64), gradY.to(float64), gradDy.to(float64));
        Assert.All(actual.Zip(expected), pair => Check.Close(pair.First, pair.Second, 2e-5));
    }

    /// <summary>Value, tangent, and the gradients of both inputs.</summary>
    private static Tensor[] Evaluate(Tensor h, Tensor t, Tensor gradY, Tensor gradDy)
    {
        var (x, dx) = (h.clone().requires_grad_(), t.clone().requires_grad_());
        var y = new Dual(x, dx).Apply(Activation.Of(ActivationKind.Silu));
        autograd.backward([y.Value, y.Tangent!], [gradY, gradDy]);
        return [y.Value.detach(), y.Tangent!.detach(), x.grad!, dx.grad!];
    }
}
