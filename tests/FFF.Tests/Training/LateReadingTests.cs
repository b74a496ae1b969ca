using FFF.Flows;
using FFF.Kernels;
using FFF.Latents;
using FFF.Native;
using FFF.Networks;
using FFF.Randomness;
using FFF.Spaces;
using FFF.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Training;

/// <summary>Steps whose numbers are read fifty at once are those whose numbers are read one by one. An epoch has 70 here: 50 and 20.</summary>
public sealed class LateReadingTests
{
    private const int Late = 50;

    private static readonly TrainingConfig Config = new()
    {
        Epochs = 3,
        BatchSize = 4,
        Ema = 0.99,
        GradientClip = 0.3,
        Optimizer = new OptimizerConfig { LearningRate = 3e-3 },
    };

    /// <summary>Bits, where both update by libtorch's operations: what the device looks up in a table is what the host computes.</summary>
    [Theory]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.AdamW)]
    [InlineData(OptimizerKind.Soap)]
    public void StateAndSumsAreTheSame(OptimizerKind kind)
    {
        var config = Config with { Optimizer = Config.Optimizer with { Kind = kind, WeightDecay = 0.01 } };
        var (expected, actual) = FusedKernels.Without(() => (Trained(config, 1), Trained(config, Late)));
        AssertSame(expected, actual);
    }

    /// <summary>The CPU's kernel for Adam rounds otherwise.</summary>
    [Fact]
    public void WithTheKernelOfTheCpuTheyAreTheSameWithinRounding() => AssertSame(Trained(Config, 1), Trained(Config, Late), 1e-4);

    /// <summary>On a second device within the processor, which reads late by itself.</summary>
    [Theory]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.Soap)]
    public void OnAnotherDeviceTheyAreTheSameWithinRounding(OptimizerKind kind)
    {
        LongRun.Only(kind == OptimizerKind.Soap);

        // In float32 rounding decides how bases lie between directions that hardly had a gradient yet.
        var (config, isDouble) = (Config with { Optimizer = Config.Optimizer with { Kind = kind } }, kind == OptimizerKind.Soap);
        var steps = LongRun.Times(53, 75);
        var expected = FusedKernels.Without(() => Trained(config, 1, stopAfter: steps, isDouble: isDouble));
        AssertSame(expected, Trained(config, null, stopAfter: steps, device: EmulatedDevice.Device, isDouble: isDouble), 1e-4);
    }

    [Theory]
    [InlineData(double.NaN, OptimizerKind.Adam)]
    [InlineData(double.PositiveInfinity, OptimizerKind.Adam)]
    [InlineData(double.NaN, OptimizerKind.Soap)]
    public void AStepThatIsNotFiniteChangesNothing(double value, OptimizerKind kind)
    {
        var config = Config with { Optimizer = Config.Optimizer with { Kind = kind } };
        Func<IObjective, IObjective> Bad(long step) => inner => new Changing(inner, step, 1, Factor: value);
        foreach (var device in (Device[])[CPU, EmulatedDevice.Device])
        {
            // The 13th step is not made, so that the state after it is that after 12 steps.
            var before = Trained(config, Late, stopAfter: 12, device: device);
            var after = Trained(config, Late, stopAfter: 13, device: device, objective: Bad(12));
            Assert.Equal((13, 12, 1), (after.Counters.Step, after.Counters.Updates, after.Counters.Skipped));
            Assert.Equal(before.Counters.Sums, after.Counters.Sums);
            Assert.All(before.State.Zip(after.State), pair => Check.Close(pair.Second, pair.First, 0));
            Assert.Equal("Step 13: the loss or its gradient is not finite; the step is skipped.", Assert.Single(after.Warnings));
        }

        var (expected, actual) = FusedKernels.Without(() => (Trained(config, 1, objective: Bad(30)), Trained(config, Late, objective: Bad(30))));
        Assert.Equal(209, actual.Counters.Updates);
        AssertSame(expected, actual);
    }

    /// <summary>
    /// The loss leaps for 12 steps from the 123rd on. The tenth of them leads back to the end of the first epoch, and the steps behind it are lost, up to
    /// the 140th, the last of the second. That is so wherever the run is interrupted, before, among or behind them. Where states are kept after 45 steps of
    /// an epoch, which are read with the 50th, it leads back to the 120th.
    /// </summary>
    [Theory]
    [InlineData(1000, 70)]
    [InlineData(45, 120)]
    public void AReturnLosesTheStepsThatAreReadWithIt(int keepEvery, int updates)
    {
        var config = Config with { Guard = new GuardConfig { KeepEvery = keepEvery } };
        static IObjective Leap(IObjective inner) => new Changing(inner, 122, 12, Height: 1e6);
        var whole = Trained(config, Late, objective: Leap);
        Assert.Equal((210, 10, 1), (whole.Counters.Step, whole.Counters.Spikes, whole.Counters.Returns));
        Assert.Equal(updates + 70, whole.Counters.Updates);
        Assert.Collection(whole.Warnings,
            warning => Assert.StartsWith("Step 132: a loss of ", warning, StringComparison.Ordinal),
            warning => Assert.Equal("Steps 133 to 140 are lost, as they are read together with that one.", warning));
        foreach (var step in LongRun.IsWanted ? (int[])[1, 37, 50, 70, 119, 121, 125, 131, 132, 135, 139, 140, 141, 209] : [37, 70, 125, 132, 140])
        {
            AssertSame(whole, Trained(config, Late, objective: Leap, interruptions: [step]));
        }

        AssertSame(whole, Trained(config, Late, objective: Leap, interruptions: [20, 21, 71, 124, 141]));
    }

    /// <summary>β moves at the end of an epoch, by numbers that are all read by then; so that it is the same wherever the run is interrupted.</summary>
    [Fact]
    public void BetaThatMovesByItselfIsTheSame()
    {
        var auto = new AutomaticSetting();
        var (expected, actual) = FusedKernels.Without(() => (Trained(Config, 1, beta: auto), Trained(Config, Late, beta: auto)));
        AssertSame(expected, actual);
        Assert.True(actual.Counters.Beta > 5);
        foreach (var step in LongRun.IsWanted ? (int[])[1, 50, 69, 70, 71, 139, 140, 200] : [50, 70, 139])
        {
            AssertSame(actual, FusedKernels.Without(() => Trained(Config, Late, beta: auto, interruptions: [step])));
        }
    }

    [Fact]
    public void ARunThatStaysNotFiniteFailsWithTheStepThatWasOneTooMany()
    {
        var config = Config with { Guard = new GuardConfig { MaxSkipped = 3, MaxReturns = 1 } };
        var error = Assert.Throws<DivergedException>(() => Trained(config, Late, objective: inner => new Changing(inner, 10, 1000, Factor: double.NaN)));
        Assert.StartsWith("Step 53: the loss is still not finite after 1 returns", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Each of the three epochs is read twice.</summary>
    [Fact]
    public void TheHostReadsOnceInFiftySteps()
    {
        Assert.Equal(6, Trained(Config, Late).Reads);
        Assert.Equal(210, Trained(Config, 1).Reads);
    }

    [Fact]
    public void BetweenReadingsThereIsNoStateToBeTaken()
    {
        using var trainer = NewTrainer(Config, Late, CPU, null, () => { });
        trainer.Launch(SilentObserver.Instance);
        Assert.Contains("1 steps have not been read", Assert.Throws<InvalidOperationException>(() => trainer.State()).Message, StringComparison.Ordinal);
        trainer.Step(SilentObserver.Instance);
        Assert.Equal((2, 2), (trainer.Counters.Step, trainer.Counters.Updates));
        Assert.NotEmpty(trainer.State());
    }

    private static void AssertSame(Result expected, Result actual, double tolerance = 0)
    {
        Assert.All(expected.State.Zip(actual.State), pair => Check.Close(pair.Second, pair.First, tolerance));
        if (tolerance == 0)
        {
            Assert.Equal(expected.Counters, actual.Counters);
        }
    }

    /// <summary>Trains to the end, or up to a step, going on from the state after some.</summary>
    private static Result Trained(TrainingConfig config, int? readEvery, int? stopAfter = null, Device? device = null,
        Func<IObjective, IObjective>? objective = null, int[]? interruptions = null, SettingConfig? beta = null, bool isDouble = false)
    {
        var (reads, warnings, state, counters) = (0, new List<string>(), (Dictionary<string, Tensor>?)null, new TrainerCounters());
        foreach (var end in (int?[])[.. (interruptions ?? []).Select(step => (int?)step), stopAfter])
        {
            using var trainer = NewTrainer(config, readEvery, device ?? CPU, objective, () => reads++, beta, isDouble);
            if (state is not null)
            {
                trainer.Restore(state, counters);
            }

            using var stop = new CancellationTokenSource();
            Assert.Equal(end is null, trainer.Run(new Stopper(end, stop, warnings), stop.Token));
            (state, counters) = (trainer.State(), trainer.Counters);
        }

        return new([.. state!.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value)], counters, warnings, reads);
    }

    private static Trainer NewTrainer(TrainingConfig config, int? readEvery, Device device, Func<IObjective, IObjective>? objective, Action onRead,
        SettingConfig? beta = null, bool isDouble = false)
    {
        using var random = new RandomStream(3);
        var network = new DenseOptions { Widths = [16], Identity = true };
        var flow = new FreeFormFlow(new DenseNet(network, 2, 0, random), new DenseNet(network, 2, 0, random), new StandardNormal(), 2);
        var x = random.Normal([280, 2]) * tensor([0.3f, 2f]);
        if (isDouble)
        {
            (_, x) = (flow.to(float64), x.to(float64));
        }

        var plain = new Objective(flow, new ObjectiveConfig { Beta = beta ?? new FixedSetting { Value = 10 } });
        double[] Read(Tensor values)
        {
            onRead();
            return Trainer.Read(values);
        }

        var used = objective?.Invoke(plain) ?? plain;
        return readEvery is { } steps
            ? new Trainer(flow, used, new Samples(x, null), null, config, 1, device) { ReadEvery = steps, HostRead = Read }
            : new Trainer(flow, used, new Samples(x, null), null, config, 1, device) { HostRead = Read };
    }

    private sealed record Result(IReadOnlyList<Tensor> State, TrainerCounters Counters, IReadOnlyList<string> Warnings, int Reads);

    /// <summary>An objective whose value is higher for some steps, or which is multiplied, with its gradient.</summary>
    private sealed record Changing(IObjective Inner, long From, long Length, double Height = 0, double Factor = 1) : IObjective
    {
        public double FinalBeta => Inner.FinalBeta;

        public double? BetaAt(double progress) => Inner.BetaAt(progress);

        public Tensor?[] Draw(Batch batch, RunPoint point)
        {
            var changes = point.Step >= From && point.Step - From < Length;
            return [tensor([changes ? Height : 0, changes ? Factor : 1], batch.Data.dtype), .. Inner.Draw(batch, point)];
        }

        public ObjectiveTerms Evaluate(Batch batch, ReadOnlySpan<Tensor?> drawn)
        {
            var terms = Inner.Evaluate(batch, drawn[1..]);
            return terms with { Loss = (terms.Loss * drawn[0]![1]) + drawn[0]![0] };
        }
    }

    private sealed class Stopper(int? end, CancellationTokenSource stop, List<string> warnings) : ITrainingObserver
    {
        public void OnStep(in TrainingProgress progress)
        {
            if (progress.Step == end)
            {
                stop.Cancel();
            }
        }

        public void OnEpoch(EpochMetrics metrics)
        {
        }

        public void OnCheckpoint(Trainer trainer, bool best)
        {
        }

        public void OnWarning(string message) => warnings.Add(message);
    }
}
