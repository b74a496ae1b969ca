using System.Diagnostics;
using FFF.Autodiff;
using FFF.Datasets;
using FFF.Devices;
using FFF.Flows;
using FFF.Flows.Molecules;
using FFF.Kernels;
using FFF.Latents;
using FFF.Native;
using FFF.Networks;
using FFF.Randomness;
using FFF.Spaces;
using FFF.Training;
using static TorchSharp.torch;

namespace FFF.Benchmarks;

/// <summary>Times whole training steps (batch selection, objective, backward, Adam) of a workload.</summary>
internal sealed class TrainStepBenchmark
{
    private const long TrainingSamples = 10_000;

    /// <summary>After so many steps one is a graph, where it can be.</summary>
    private const int WarmUps = 5;

    /// <summary>In place of a number of threads: as many as a long training takes where nobody says how many.</summary>
    public const int AsInTraining = 0;

    private readonly Workload _workload;
    private readonly Device _device;
    private readonly int _batch;
    private readonly Samples _samples;

    private TrainStepBenchmark(Workload workload, Device device, int batch, Samples samples) =>
        (_workload, _device, _batch, _samples) = (workload, device, batch, samples);

    /// <summary>Times the variants and the data form's parts in alternation, so that a noisy machine slows all of them alike.</summary>
    /// <param name="workload">What is trained.</param>
    /// <param name="device">Where.</param>
    /// <param name="batch">Samples per step; the workload's if left out.</param>
    /// <param name="steps">Steps per repeat; the workload's if left out.</param>
    /// <param name="repeats">Repeats, whose median counts.</param>
    /// <param name="threads">Threads, or <see cref="AsInTraining"/>; today's setting if left out.</param>
    /// <param name="alone">Whether the data form is all that is timed.</param>
    public static TrainStepTiming Run(Workload workload, Device device, int? batch = null, int? steps = null, int repeats = 9, int? threads = null,
        bool alone = false)
    {
        if (threads is { } count and not AsInTraining)
        {
            set_num_threads(count);
        }

        using var scope = NewDisposeScope();
        using var random = NamedSeed.Stream(0, "benchmark");
        var samples = RandomData.Of(TrainingSamples, workload.Space, workload.Conditions, random);
        return new TrainStepBenchmark(workload, device, batch ?? workload.BatchSize, samples)
            .Measure(steps ?? workload.Steps, repeats, threads == AsInTraining, alone);
    }

    private TrainStepTiming Measure(int steps, int repeats, bool choosesThreads, bool alone)
    {
        Variant data = null!;
        IReadOnlyList<string> kernels = [];
        var reads = 0L;
        var peak = PeakMemory.Of(() =>
        {
            data = Build("data form", SurrogateForm.Data, n => n, read: values =>
            {
                reads++;
                return Trainer.Read(values);
            });
            kernels = KernelsTaken.Within(() => Time(data.Step, 1));
            Time(data.Step, WarmUps);
        });
        if (choosesThreads && _device.type == TorchSharp.DeviceType.CPU)
        {
            var candidates = ThreadRule.Candidates(_workload.Step(_batch), data.Trainer.TotalSteps, get_num_threads());
            set_num_threads(candidates is [var only] ? only : ThreadTrials.Best(ThreadTrials.Run(candidates, data.Trainer.Rehearse)).Threads);
        }

        Variant[] variants = alone ? [data] : [data, .. Others()];
        var prefixes = Prefixes(data);
        (Action Action, int Calls)[] timed = [.. variants.Select(v => (v.Step, v.IsSlow ? 1 : steps)), .. prefixes.Select(prefix => (prefix, steps))];
        var medians = Medians(timed, repeats);
        long?[] operations = [.. variants.Select(v => v.Trainer.Launches is null ? OperationCount.Of(() => Time(v.Step, 1)) : null)];
        var readsOfStep = (double)reads / data.Trainer.Counters.Step;
        var (parameters, launches) = (data.Module.parameters().Sum(p => p.numel()), data.Trainer.Launches);
        foreach (var variant in variants)
        {
            variant.Trainer.Dispose();
        }

        var roof = MatrixProduct.GflopsPerSecond(_device);
        var gflop = _workload.Step(_batch).Gflop;
        VariantTiming[] timings =
        [
            .. variants.Select((v, i) => new VariantTiming(v.Name, medians[i], _batch / medians[i] * 1e3, gflop / (medians[i] * 1e-3) / roof, operations[i])),
        ];
        var (step, parts) = (timings[0], medians[variants.Length..]);

        // As one graph a step has no parts.
        var ofStep = launches is null ? new StepParts(parts[0], parts[1] - parts[0], parts[2] - parts[1], step.MsPerStep - parts[2]) : null;
        var isOwn = _device.type == TorchSharp.DeviceType.CPU && kernels.Any(kernel => kernel != KernelsTaken.Composed);
        return new(_workload.Name, step.MsPerStep, step.SamplesPerSecond, step.RoofFraction, get_num_threads(), DeviceName.Of(_device), _batch,
            parameters, roof, repeats, ofStep, timings, readsOfStep, kernels, isOwn ? FusedKernels.Chosen?.VectorBits : null,
            _device.type == TorchSharp.DeviceType.CPU ? peak : null, launches);
    }

    /// <summary>For comparison simpler ways to compute a step.</summary>
    private IEnumerable<Variant> Others()
    {
        if (_device.type == TorchSharp.DeviceType.CUDA)
        {
            yield return Build("data form, TF32", SurrogateForm.Data, n => n, tf32: true);
            yield return Build("data form, launch by launch", SurrogateForm.Data, n => n, graphs: false);
        }

        if (_workload.Nodes is null)
        {
            yield return Build("latent form", SurrogateForm.Latent, n => n);
            yield return Build("double reverse mode", SurrogateForm.Data, n => new ModuleNetwork(new Plain(n)));
        }

        // As in the paper's code: a double backward pass through libtorch's operations, one after the other.
        var published = Build("published algorithm", SurrogateForm.Latent, n => n, graphs: false);
        yield return published with
        {
            Step = () => FusedKernels.Without(() =>
            {
                published.Step();
                return true;
            }),
            IsSlow = _workload.Nodes is not null && _device.type == TorchSharp.DeviceType.CPU,
        };
    }

    /// <summary>The data form's step up to the encoder, up to the decoder, and up to the gradient.</summary>
    private Action[] Prefixes(Variant variant)
    {
        var (flow, objective) = (variant.Flow, variant.Objective);
        using var random = NamedSeed.Stream(0, "benchmark-directions");
        var x = _workload.Space is not MoleculeSpace
            ? _samples.Data[..(int)_batch].to(_device)
            : flow.Latent.Sample(_batch, _workload.Dimension, random).to(_device);
        var c = _samples.Condition?[..(int)_batch].to(_device);
        var u = random.Normal([1, .. x.shape]).to(_device);
        return
        [
            () => flow.Encoder.Forward(new Dual(x, u), c),
            () => Surrogate.DataForm(flow, x, c, u),
            () => objective.Evaluate(x, c, u, _workload.Beta, 1).Loss.backward(),
        ];
    }

    private Variant Build(string name, SurrogateForm form, Func<INetwork, INetwork> wrap, bool graphs = true, bool tf32 = false,
        Func<Tensor, double[]>? read = null)
    {
        using var random = NamedSeed.Stream(0, "weights");
        var (encoder, decoder) = _workload.Network.Pair(new NetworkPlace(_workload.Dimension, _workload.Conditions, _workload.Nodes, random));
        var latent = _workload.Latent.Build(_workload.Nodes);
        var flow = new FreeFormFlow(wrap(encoder), wrap(decoder), latent, _workload.Dimension);
        var objective = new Objective(flow, new ObjectiveConfig { Surrogate = form, Beta = new FixedSetting { Value = _workload.Beta } });
        var training = new TrainingConfig { BatchSize = _batch, Epochs = 1_000_000, GradientClip = _workload.GradientClip, CudaGraphs = graphs, Tf32 = tf32 };
        if (_workload.Space is MoleculeSpace shape)
        {
            var molecules = new MoleculeFlow(flow, new Dequantizer(new DequantizerConfig(), shape, random), new AtomCountNormal(shape), shape);
            return new(name, flow, objective, molecules,
                new Trainer(molecules, new MoleculeObjective(molecules, objective), _samples, null, training, 0, _device) { HostRead = read ?? Trainer.Read });
        }

        return new(name, flow, objective, flow, new Trainer(flow, objective, _samples, null, training, 0, _device) { HostRead = read ?? Trainer.Read });
    }

    /// <summary>Milliseconds per call of each, after one round that does not count.</summary>
    private double[] Medians((Action Action, int Calls)[] timed, int repeats)
    {
        var times = timed.Select(_ => new List<double>()).ToArray();
        for (var repeat = -1; repeat < repeats; repeat++)
        {
            foreach (var ((action, calls), list) in timed.Zip(times))
            {
                var elapsed = Time(action, repeat < 0 ? Math.Max(calls, WarmUps) : calls);
                if (repeat >= 0)
                {
                    list.Add(elapsed);
                }
            }
        }

        return [.. times.Select(list => list.Order().ElementAt(list.Count / 2))];
    }

    private double Time(Action action, int calls)
    {
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < calls; i++)
        {
            using var scope = NewDisposeScope();
            using var memory = new PassMemory();
            action();
        }

        if (_device.type == TorchSharp.DeviceType.CUDA)
        {
            cuda.synchronize(_device);
        }

        return clock.Elapsed.TotalMilliseconds / calls;
    }

    private sealed record Variant(string Name, FreeFormFlow Flow, Objective Objective, nn.Module Module, Trainer Trainer)
    {
        public Action Step { get; init; } = () => Trainer.Launch(SilentObserver.Instance);

        /// <summary>Whether one step per repeat has to do.</summary>
        public bool IsSlow { get; init; }
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

        public override Tensor forward(Tensor x, Tensor condition) => _network.Forward(new Dual(x), condition).Value;
    }
}
