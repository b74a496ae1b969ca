using FFF.Autodiff;
using FFF.Networks;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Benchmarks;

/// <summary>A perceptron over duals, forward and backward: one fused node against libtorch's operations composed.</summary>
internal static class FusedPerceptron
{
    private const int Batch = 128;
    private const int Dimension = 13;

    public static void Compare(int width)
    {
        using var scope = NewDisposeScope();
        var random = new RandomStream(0);
        var silu = Activation.Of(ActivationKind.Silu);
        var mlp = new Mlp(Dimension, [width, width], Dimension, silu, zeroOutput: false, random);
        var layers = mlp.children().Cast<LinearLayer>().ToArray();
        var x = random.Normal([Batch, Dimension]).requires_grad_();
        var tangent = random.Normal([1, Batch, Dimension]).requires_grad_();

        Dual Composed(Dual dual) => layers[^1].Forward(layers[..^1].Aggregate(dual, (h, layer) => layer.Forward(h).Apply(silu)));
        var (fused, composed) = Alternation.Medians(() => Train(mlp.Forward), () => Train(Composed));
        Console.WriteLine($"perceptron {Dimension}-{width}-{width}-{Dimension} over duals, batch {Batch}: "
            + $"fused {fused:F3} ms, composed {composed:F3} ms, ratio {fused / composed:F2}");

        void Train(Func<Dual, Dual> network)
        {
            using var step = NewDisposeScope();
            var y = network(new Dual(x, tangent));
            (y.Value.square().sum() + y.Tangent!.square().sum()).backward();
        }
    }
}
