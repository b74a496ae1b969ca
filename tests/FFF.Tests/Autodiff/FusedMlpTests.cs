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
    /// <summary>
    /// Vectors of every width; layers with and without a rest beyond whole vectors; no to three hidden layers; no, one and several tangents; large
    /// arguments; one and several chunks of rows and threads.
    /// </summary>
    [Theory]
    [InlineData(1, 1, new int[0])]
    [InlineData(1, 4, new[] { 16 })]
    [InlineData(0, 4, new[] { 16, 5 })]
    [InlineData(2, 5, new[] { 37, 3 })]
    [InlineData(3, 7, new[] { 8, 33, 16 })]
    [InlineData(1, 701, new[] { 256, 64 })]
    [InlineData(0, 3001, new[] { 128 })]
    public void ValuesAndGradientsAgreeWithTheComposedOperations(int tangents, int batch, int[] widths)
    {
        var before = get_num_threads();
        try
        {
            foreach (var threads in (int[])[1, 3])
            {
                set_num_threads(threads);
                Compare(tangents, batch, widths, evaluate => KernelWidths.All.Values.Select(width => FusedKernels.With(width, evaluate)));
            }
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [Theory]
    [InlineData(1, 4, new[] { 16 })]
    [InlineData(3, 7, new[] { 8, 33, 16 })]
    public void TheKernelsOfAGpuAgreeToo(int tangents, int batch, int[] widths)
    {
        var kernels = HostKernels.OrSkip();
        Compare(tangents, batch, widths, evaluate => [DeviceKernels.With(kernels, evaluate)]);
    }

    /// <summary>A gradient that is itself differentiated, by the input and by the parameters.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void GradientsCanBeDifferentiatedAgain(int tangents)
    {
        var random = new RandomStream(2);
        var mlp = new Mlp(3, [8, 5], 2, Activation.Of(ActivationKind.Silu), zeroOutput: false, random);
        var (x, v) = (random.Normal([6, 3]), random.Normal([6, 2]));
        var t = tangents == 0 ? null : random.Normal([tangents, 6, 3]);
        // The last bias does not change gradients.
        Tensor[] Twice(ScalarType dtype)
        {
            var input = x.to(dtype).requires_grad_();
            var y = mlp.Forward(new Dual(input, t?.to(dtype)));
            Tensor[] parameters = [input, .. mlp.parameters()];
            var sum = y.Tangent is null ? (y.Value * v.to(dtype)).sum() : (y.Value * v.to(dtype)).sum() + y.Tangent.square().sum();
            var first = autograd.grad([sum], parameters, create_graph: true, retain_graph: true);
            var second = first.Select(g => g.square().sum()).Aggregate((a, b) => a + b);
            return [.. first.Select(g => g.detach()), .. autograd.grad([second], parameters[..^1])];
        }

        var actual = Twice(float32);
        mlp.to(float64);
        Assert.All(actual.Zip(Twice(float64)), pair => Check.Close(pair.First, pair.Second, 1e-5 * Math.Max(1, pair.Second.abs().max().item<double>())));
    }

    /// <summary>An empty batch has no values, and its gradients are zero.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void AnEmptyBatchIsNoError(int threads)
    {
        var before = get_num_threads();
        try
        {
            set_num_threads(threads);
            var mlp = new Mlp(3, [20], 2, Activation.Of(ActivationKind.Silu), zeroOutput: false, new RandomStream(3));
            var y = mlp.Forward(new Dual(zeros(0, 3), zeros(1, 0, 3)));
            Assert.Equal([0, 2], y.Value.shape);
            Assert.Equal([1, 0, 2], y.Tangent!.shape);
            Assert.All(autograd.grad([y.Value.sum()], [.. mlp.parameters()]), g => Assert.Equal(0, g.abs().sum().item<float>()));
            using var noGradient = no_grad();
            Assert.Equal([0, 2], mlp.Forward(new Dual(zeros(0, 3))).Value.shape);
        }
        finally
        {
            set_num_threads(before);
        }
    }

    /// <summary>Without a graph the same numbers come out.</summary>
    [Fact]
    public void ValuesWithoutAGraphAreTheSame()
    {
        var random = new RandomStream(3);
        var mlp = new Mlp(3, [20, 5], 2, Activation.Of(ActivationKind.Silu), zeroOutput: false, random);
        var x = new Dual(random.Normal([4000, 3]), random.Normal([1, 4000, 3]));
        var expected = mlp.Forward(x);
        using var noGradient = no_grad();
        var actual = mlp.Forward(x);
        Check.Close(actual.Value, expected.Value, 1e-6);
        Check.Close(actual.Tangent!, expected.Tangent!, 1e-6);
    }

    private static void Compare(int tangents, int batch, int[] widths, Func<Func<Tensor[]>, IEnumerable<Tensor[]>> ways)
    {
        var random = new RandomStream(1);
        var mlp = new Mlp(6, widths, 5, Activation.Of(ActivationKind.Silu), zeroOutput: false, random);
        var x = 3 * random.Normal([batch, 6]);
        x[0] = 60;
        var t = tangents == 0 ? null : random.Normal([tangents, batch, 6]);
        var (gradY, gradDy) = (random.Normal([batch, 5]), random.Normal([Math.Max(1, tangents), batch, 5]));

        Tensor[][] actual = [.. ways(() => Evaluate(mlp, x, t, gradY, gradDy))];
        mlp.to(float64);
        var expected = Evaluate(mlp, x.to(float64), t?.to(float64), gradY.to(float64), gradDy.to(float64));
        Assert.Equal((tangents == 0 ? 2 : 4) + 2 * (widths.Length + 1), expected.Length);
        Assert.All(actual.SelectMany(way => way.Zip(expected)),
            pair => Check.Close(pair.First, pair.Second, 1e-5 * Math.Max(1, pair.Second.abs().max().item<double>())));
    }

    /// <summary>Value, tangent, and the gradients of both inputs and of the parameters.</summary>
    private static Tensor[] Evaluate(Mlp mlp, Tensor x, Tensor? t, Tensor gradY, Tensor gradDy)
    {
        var (value, tangent) = (x.clone().requires_grad_(), t?.clone().requires_grad_());
        var y = mlp.Forward(new Dual(value, tangent));
        return tangent is null
            ? [y.Value.detach(), .. autograd.grad([y.Value], [value, .. mlp.parameters()], [gradY])]
            : [y.Value.detach(), y.Tangent!.detach(), .. autograd.grad([y.Value, y.Tangent], [value, tangent, .. mlp.parameters()], [gradY, gradDy])];
    }
}
