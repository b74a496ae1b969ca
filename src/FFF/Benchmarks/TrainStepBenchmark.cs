using System.Diagnostics;
using FFF.Configuration;
using FFF.Datasets;
using FFF.Flows;
using FFF.Latents;
using FFF.Networks;
using FFF.Randomness;
using FFF.Training;
using static TorchSharp.torch;

namespace FFF.Benchmarks;

/// <summary>How fast one training step of a workload is.</summary>
/// <param name="Workload">The workload's name.</param>
/// <param name="Variant">How the surrogate is computed: data form, latent form, or data form by double reverse mode.</param>
/// <param name="MsPerStep">Median over the repeats, milliseconds.</param>
/// <param name="SamplesPerSecond">Batch size over that time.</param>
/// <param name="RoofFraction">The multiply-adds that the data form needs over that time, as a share of a matrix product's rate on the same threads.</param>
/// <param name="Threads">Threads of the arithmetic on a CPU.</param>
/// <param name="Device">Where it ran.</param>
/// <param name="Batch">Samples per step.</param>
/// <param name="Parameters">Of encoder and decoder together.</param>
/// <param name="RoofGflops">The matrix product's rate, 10⁹ floating-point operations per second.</param>
/// <param name="Repeats">ms per step of every repeat, sorted.</param>
public sealed record TrainStepTiming(
    string Workload, string Variant, double MsPerStep, double SamplesPerSecond, double RoofFraction, int Threads, string Device,
    int Batch, long Parameters, double RoofGflops, IReadOnlyList<double> Repeats);

/// <summary>Times whole training steps (batch selection, objective, backward, Adam) of the simulation-based inference network.</summary>
public static class TrainStepBenchmark
{
    private const int Dimension = 5;
    private const int Conditions = 8;
    private const long TrainingSamples = 10_000;

    /// <summary>
    /// What the data form needs, in forward passes of one network: encoder and tangent 2, their gradients 4, decoder 1,
    /// its vector-Jacobian product 1, its gradients 2.
    /// </summary>
    private const double NeededPasses = 10;

    /// <summary>A dense network 256-256, then two residual blocks 256-256, as in the paper's inference experiment.</summary>
    public static NetworkConfig SbiNetwork { get; } = new StackNetwork { Networks = [new DenseNetwork(), new ResidualNetwork()] };

    /// <summary>Times the variants in alternation, so that a noisy machine slows all of them alike.</summary>
    /// <param name="device">Where.</param>
    /// <param name="batch">Samples per step.</param>
    /// <param name="steps">Steps per repeat.</param>
    /// <param name="repeats">Repeats, whose median counts.</param>
    /// <param name="threads">Threads; today's setting if left out.</param>
    public static IReadOnlyList<TrainStepTiming> Run(Device device, int batch = 128, int steps = 20, int repeats = 9, int? threads = null)
    {
        if (threads is { } count)
        {
            set_num_threads(count);
        }

        using var data = NewDisposeScope();
        using var generator = NamedSeed.Generator(CPU, 0, "benchmark");
        var samples = new Samples(randn([TrainingSamples, Dimension], generator: generator), randn([TrainingSamples, Conditions], generator: generator));
        var variants = new (string Name, SurrogateForm Form, Func<INetwork, INetwork> Wrap)[]
        {
            ("data form", SurrogateForm.Data, n => n),
            ("latent form", SurrogateForm.Latent, n => n),
            ("double reverse mode", SurrogateForm.Data, n => new ModuleNetwork(new Plain(n))),
        };
        var trainers = variants.Select(v => Build(samples, v.Form, v.Wrap, batch, device)).ToArray();
        var times = variants.Select(_ => new List<double>()).ToArray();
        for (var repeat = -1; repeat < repeats; repeat++)
        {
            for (var i = 0; i < variants.Length; i++)
            {
                var elapsed = Time(trainers[i].Trainer, steps, device);
                if (repeat >= 0)
                {
                    times[i].Add(elapsed);
                }
            }
        }

        var roof = MatrixProduct.GflopsPerSecond(device);
        return [.. variants.Select((v, i) =>
        {
            times[i].Sort();
            var median = times[i][times[i].Count / 2];
            var parameters = trainers[i].Parameters;
            var multiplyAdds = NeededPasses * (parameters / 2) * batch; // one network has half of the parameters
            var gflop = 2 * multiplyAdds * 1e-9;
            trainers[i].Trainer.Dispose();
            return new TrainStepTiming("sbi", v.Name, median, batch / median * 1e3, gflop / (median * 1e-3) / roof,
                get_num_threads(), device.ToString(), batch, parameters, roof, times[i]);
        })];
    }

    private static (Trainer Trainer, long Parameters) Build(Samples samples, SurrogateForm form, Func<INetwork, INetwork> wrap, int batch, Device device)
    {
        using var generator = NamedSeed.Generator(CPU, 0, "weights");
        INetwork Network(FlowSide side) => wrap(NetworkFactory.Create(SbiNetwork, Dimension, Conditions, side, generator));
        var flow = new FreeFormFlow(Network(FlowSide.Encoder), Network(FlowSide.Decoder), new StandardNormal(), Dimension);
        var objective = new Objective(flow, new ObjectiveConfig { Surrogate = form });
        var trainer = new Trainer(flow, objective, samples, null, new TrainingConfig { BatchSize = batch, Epochs = 1_000_000 }, 0, device);
        return (trainer, flow.parameters().Sum(p => p.numel()));
    }

    /// <summary>Milliseconds per step.</summary>
    private static double Time(Trainer trainer, int steps, Device device)
    {
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < steps; i++)
        {
            trainer.Step(Silence.Instance);
        }

        if (device.type == TorchSharp.DeviceType.CUDA)
        {
            cuda.synchronize(device);
        }

        return clock.Elapsed.TotalMilliseconds / steps;
    }

    private sealed class Silence : ITrainingObserver
    {
        public static Silence Instance { get; } = new();

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

    /// <summary>The network, known to the adapter by its plain forward pass only.</summary>
    private sealed class Plain : nn.Module<Tensor, Tensor, Tensor>
    {
        private readonly INetwork _network;

        public Plain(INetwork network)
            : base(nameof(Plain))
        {
            _network = network;
            register_module("network", (nn.Module)network);
        }

        public override Tensor forward(Tensor x, Tensor condition) => _network.Forward(new Autodiff.Dual(x), condition).Value;
    }
}
