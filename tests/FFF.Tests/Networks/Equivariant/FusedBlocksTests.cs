using FFF.Autodiff;
using FFF.Flows;
using FFF.Kernels;
using FFF.Kernels.Gpu;
using FFF.Latents;
using FFF.Networks;
using FFF.Networks.Equivariant;
using FFF.Randomness;
using FFF.Spaces;
using FFF.Tests.Kernels;
using FFF.Tests.Kernels.Gpu;
using FFF.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;
using Sizes = (int Tangents, int Particles, int Dimensions, int Width, bool Attention, bool Shared, int Threads, int Batch, int Features, double Bound);

namespace FFF.Tests.Networks.Equivariant;

/// <summary>The fused pass in float32 against the composed operations in float64: values, tangents and all gradients.</summary>
public sealed class FusedBlocksTests
{
    public static MatrixTheoryData<int, Sizes> Cases =>
        new(KernelWidths.All.Keys,
        [
            (0, 4, 2, 32, true, false, 1, 7, 0, 0),
            (1, 4, 2, 64, true, false, 1, 130, 0, 0),
            (1, 13, 3, 64, true, false, 2, 9, 0, 0),
            (3, 5, 3, 32, true, false, 2, 5, 2, 0),
            (2, 2, 1, 96, false, false, 3, 2, 0, 0),
            (1, 4, 2, 2, true, false, 1, 7, 0, 0),
            (1, 5, 3, 37, true, false, 2, 6, 1, 0),
            (0, 3, 2, 100, false, false, 1, 3, 0, 0),
            (0, 4, 2, 32, true, true, 1, 7, 0, 0),
            (1, 13, 3, 64, true, true, 2, 9, 0, 0),
            (3, 5, 3, 37, true, true, 2, 5, 2, 0),
            (2, 2, 1, 96, false, true, 3, 2, 0, 0),
            (1, 4, 2, 32, true, false, 1, 7, 0, 0.5),
            (3, 5, 3, 37, true, true, 2, 5, 2, 0.5),
            (0, 4, 2, 32, false, true, 1, 7, 0, 0.5),
            (2, 2, 1, 96, false, false, 3, 2, 0, 0.5),
        ]);

    /// <summary>
    /// Vectors of every width; no, one and several tangents; with and without attention; positions updated by edges' own perceptron or by messages,
    /// moves bounded or not; sizes that fill chunks and panels and such that do not; one and more threads.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void ValuesAndGradientsAgreeWithTheComposedOperations(int bits, Sizes sizes)
    {
        var before = get_num_threads();
        set_num_threads(sizes.Threads);
        try
        {
            var (network, x, t, gradY, gradDy, isIdle) = Drawn(sizes);
            var actual = FusedKernels.With(KernelWidths.All[bits], () => Evaluate(network, x, t, gradY, gradDy, isIdle));
            Check.Double(network);
            var expected = Evaluate(network, x.to(float64), t?.to(float64), gradY.to(float64), gradDy.to(float64), isIdle);
            Assert.All(actual.Zip(expected), pair => Check.Close(pair.First, pair.Second, 3e-5 * Math.Max(1, pair.Second.abs().max().item<double>())));
        }
        finally
        {
            set_num_threads(before);
        }
    }

    /// <summary>Where features alone are asked for, the last block moves nothing, and its weights for that have no gradient.</summary>
    [Theory]
    [InlineData(false, 3e-5)]
    [InlineData(true, 5e-5)] // The composed operations in float32 differ by 4.1e-5 here.
    public void AndSoDoThoseOfFeaturesAlone(bool shared, double tolerance)
    {
        var random = new RandomStream(1);
        var config = new EquivariantOptions { Blocks = 2, Width = 32, SharedMessages = shared, NormalizationFactor = 5, NormConstant = 0.5 };
        var network = Check.Randomized(new FeatureCoupling(config, new NodeLayout(3, 2), 0, random), random, scale: 0.2);
        var (x, t) = (random.Normal([6, 25]), random.Normal([1, 6, 25]));
        var (gradY, gradDy) = (random.Normal([6, 25]), random.Normal([1, 6, 25]));
        bool IsLastMove(string name) => name.Contains("e_block_1.gcl_equiv", StringComparison.Ordinal);
        var idle = network.named_parameters().Where(entry => IsLastMove(entry.name)).Select(Tensor (entry) => entry.parameter).ToList();
        var y = network.Forward(new Dual(x, t), null);
        Assert.NotEmpty(idle);
        Assert.All(autograd.grad([y.Value, y.Tangent!], idle, [gradY, gradDy]), gradient => Assert.Equal(0, gradient.abs().max().item<float>()));

        var actual = Evaluate(network, x, t, gradY, gradDy, IsLastMove);
        Check.Double(network);
        var expected = Evaluate(network, x.to(float64), t.to(float64), gradY.to(float64), gradDy.to(float64), IsLastMove);
        Assert.All(actual.Zip(expected), pair => Check.Close(pair.First, pair.Second, tolerance * Math.Max(1, pair.Second.abs().max().item<double>())));
    }

    /// <summary>The same on a GPU's way, its kernels compiled for the processor.</summary>
    [Theory]
    [InlineData(0, 4, 2, 32, true, false, 7, 0, 0)]
    [InlineData(1, 4, 2, 64, true, false, 13, 0, 0)]
    [InlineData(1, 13, 3, 48, true, false, 3, 0, 0)]
    [InlineData(3, 5, 3, 32, true, false, 5, 2, 0)]
    [InlineData(2, 2, 1, 40, false, false, 2, 0, 0)]
    [InlineData(1, 4, 2, 64, true, true, 13, 0, 0)]
    [InlineData(3, 5, 3, 32, false, true, 5, 2, 0)]
    [InlineData(3, 5, 3, 32, true, false, 5, 2, 0.5)]
    [InlineData(0, 4, 2, 32, true, false, 7, 0, 0.5)]
    [InlineData(1, 4, 2, 64, true, true, 13, 0, 0.5)]
    public void TheKernelsOfAGpuAgreeToo(
        int tangents, int particles, int dimensions, int width, bool attention, bool shared, int batch, int features, double bound)
    {
        var kernels = HostKernels.OrSkip();
        var (network, x, t, gradY, gradDy, isIdle) = Drawn((tangents, particles, dimensions, width, attention, shared, 1, batch, features, bound));
        var (actual, plain) = DeviceKernels.With(kernels, () => (Evaluate(network, x, t, gradY, gradDy, isIdle), WithoutGraph(network, x, t)));
        Check.Double(network);
        var expected = Evaluate(network, x.to(float64), t?.to(float64), gradY.to(float64), gradDy.to(float64), isIdle);
        Assert.All(actual.Zip(expected), pair => Check.Close(pair.First, pair.Second, 5e-5 * Math.Max(1, pair.Second.abs().max().item<double>())));
        Check.Close(plain, actual[0], 0);
    }

    private static (EquivariantNet Network, Tensor X, Tensor? T, Tensor GradY, Tensor GradDy, Func<string, bool>? IsIdle) Drawn(Sizes sizes)
    {
        var random = new RandomStream(1);
        var config = new EquivariantOptions
        {
            Blocks = 2,
            Width = sizes.Width,
            Attention = sizes.Attention,
            SharedMessages = sizes.Shared,
            NormalizationFactor = 5,
            NormConstant = 0.5,
            MoveBound = sizes.Bound == 0 ? null : sizes.Bound,
        };
        var layout = new NodeLayout(sizes.Dimensions, sizes.Features);
        var network = Check.Randomized(new EquivariantNet(config, layout, 0, random), random, scale: 1.2 / Math.Sqrt(sizes.Width));
        var row = sizes.Particles * layout.Width;
        var x = random.Normal([sizes.Batch, row]);
        var t = sizes.Tangents == 0 ? null : random.Normal([sizes.Tangents, sizes.Batch, row]);
        var (gradY, gradDy) = (random.Normal([sizes.Batch, row]), random.Normal([Math.Max(1, sizes.Tangents), sizes.Batch, row]));
        return (network, x, t, gradY, gradDy, sizes.Shared && sizes.Features == 0 ? IsLastNodes : null);
    }

    private static Tensor WithoutGraph(EquivariantNet network, Tensor x, Tensor? t)
    {
        using var noGradient = no_grad();
        return network.Forward(new Dual(x, t), null).Value;
    }

    /// <summary>Without gradients the same numbers come out, whatever the chunks.</summary>
    [Fact]
    public void ValuesWithoutAGraphAreTheSame()
    {
        var random = new RandomStream(2);
        var network = Check.Randomized(new EquivariantNet(new EquivariantOptions { Blocks = 2, Width = 32 }, new NodeLayout(3, 0), 0, random), random);
        var (x, t) = (random.Normal([70, 15]), random.Normal([15, 70, 15]));
        var expected = network.Forward(new Dual(x, t), null);
        using var noGradient = no_grad();
        var actual = network.Forward(new Dual(x, t), null);
        Check.Close(actual.Value, expected.Value, 0);
        Check.Close(actual.Tangent!, expected.Tangent!, 0);
        Check.Close(network.Forward(new Dual(x.narrow(0, 69, 1)), null).Value, expected.Value.narrow(0, 69, 1),
            1e-5 * expected.Value.abs().max().item<float>());
    }

    /// <summary>A gradient that is itself differentiated, as the latent form of the surrogate needs it.</summary>
    [Fact]
    public void GradientsCanBeDifferentiatedAgain()
    {
        var random = new RandomStream(3);
        var network = Check.Randomized(new EquivariantNet(new EquivariantOptions { Blocks = 2, Width = 32 }, new NodeLayout(2, 0), 0, random), random,
            scale: 0.2);
        var (x, t, r) = (random.Normal([6, 8]), random.Normal([1, 6, 8]), random.Normal([6, 8]));
        Tensor[] Twice()
        {
            var input = x.to(((TorchSharp.Modules.Parameter)network.parameters().First()).dtype).requires_grad_();
            var transposed = autograd.grad([network.Forward(new Dual(input), null).Value], [input], [r.to(input.dtype)], create_graph: true,
                retain_graph: true)[0];
            return [transposed.detach(), .. autograd.grad([(transposed * t[0].to(input.dtype)).sum()], [.. network.parameters()])];
        }

        var actual = Twice();
        Check.Double(network);
        Assert.All(actual.Zip(Twice()), pair => Check.Close(pair.First, pair.Second, 3e-5 * Math.Max(1, pair.Second.abs().max().item<double>())));
    }

    /// <summary>
    /// The whole objective, whose vector-Jacobian product leaves out parameters: its gradient in float32, and the likelihoods.
    /// </summary>
    [Fact]
    public void TheObjectivesGradientAndLikelihoodsAgree()
    {
        var (shape, random) = (new MeanFreePositions(4, 2), new RandomStream(4));
        var flow = ParticleFlow(shape, random);
        var x = ParticleFlows.Positions(9, shape, random).to(float32);
        var u = Hutchinson.InSubspace(Hutchinson.Sample(2, 9, flow.DensityDimension, random), flow.Latent.Basis(flow.Dimension, float32, CPU)!);
        Tensor[] Results(Tensor data, Tensor vectors)
        {
            var terms = new Objective(flow, new ObjectiveConfig { HutchinsonSamples = 2 }).Evaluate(data, null, vectors, 10, 1);
            var likelihood = Likelihood.Of(flow, data, null);
            return [terms.Loss.detach(), likelihood.Encoder, likelihood.Decoder, .. autograd.grad([terms.Loss], [.. flow.parameters()])];
        }

        var actual = Results(x, u);
        flow.to(float64);
        Assert.All(actual.Zip(Results(x.to(float64), u.to(float64))),
            pair => Check.Close(pair.First, pair.Second, 3e-5 * Math.Max(1, pair.Second.abs().max().item<double>())));
    }

    /// <summary>A step frees all it took, what the way forward left for the way back included.</summary>
    [Fact]
    public void StepsLeaveNothingBehind()
    {
        var (shape, random) = (new MeanFreePositions(4, 2), new RandomStream(5));
        var samples = new Samples(ParticleFlows.Positions(64, shape, random).to(float32), null) { Space = shape };
        var flow = ParticleFlow(shape, random);
        using var trainer = new Trainer(flow, new Objective(flow, new ObjectiveConfig()), samples, null,
            new TrainingConfig { BatchSize = 32, Epochs = 1000 }, 0, CPU);
        void Steps(int count)
        {
            for (var i = 0; i < count; i++)
            {
                trainer.Step(new Silence());
            }

            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Steps(10);
        var (tensors, bytes) = (Tensor.TotalCount, Environment.WorkingSet);
        Steps(60);
        Assert.InRange(Tensor.TotalCount, 0, tensors);

        // A step leaves 3 MB for the way back: kept, they would be 180 MB.
        Assert.InRange(Environment.WorkingSet - bytes, long.MinValue, 60_000_000);
    }

    private static FreeFormFlow ParticleFlow(MeanFreePositions shape, RandomStream random)
    {
        var config = new EquivariantOptions { Blocks = 2, Width = 32 };
        EquivariantNet Net() => Check.Randomized(new EquivariantNet(config, shape.Nodes!, 0, random), random, scale: 0.2);
        return new(Net(), Net(), new MeanFreeNormal(shape.Nodes!), shape.Particles * shape.Dimensions);
    }

    private sealed class Silence : ITrainingObserver
    {
        public void OnStep(in TrainingProgress progress)
        {
        }

        public void OnEpoch(EpochMetrics metrics)
        {
        }

        public void OnCheckpoint(Trainer trainer, bool best)
        {
        }

        public void OnWarning(string message)
        {
        }
    }

    /// <summary>Where positions alone are asked for and messages move them, what the last messages tell nodes is for nothing.</summary>
    private static bool IsLastNodes(string name) =>
        name.Contains("e_block_1.gcl_1.node_mlp", StringComparison.Ordinal) || name.Contains("e_block_1.gcl_1.att_mlp", StringComparison.Ordinal);

    private static Tensor[] Evaluate(INetwork network, Tensor x, Tensor? t, Tensor gradY, Tensor gradDy, Func<string, bool>? isIdle = null)
    {
        var (value, tangent) = (x.clone().requires_grad_(), t?.clone().requires_grad_());
        var y = network.Forward(new Dual(value, tangent), null);
        var parameters = ((nn.Module)network).named_parameters().Where(entry => isIdle?.Invoke(entry.name) != true).Select(entry => entry.parameter);
        return tangent is null
            ? [y.Value.detach(), .. autograd.grad([y.Value], [value, .. parameters], [gradY])]
            : [y.Value.detach(), y.Tangent!.detach(), .. autograd.grad([y.Value, y.Tangent!], [value, tangent, .. parameters], [gradY, gradDy])];
    }
}
