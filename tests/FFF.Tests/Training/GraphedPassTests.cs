using FFF.Flows;
using FFF.Kernels.Gpu;
using FFF.Latents;
using FFF.Native;
using FFF.Networks;
using FFF.Randomness;
using FFF.Spaces;
using FFF.Tests.Kernels.Gpu;
using FFF.Training;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Training;

/// <summary>
/// Passes that are recorded and done again give what passes give that are computed each time; without a GPU, with a recorder that carries actions out again.
/// </summary>
public sealed class GraphedPassTests
{
    private const int Columns = 3;

    /// <summary>Schedules, settings, noise, weights and batches change from step to step, and must not be recorded as they were.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheGradientsAreThoseOfEachStep(bool drawnSettings)
    {
        using var scope = NewDisposeScope();
        var config = new ObjectiveConfig
        {
            Beta = drawnSettings ? new SettingRange { Low = 1, High = 100 } : new ScheduledSetting { From = 1, To = 100 },
            Noise = drawnSettings ? new SettingRange { Low = 0.01, High = 0.1 } : new ScheduledSetting { From = 1, To = 0.01 },
            LikelihoodWarmup = new WarmupConfig { From = 0.1, To = 0.9 },
        };
        var (objective, parameters) = Setup(config, drawnSettings ? 2 : 0);
        using var gradients = FlatGradients(parameters);
        using var plain = new GradientPass(objective, gradients);
        var recorder = new Repeater();
        using var graphed = new GraphedPass(plain, recorder);
        var random = new RandomStream(5);
        for (var step = 0; step < 12; step++)
        {
            // Every third batch is a smaller one.
            var batch = new Batch(random.Normal([step % 3 == 2 ? 4 : 6, Columns]), null, 7);
            Tensor?[] Drawn() => [tensor(0.5f + (step * 0.1f)), .. objective.Draw(batch, new(step / 12.0, 3, step))];
            var expected = plain.Of(batch, Drawn());
            var gradient = gradients.clone();
            var found = graphed.Of(batch, Drawn());
            Assert.Null(found.Warning);
            Check.Close(found.Values, expected.Values, 0);
            Check.Close(gradients, gradient, 0);
        }

        Assert.Equal(2, recorder.Recordings.Count);
        Assert.Equal(12 - (2 * 3), recorder.Recordings.Sum(recording => recording.Replays));
    }

    [Fact]
    public void WhatCannotBeRecordedIsComputedAndToldOnce()
    {
        using var scope = NewDisposeScope();
        var (objective, parameters) = Setup(new ObjectiveConfig(), 0);
        using var gradients = FlatGradients(parameters);
        using var graphed = new GraphedPass(new GradientPass(objective, gradients), new Refuser());
        var batch = new Batch(new RandomStream(5).Normal([6, Columns]));
        var warnings = Enumerable.Range(0, 8).Select(step => graphed.Of(batch, [tensor(1f), .. objective.Draw(batch, new(0, 3, step))]).Warning).ToArray();
        Assert.Contains("no room", Assert.Single(warnings, warning => warning is not null), StringComparison.Ordinal);
        Assert.True(gradients.norm().item<float>() > 0);
    }

    /// <summary>A recording would repeat what others draw or look at.</summary>
    [Fact]
    public void OnlyWhatIsMadeOfOwnModulesIsRecorded()
    {
        var random = new RandomStream(3);
        var own = new DenseNet(new DenseOptions { Widths = [4] }, 2, 0, random);
        bool Is(INetwork network, Func<IObjective, IObjective>? objective = null)
        {
            var flow = new FreeFormFlow(network, own, new StandardNormal(), 2);
            var plain = new Objective(flow, new ObjectiveConfig());
            return Recordable.Is(flow, objective?.Invoke(plain) ?? plain);
        }

        Assert.True(Is(own));
        Assert.True(Is(new ResidualNet(new ResidualOptions { Blocks = 1, Widths = [4] }, 2, 0, FlowSide.Encoder, random)));
        Assert.False(Is(new ModuleNetwork(nn.Linear(2, 2))));
        Assert.False(Is(own, plain => new Foreign(plain)));
    }

    /// <summary>An error on a way back, which would end the process, comes out of the step.</summary>
    [Fact]
    public void WhatGoesWrongOnTheWayBackIsThrown()
    {
        using var scope = NewDisposeScope();
        var (objective, parameters) = Setup(new ObjectiveConfig(), 0);
        using var gradients = FlatGradients(parameters);
        using var pass = new GradientPass(objective, gradients);
        var batch = new Batch(new RandomStream(5).Normal([6, Columns]));
        var error = Assert.Throws<InvalidOperationException>(() => DeviceKernels.With(
            new FailingBack(HostKernels.OrSkip()), () => pass.Of(batch, [tensor(1f), .. objective.Draw(batch, new(0, 3, 0))])));
        Assert.Contains("silu_backward", error.Message, StringComparison.Ordinal);
    }

    /// <summary>What a step keeps for its way back is freed at its end, not by a collection, which knows nothing of a GPU's memory.</summary>
    [Fact]
    public void AStepLeavesNothingBehind()
    {
        using var scope = NewDisposeScope();
        var (objective, parameters) = Setup(new ObjectiveConfig(), 0);
        using var gradients = FlatGradients(parameters);
        using var pass = new GradientPass(objective, gradients);
        void Step()
        {
            using var step = NewDisposeScope();
            var batch = new Batch(new RandomStream(5).Normal([6, Columns]));
            pass.Of(batch, [tensor(1f), .. objective.Draw(batch, new(0, 3, 0))]);
        }

        DeviceKernels.With(HostKernels.OrSkip(), () =>
        {
            Step();
            var before = Tensor.TotalCount;
            Step();
            return Assert.Single([Tensor.TotalCount - before], grown => grown <= 0);
        });
    }

    private static (IObjective Objective, Tensor[] Parameters) Setup(ObjectiveConfig config, int conditions)
    {
        var random = new RandomStream(3);
        var network = new DenseOptions { Widths = [16] };
        var flow = new FreeFormFlow(
            new DenseNet(network, Columns, conditions, random), new DenseNet(network, Columns, conditions, random), new StandardNormal(), Columns);
        return (new Objective(flow, config), [.. flow.parameters()]);
    }

    private static Tensor FlatGradients(Tensor[] parameters)
    {
        var gradients = zeros(parameters.Sum(p => p.numel()));
        long offset = 0;
        foreach (var parameter in parameters)
        {
            parameter.grad = gradients.narrow(0, offset, parameter.numel()).view(parameter.shape);
            offset += parameter.numel();
        }

        return gradients;
    }

    /// <summary>
    /// Carries actions out again, in memory of their own: the first result is what later ones are copied into, as a graph writes where it wrote
    /// before.
    /// </summary>
    private sealed class Repeater : IGraphRecorder
    {
        public List<Repetition> Recordings { get; } = [];

        public T Unrecorded<T>(Func<T> action) => action();

        public IGraphRecording Record(Func<Tensor> action)
        {
            var repetition = new Repetition(action);
            Recordings.Add(repetition);
            return repetition;
        }
    }

    private sealed class Repetition(Func<Tensor> action) : IGraphRecording
    {
        public int Replays { get; private set; }

        public Tensor Result { get; } = action();

        public long Launches => 1;

        public void Replay()
        {
            Replays++;
            using var result = action();
            Result.copy_(result);
        }

        public void Dispose() => Result.Dispose();
    }

    private sealed class Foreign(IObjective inner) : IObjective
    {
        public double FinalBeta => inner.FinalBeta;

        public double? BetaAt(double progress) => inner.BetaAt(progress);

        public ObjectiveTerms Evaluate(Batch batch, ReadOnlySpan<Tensor?> drawn) => inner.Evaluate(batch, drawn);
    }

    private sealed class FailingBack(IDeviceKernels kernels) : IDeviceKernels
    {
        public void Launch(string kernel, long items, params ReadOnlySpan<KernelArgument> arguments)
        {
            if (kernel.EndsWith("backward", StringComparison.Ordinal))
            {
                throw new InvalidOperationException(kernel);
            }

            kernels.Launch(kernel, items, arguments);
        }

        public void LaunchByWarp(string kernel, long items, params ReadOnlySpan<KernelArgument> arguments) => Launch(kernel, items, arguments);
    }

    private sealed class Refuser : IGraphRecorder
    {
        public T Unrecorded<T>(Func<T> action) => action();

        public IGraphRecording Record(Func<Tensor> action) => throw new GraphException("no room");
    }
}
