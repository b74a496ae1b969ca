using System.Diagnostics;
using FFF.Devices;
using FFF.Flows;
using FFF.Kernels;
using FFF.Randomness;
using FFF.Runs;
using FFF.Training;
using static TorchSharp.torch;

namespace FFF.Benchmarks;

/// <summary>Something that was computed on a device and on the CPU.</summary>
/// <param name="Workload">What with.</param>
/// <param name="What">draws, training, sampling or likelihood.</param>
/// <param name="Works">Whether the device computed the CPU's numbers.</param>
/// <param name="Difference">The largest relative difference; null where nothing was computed.</param>
/// <param name="Seconds">The time on the device.</param>
/// <param name="Problem">What is wrong; null where nothing is.</param>
internal sealed record DeviceCheck(string Workload, string What, bool Works, double? Difference, double Seconds, string? Problem);

/// <summary>
/// Does on a device what training, sampling and evaluation do, and compares with the CPU's numbers, computed there by
/// libtorch's operations alone; so the CPU with its own kernels is examined as well.
/// </summary>
/// <param name="starting">Is told what comes next, so that a device that hangs leaves word of where.</param>
internal sealed class DeviceExam(Action<string>? starting = null)
{
    /// <summary>‖a − b‖ / ‖b‖ up to which numbers count as the same: far above float32's rounding, far below any mistake.</summary>
    public const double Tolerance = 1e-3;

    private const long Drawn = 32;

    private readonly Dictionary<string, IReadOnlyList<Tensor>> _expected = [];

    /// <summary>Examines a device.</summary>
    /// <param name="device">The device.</param>
    /// <param name="workloads">What it is examined with.</param>
    public IEnumerable<DeviceCheck> Of(Device device, IReadOnlyList<ExamWorkload> workloads)
    {
        yield return Check("numbers", "draws", device, Draws);
        foreach (var workload in workloads)
        {
            yield return Check(workload.Name, "training", device, there => Train(workload, there));
            yield return Check(workload.Name, "sampling", device, there => Sample(workload, there));
            yield return Check(workload.Name, "likelihood", device, there => Evaluate(workload, there));
        }
    }

    private DeviceCheck Check(string workload, string what, Device device, Func<Device, IReadOnlyList<Tensor>> work)
    {
        var key = $"{workload} {what}";
        starting?.Invoke($"{DeviceName.Of(device)}: {workload}, {what}");
        if (!_expected.TryGetValue(key, out var expected))
        {
            _expected[key] = expected = FusedKernels.Without(() => Kept(work, CPU));
        }

        var clock = Stopwatch.StartNew();
        try
        {
            var found = Kept(work, device);
            var seconds = clock.Elapsed.TotalSeconds;
            var difference = found.Zip(expected, Difference).Max();
            foreach (var tensor in found)
            {
                tensor.Dispose();
            }

            // A difference that is no number is none below the tolerance.
            return new(workload, what, difference <= Tolerance, difference, seconds, difference <= Tolerance ? null
                : FormattableString.Invariant($"the numbers differ from the CPU's by {difference:G2} relative, more than {Tolerance}."));
        }
        catch (Exception e) when (DeviceProbe.IsOfTheDevice(e) || MemoryShortage.Is(e))
        {
            return new(workload, what, false, null, clock.Elapsed.TotalSeconds, DeviceProbe.FirstLine(e));
        }
    }

    /// <summary>The results in float64 on the CPU, in no scope.</summary>
    private static Tensor[] Kept(Func<Device, IReadOnlyList<Tensor>> work, Device device)
    {
        using var scope = NewDisposeScope();
        return [.. work(device).Select(result => result.detach().cpu().to(float64).DetachFromDisposeScope())];
    }

    /// <summary>Rows of smaller molecules end in NaN on both sides; any other is in one of them only, and makes the difference NaN.</summary>
    private static double Difference(Tensor found, Tensor expected)
    {
        using var scope = NewDisposeScope();
        var both = found.isnan().logical_and(expected.isnan());
        var reference = expected.masked_fill(both, 0);
        return (found.masked_fill(both, 0) - reference).norm().item<double>() / Math.Max(1e-12, reference.norm().item<double>());
    }

    private static Tensor[] Draws(Device device)
    {
        using var random = NamedSeed.Stream(1, "examination");
        return [random.Normal([Drawn], device: device), random.Uniform([Drawn], device: device)];
    }

    /// <summary>The gradient of the first step and the sums over two: loss, norm of the gradient, reconstruction.</summary>
    private static Tensor[] Train(ExamWorkload workload, Device device)
    {
        var data = workload.Data();
        using var flow = ExperimentModel.Create(workload.Experiment, data, device);
        using var trainer = new Trainer(flow.Flow, flow.Objective, flow.Transformed(data).Samples, null, workload.Experiment.Training, 0, device);
        trainer.Step(SilentObserver.Instance);
        var gradient = cat([.. flow.Flow.parameters().Select(p => p.grad!.flatten())], 0);
        trainer.Step(SilentObserver.Instance);

        var sums = trainer.Counters.Sums;
        return [gradient, tensor(new[] { sums.Loss, sums.GradientNorm, sums.Reconstruction ?? 0, sums.LatentNll ?? 0, sums.Count })];
    }

    private static Tensor[] Sample(ExamWorkload workload, Device device)
    {
        using var flow = ExperimentModel.Create(workload.Experiment, workload.Data(), device);
        var condition = workload.Conditions == 0 ? null : linspace(-1, 1, workload.Conditions);
        if (flow.Flow is not IExactDensity)
        {
            return [flow.Sample(Drawn, condition, seed: 0)];
        }

        var (samples, logProb) = flow.SampleWithLogProb(Drawn, condition, seed: 0);
        return [samples, logProb];
    }

    private static Tensor[] Evaluate(ExamWorkload workload, Device device)
    {
        var data = workload.Data();
        using var flow = ExperimentModel.Create(workload.Experiment, data, device);
        var likelihood = flow.LogLikelihood(data);
        return [likelihood.Encoder, likelihood.Decoder];
    }
}
