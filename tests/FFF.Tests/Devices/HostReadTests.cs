using FFF.Autodiff;
using FFF.Benchmarks;
using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Toy;
using FFF.Flows;
using FFF.Flows.Matching;
using FFF.Flows.Splines;
using FFF.Randomness;
using FFF.Runs;
using FFF.Spaces;
using FFF.Training;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Devices;

/// <summary>
/// Training steps of the published sizes with tensors that have no values: whatever reads one throws, so that a step reads exactly
/// where the trainer does, once.
/// </summary>
public sealed class HostReadTests
{
    public static TheoryData<string> Workloads => [.. Workload.All.Select(w => w.Name), "flow-matching"];

    [Theory]
    [MemberData(nameof(Workloads))]
    public void AStepReadsOnceFromTheDevice(string name)
    {
        MetaKernels.Register();
        using var scope = NewDisposeScope();
        var (experiment, data) = Published(name);
        using var flow = ExperimentModel.Create(experiment, data, META);
        var reads = 0;
        using var trainer = new Trainer(flow.Flow, flow.Objective, data, null, experiment.Training, 0, META)
        {
            HostRead = values =>
            {
                reads++;
                return [.. Enumerable.Repeat(2.0, (int)values.numel())];
            },
        };
        trainer.Step(SilentObserver.Instance);
        Assert.Equal(1, reads);
        Assert.Equal((1, 0), (trainer.Counters.Updates, trainer.Counters.Skipped));
    }

    [Fact]
    public void FiftyStepsReadOnceFromTheDevice()
    {
        MetaKernels.Register();
        using var scope = NewDisposeScope();
        var (experiment, data) = Published("sbi");
        using var flow = ExperimentModel.Create(experiment, data, META);
        var reads = new List<long>();
        using var trainer = new Trainer(flow.Flow, flow.Objective, data, null, experiment.Training with { BatchSize = 10 }, 0, META)
        {
            HostRead = values =>
            {
                reads.Add(values.numel());
                return [.. Enumerable.Repeat(2.0, (int)values.numel())];
            },
        };
        for (var step = 0; step < 99; step++)
        {
            trainer.Launch(SilentObserver.Instance);
        }

        Assert.Equal([50 * 5], reads);
        Assert.Equal(50, trainer.Counters.Updates);
        trainer.Launch(SilentObserver.Instance);
        Assert.Equal([50 * 5, 50 * 5], reads);
        Assert.Equal(100, trainer.Counters.Updates);
    }

    /// <summary>Tensors without values lack what the way back through a clamp needs, and ReLU: of the spline flow, the way forth is tried.</summary>
    [Fact]
    public void TheSplineFlowsObjectiveReadsNothing()
    {
        using var scope = NewDisposeScope();
        var (experiment, data) = Published("spline-flow");
        using var flow = ExperimentModel.Create(experiment, data, META);
        Assert.Empty(flow.Objective.Evaluate(new Batch(data.Data.to(META), data.Condition!.to(META)), 0.5, 1, 1).Loss.shape);
    }

    [Fact]
    public void WithoutValuesNothingCanBeRead()
    {
        MetaKernels.Register();
        using var scope = NewDisposeScope();
        var (experiment, data) = Published("sbi");
        using var flow = ExperimentModel.Create(experiment, data, META);
        using var trainer = new Trainer(flow.Flow, flow.Objective, data, null, experiment.Training, 0, META);
        var error = Assert.ThrowsAny<Exception>(() => trainer.Step(SilentObserver.Instance));
        Assert.Contains("meta", error.Message, StringComparison.Ordinal);
        Assert.Equal((0, 0), (trainer.Counters.Updates, trainer.Counters.Skipped));
    }

    private static (Experiment Experiment, Samples Data) Published(string name)
    {
        using var random = new RandomStream(1);
        if (Workload.All.SingleOrDefault(w => w.Name == name) is not { } workload)
        {
            MethodConfig method = name == "spline-flow" ? new SplineFlowMethod { Activation = ActivationKind.Silu } : new FlowMatchingMethod();
            return (Of(method, 128, null), RandomData.Of(1000, new VectorSpace(5), 8, random));
        }

        var freeForm = new FreeFormMethod
        {
            Flow = new FlowConfig { Network = workload.Network, Latent = workload.Latent },
            Objective = new ObjectiveConfig { Beta = new FixedSetting { Value = workload.Beta }, Noise = new FixedSetting { Value = 0.1 } },
        };
        var experiment = Of(freeForm, workload.BatchSize, workload.GradientClip);
        return (experiment, RandomData.Of(1000, workload.Space, workload.Conditions, random));
    }

    private static Experiment Of(MethodConfig method, int batch, double? clip) => new()
    {
        Name = "published",
        Data = new ToyData { Distribution = ToyDistribution.TwoMoons, Standardize = false },
        Method = method,
        Training = new TrainingConfig { BatchSize = batch, GradientClip = clip, Ema = 0.999 },
    };
}
