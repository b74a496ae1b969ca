using FFF.Benchmarks;
using FFF.Evaluation;
using FFF.Flows;
using FFF.Kernels;
using FFF.Kernels.Classifiers;
using FFF.Latents;
using FFF.Native;
using FFF.Networks;
using FFF.Randomness;
using FFF.Runs;
using FFF.Spaces;
using FFF.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Devices;

/// <summary>
/// Whole training on a second device within the processor, which refuses to mix its tensors with the CPU's as a GPU does: what is
/// drawn, made or left in the wrong place ends here.
/// </summary>
public sealed class EmulatedDeviceTests
{
    private const double Tolerance = 1e-5;

    /// <summary>Gradients in float32 are sums in another order: the CPU's own two ways differ by 2.5e-5 for lj13.</summary>
    private const double GradientTolerance = 3e-5;

    public static TheoryData<string> Workloads => [.. ExamWorkload.All.Select(workload => workload.Name)];

    [Fact]
    public void TensorsOfTwoDevicesAreNotMixed()
    {
        using var scope = NewDisposeScope();
        var here = ones(2);
        var there = here.to(EmulatedDevice.Device);
        Assert.ThrowsAny<Exception>(() => (here + there).cpu());
        Assert.Equal(4, (there + there).sum().cpu().item<float>());
    }

    /// <summary>Draws, two training steps, samples with their densities and exact likelihoods of all workloads.</summary>
    [Fact]
    public void EveryWorkloadHasTheNumbersOfTheCpu()
    {
        var checks = new DeviceExam().Of(EmulatedDevice.Device, [.. ExamWorkload.All.Where(workload => LongRun.IsWanted || !IsLong(workload.Name))]).ToList();
        Assert.All(checks, check => Assert.True(check.Works, $"{check.Workload}, {check.What}: {check.Problem}"));
        Assert.All(checks, check => Assert.True(check.Difference <= (check.What == "training" ? GradientTolerance : Tolerance),
            $"{check.Workload}, {check.What}: {check.Difference}"));
    }

    /// <summary>A run that is interrupted goes on from its state to the numbers of one that is not, and both validate as on the CPU.</summary>
    [Theory]
    [MemberData(nameof(Workloads))]
    public void ARunResumesAndValidates(string name)
    {
        LongRun.Only(IsLong(name));
        using var scope = NewDisposeScope();
        var workload = ExamWorkload.All.Single(w => w.Name == name);
        var data = workload.Data();
        var (expected, _) = FusedKernels.Without(() => Trained(workload, data, CPU, null));
        var (whole, _) = Trained(workload, data, EmulatedDevice.Device, null);
        var (_, state) = Trained(workload, data, EmulatedDevice.Device, null, steps: 1);
        var (resumed, _) = Trained(workload, data, EmulatedDevice.Device, state, steps: 1);
        Assert.Equal(whole, resumed);
        Assert.All(expected.Zip(whole), pair => Assert.Equal(pair.First, pair.Second, Tolerance * Math.Max(1, Math.Abs(pair.First))));
    }

    /// <summary>Noise, and ranges of β and σ that the networks are told, are drawn on the CPU and travel in one copy.</summary>
    [Fact]
    public void SettingsAndNoiseThatAreDrawnTravelToo()
    {
        using var scope = NewDisposeScope();
        var objective = new ObjectiveConfig
        {
            Beta = new SettingRange { Low = 10, High = 100 },
            Noise = new SettingRange { Low = 0.01, High = 0.1 },
            HutchinsonSamples = 2,
        };
        var losses = ((Device[])[CPU, EmulatedDevice.Device]).Select(device =>
        {
            using var random = new RandomStream(2);
            var network = new ResidualOptions { Blocks = 1, Widths = [16] };
            var (encoder, decoder) = network.Pair(new NetworkPlace(3, 2, null, random));
            using var flow = new FreeFormFlow(encoder, decoder, new StudentT(5), 3);
            ((nn.Module)flow).to(device);
            var loss = new Objective(flow, objective).Evaluate(new Batch(random.Normal([8, 3], device: device)), 0.5, 1, 2).Loss;
            loss.backward();
            return loss.cpu().item<float>() + flow.parameters().Sum(p => p.grad!.norm().cpu().item<float>());
        }).ToArray();
        Assert.Equal(losses[0], losses[1], Tolerance * Math.Abs(losses[0]));
    }

    /// <summary>Moving a module replaces its parameters: the trainer takes those that are there afterwards.</summary>
    [Fact]
    public void ATrainerMovesAFlowThatIsStillOnTheCpu()
    {
        using var scope = NewDisposeScope();
        using var random = new RandomStream(6);
        var (encoder, decoder) = new DenseOptions { Widths = [8] }.Pair(new NetworkPlace(2, 0, null, random));
        using var flow = new FreeFormFlow(encoder, decoder, new StandardNormal(), 2);
        using var trainer = new Trainer(flow, new Objective(flow, new ObjectiveConfig()), new Samples(random.Normal([16, 2]), null), null,
            new TrainingConfig { BatchSize = 8 }, 0, EmulatedDevice.Device);
        var before = trainer.Weights();
        trainer.Step(SilentObserver.Instance);
        Assert.All(trainer.Weights(), weight => Assert.False(weight.Value.equal(before[weight.Key]).cpu().all().item<bool>(), weight.Key));
        Assert.All(flow.parameters(), parameter => Assert.True(EmulatedDevice.Is(parameter.device)));
    }

    /// <summary>Two well separated blobs: the classifiers of the two devices start alike and learn the same.</summary>
    [Fact]
    public void TheClassifierTestScoresTheSame()
    {
        using var scope = NewDisposeScope();
        using var random = new RandomStream(4);
        var (samples, reference) = (random.Normal([60, 2]), random.Normal([60, 2]) + 2);
        var points = C2stInput.Pool(samples, reference, 0);
        var folds = HeldOutFold.Of(points.shape[0], 0, new C2stOptions { Folds = 2 }).ToList();
        var layout = new ClassifierLayout(2);
        var order = Enumerable.Range(0, folds[0].Train.Length).Select(i => (long)i).ToArray();
        var losses = ((Device[])[CPU, EmulatedDevice.Device]).Select(device =>
        {
            using var classifiers = new TensorClassifiers(layout, layout.Initial(new NumpyRandom(1)), folds, [points.to(device)]);
            classifiers.Epoch(order, ClassifierTraining.BatchSize);
            return (double[])[.. classifiers.Epoch(order, ClassifierTraining.BatchSize), classifiers.Accuracy(0)];
        }).ToArray();
        Assert.All(losses[0].Zip(losses[1]), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
    }

    private static bool IsLong(string workload) => workload is "qm9" or "lj13";

    /// <summary>Sums of the steps and the validation after them, and the state.</summary>
    private static (double[] Numbers, (Dictionary<string, Tensor>, TrainerCounters) State) Trained(
        ExamWorkload workload, Samples data, Device device, (Dictionary<string, Tensor> Tensors, TrainerCounters Counters)? from, int steps = 2)
    {
        using var flow = ExperimentModel.Create(workload.Experiment, data, device);
        var (standardized, logDet) = flow.Transformed(data);
        using var trainer = new Trainer(flow.Flow, flow.Objective, standardized, null,
            workload.Experiment.Training with { Ema = 0.9, GradientClip = 1 }, 0, device);
        if (from is { } state)
        {
            trainer.Restore(state.Tensors, state.Counters);
        }

        for (var step = 0; step < steps; step++)
        {
            trainer.Step(SilentObserver.Instance);
        }

        var validation = new Validator(standardized, flow.Settings, logDet.mean().item<double>(), 1).Validate(flow.Flow);
        var sums = trainer.Counters.Sums;
        return ([sums.Loss, sums.GradientNorm, sums.Count, validation.Nll, validation.NllDecoder, validation.Reconstruction],
            (trainer.State(), trainer.Counters));
    }
}
