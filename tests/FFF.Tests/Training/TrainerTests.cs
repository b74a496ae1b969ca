using FFF.Flows;
using FFF.Latents;
using FFF.Networks;
using FFF.Randomness;
using FFF.Spaces;
using FFF.Training;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Training;

public sealed class TrainerTests
{
    private static readonly TrainingConfig Config = new()
    {
        Epochs = 6,
        BatchSize = 16,
        Ema = 0.99,
        GradientClip = 1,
        ValidateEvery = 2,
        Optimizer = new OptimizerConfig { LearningRate = 3e-3 },
    };

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(12)]
    [InlineData(29)]
    [InlineData(12, OptimizerKind.Soap)]
    [InlineData(29, OptimizerKind.Soap)]
    public void AnInterruptedAndResumedRunEndsWithTheSameBits(int interruptAfter, OptimizerKind kind = OptimizerKind.Adam)
    {
        var config = Config with { Optimizer = Config.Optimizer with { Kind = kind } };
        var expected = Trained(config, []);
        var actual = Trained(config, [interruptAfter]);
        Assert.All(expected.Zip(actual), pair => Check.Close(pair.Second, pair.First, 0));
    }

    /// <summary>Where validations are rare, a machine that fails loses no more than the minutes that were asked for.</summary>
    [Theory]
    [InlineData(0.001, true)]
    [InlineData(1.0, false)]
    [InlineData(null, false)]
    public void StatesAreKeptAfterSomeTimeAlsoWithinAnEpoch(double? minutes, bool isKept)
    {
        var config = Config with { ValidateEvery = 1000, Checkpoints = new() { EveryMinutes = minutes } };
        (Dictionary<string, Tensor> State, TrainerCounters Counters)? within = null;
        using var trainer = NewTrainer(config);
        var slow = new Recorder
        {
            Pause = TimeSpan.FromMilliseconds(25),
            Kept = kept => within ??= kept.Counters.Step % kept.StepsPerEpoch == 0 ? null
                : (kept.State().ToDictionary(entry => entry.Key, entry => entry.Value.clone()), kept.Counters),
        };
        Assert.True(trainer.Run(slow));
        Assert.Equal(isKept, within is not null);
        if (within is var (state, counters))
        {
            Assert.InRange(counters.Step, 1, trainer.TotalSteps - 1);
            using var resumed = NewTrainer(config);
            resumed.Restore(state, counters);
            Assert.True(resumed.Run(new Recorder()));
            var weights = trainer.Weights();
            Assert.All(resumed.Weights(), w => Check.Close(w.Value, weights[w.Key], 0));
        }
    }

    /// <summary>What a step costs can be measured without changing what is trained.</summary>
    [Fact]
    public void ARehearsedStepLeavesNoTrace()
    {
        using var trainer = NewTrainer(Config);
        Assert.True(trainer.CanRehearse);
        trainer.Rehearse();
        trainer.Step(new Recorder());
        trainer.Rehearse();
        Assert.True(trainer.Run(new Recorder()));
        using var expected = NewTrainer(Config);
        Assert.True(expected.Run(new Recorder()));
        var weights = expected.Weights();
        Assert.All(trainer.Weights(), w => Check.Close(w.Value, weights[w.Key], 0));
    }

    [Fact]
    public void AnExpiredGuardGoesBackWithHalfTheRate()
    {
        using var trainer = NewTrainer(Config with { Guard = new GuardConfig { MaxSkipped = 2, MaxReturns = 1 } }, poison: true);
        var observer = new Recorder();
        var error = Assert.Throws<DivergedException>(() => trainer.Run(observer));
        Assert.Contains("learning_rate", error.Message);
        Assert.Equal(0.5, trainer.Counters.RateFactor);
        Assert.Contains(observer.Warnings, w => w.Contains("half the learning rate"));
    }

    [Fact]
    public void ARunWhoseStepsWereAllSkippedHasFailed()
    {
        using var trainer = NewTrainer(Config with { Guard = new GuardConfig { MaxSkipped = 1000 } }, poison: true);
        Assert.Contains("None of 30 steps was kept", Assert.Throws<DivergedException>(() => trainer.Run(new Recorder())).Message);
        Assert.Equal((30, 30), (trainer.Counters.Step, trainer.Counters.Skipped));
    }

    [Fact]
    public void ARunWhoseValidationsAreNeverFiniteHasFailed()
    {
        using var trainer = NewTrainer(Config, heldOut: double.NaN);
        Assert.Contains("No validation was finite, so there is no best checkpoint",
            Assert.Throws<DivergedException>(() => trainer.Run(new Recorder())).Message);
        Assert.Equal(30, trainer.Counters.Updates);
    }

    [Fact]
    public void AStateThatIsNotFiniteIsNotGoneOnFrom()
    {
        using var trainer = NewTrainer(Config);
        trainer.Step(new Recorder());
        var state = trainer.State();
        state.Values.First(tensor => tensor.is_floating_point()).view(-1)[0] = double.NaN;
        using var other = NewTrainer(Config);
        Assert.Contains("holds numbers that are not finite", Assert.Throws<ArgumentException>(() => other.Restore(state, trainer.Counters)).Message);
    }

    [Fact]
    public void ASkippedStepChangesNothing()
    {
        using var trainer = NewTrainer(Config, poison: true);
        var before = trainer.Weights();
        trainer.Step(new Recorder());
        Assert.Equal(1, trainer.Counters.Skipped);
        Assert.All(trainer.Weights(), w => Check.Close(w.Value, before[w.Key], 0));
    }

    /// <summary>The loss of the 15th step, the last of the third epoch, is not finite, which leads back to the last state that was kept.</summary>
    [Theory]
    [InlineData(1, 14)]
    [InlineData(2, 14)]
    [InlineData(3, 13)]
    [InlineData(1000, 10)]
    public void AReturnLeadsBackIntoTheEpoch(int keepEvery, int updates)
    {
        var config = Config with { Guard = new GuardConfig { MaxSkipped = 1, KeepEvery = keepEvery } };
        using var trainer = NewTrainer(config, objective: o => new Leaping(o, 14, double.NaN, 1));
        var observer = new Recorder();
        Assert.Equal(5, trainer.StepsPerEpoch);
        Assert.True(trainer.Run(observer));
        Assert.Contains($"back to the weights of {updates} updates", observer.Warnings[^1]);
        Assert.Equal(updates + 15, trainer.Counters.Updates);
    }

    [Theory]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.Soap)]
    public void ALossThatStaysFarAboveItsLevelLeadsBackAndThenIsLetBe(OptimizerKind kind)
    {
        // The loss leaps from step 120 on, whatever the weights are: 10 spikes lead back, 10 more are taken as the new level.
        var config = Config with { Epochs = 100, Guard = new GuardConfig { MaxReturns = 1 }, Optimizer = Config.Optimizer with { Kind = kind } };
        using var trainer = NewTrainer(config, objective: o => new Leaping(o, 120, 1e6));
        var observer = new Recorder();
        while (trainer.Counters.Step < 120)
        {
            trainer.Step(observer);
        }

        Assert.Equal(0, trainer.Counters.Spikes);
        var level = trainer.Counters.Level;
        for (var i = 0; i < 10; i++)
        {
            trainer.Step(observer);
        }

        Assert.Equal((10, 1, 0.5), (trainer.Counters.Spikes, trainer.Counters.Returns, trainer.Counters.RateFactor));
        Assert.Equal(level, trainer.Counters.Level);
        Assert.Contains("back to the weights of 0 updates with half the learning rate", Assert.Single(observer.Warnings));
        Assert.Equal(0, trainer.Counters.Updates);

        // Weights, moments and, where there are some, bases are those of the beginning.
        var start = NewTrainer(config).State();
        Assert.All(trainer.State(), tensor => Check.Close(tensor.Value, start[tensor.Key], 0));

        for (var i = 0; i < 11; i++)
        {
            trainer.Step(observer);
        }

        Assert.Equal((20, 1), (trainer.Counters.Spikes, trainer.Counters.Returns));
        Assert.Equal(1, trainer.Counters.Level.Count);
        Assert.Contains("the run goes on from here", observer.Warnings[^1]);
    }

    [Fact]
    public void ASingleSpikeIsCountedOnly()
    {
        using var trainer = NewTrainer(Config with { Epochs = 100 }, objective: o => new Leaping(o, 120, 1e6, length: 1));
        var observer = new Recorder();
        while (trainer.Counters.Step < 200)
        {
            trainer.Step(observer);
        }

        Assert.Equal((1, 0, 0), (trainer.Counters.Spikes, trainer.Counters.Returns, trainer.Counters.BadInARow));
        Assert.Equal((199, 200), (trainer.Counters.Level.Count, trainer.Counters.Updates));
        Assert.Empty(observer.Warnings);
    }

    [Fact]
    public void ValidationImprovesAndChoosesTheBest()
    {
        using var trainer = NewTrainer(Config with { Epochs = 60 });
        var observer = new Recorder();
        Assert.True(trainer.Run(observer));
        var validations = observer.Epochs.Where(e => e.Validation is not null).Select(e => e.Validation!).ToArray();
        Assert.Equal(30, validations.Length);
        Assert.True(validations[^1].Nll < validations[0].Nll - 0.1, $"{validations[0].Nll} to {validations[^1].Nll}");
        Assert.Equal(validations.Min(v => v.Objective), trainer.Counters.Best);
        Assert.Equal(60 * trainer.StepsPerEpoch, observer.Steps);
        Assert.Equal(validations[^2], observer.ShownBeforeLastEpoch!.Validation);
    }

    [Fact]
    public void EarlyStoppingEndsTheRun()
    {
        using var trainer = NewTrainer(Config with { Epochs = 100_000, EarlyStopping = 2, Optimizer = new OptimizerConfig { LearningRate = 0 } });
        var observer = new Recorder();
        Assert.True(trainer.Run(observer));
        Assert.Equal(3, observer.Epochs.Count(e => e.Validation is not null));
        Assert.Contains(observer.Warnings, w => w.Contains("stopped early"));
    }

    /// <summary>
    /// While β rises, validations weigh the reconstruction with its last value, by which a flow that learns looks worse: these do not count.
    /// </summary>
    [Fact]
    public void PatienceBeginsWhereBetaStays()
    {
        var choice = new BestChoice(Config with { EarlyStopping = 2 });
        var (counters, isBest) = choice.Of(new(1, 1, 0, 1), new(), isSettled: false);
        Assert.True(isBest);
        for (var i = 0; i < 5; i++)
        {
            (counters, isBest) = choice.Of(new(0, 0, 1, 2), counters, isSettled: false);
            Assert.Equal((false, 0, false), (isBest, counters.SinceBest, counters.Stopped));
        }

        (counters, _) = choice.Of(new(0, 0, 1, 2), counters, isSettled: true);
        Assert.False(counters.Stopped);
        Assert.True(choice.Of(new(0, 0, 1, 2), counters, isSettled: true).Counters.Stopped);
    }

    [Fact]
    public void LiveTensorCountIsFlat()
    {
        using var trainer = NewTrainer(Config with { Epochs = 10_000 });
        var observer = new Recorder();
        trainer.Step(observer);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;
        for (var i = 0; i < 1000; i++)
        {
            trainer.Step(observer);
        }

        Assert.InRange(Tensor.TotalCount, 0, before);
    }

    [Fact]
    public void AStateOfAnotherNetworkIsRefused()
    {
        using var trainer = NewTrainer(Config);
        using var other = NewTrainer(Config with { Ema = null });
        var error = Assert.Throws<ArgumentException>(() => trainer.Restore(other.State(), other.Counters));
        Assert.Contains("'average' is missing", error.Message);
    }

    private static List<Tensor> Trained(TrainingConfig config, int[] interruptions)
    {
        var trainer = NewTrainer(config);
        foreach (var step in interruptions)
        {
            using var stop = new CancellationTokenSource();
            Assert.False(trainer.Run(new Recorder { StopAfter = (step, stop) }, stop.Token));
            var (state, counters) = (trainer.State(), trainer.Counters);
            Assert.Equal(step, counters.Step);
            trainer.Dispose();
            trainer = NewTrainer(config);
            trainer.Restore(state, counters);
        }

        Assert.True(trainer.Run(new Recorder()));
        List<Tensor> result = [.. trainer.Weights().Values, .. trainer.State().Values];
        trainer.Dispose();
        return result;
    }

    private static Trainer NewTrainer(TrainingConfig config, bool poison = false, Func<IObjective, IObjective>? objective = null, double heldOut = 0)
    {
        var random = new RandomStream(3);
        var network = new DenseOptions { Widths = [16], Identity = true };
        var flow = new FreeFormFlow(new DenseNet(network, 2, 0, random), new DenseNet(network, 2, 0, random), new StandardNormal(), 2);
        var x = random.Normal([80, 2]) * tensor([0.3f, 2f]);
        if (poison)
        {
            x.fill_(float.PositiveInfinity);
        }

        var plain = new Objective(flow, new ObjectiveConfig { Beta = new FixedSetting { Value = 10 } });
        var validator = new Validator(new Samples((random.Normal([40, 2]) * tensor([0.3f, 2f])) + heldOut, null), plain.Settings, 0, 10);
        return new Trainer(flow, objective?.Invoke(plain) ?? plain, new Samples(x, null), validator, config, 1, CPU);
    }

    /// <summary>An objective whose value, not its gradient, is far higher for some steps.</summary>
    private sealed class Leaping(IObjective inner, long from, double height, long length = long.MaxValue) : IObjective
    {
        public double FinalBeta => inner.FinalBeta;

        public double? BetaAt(double progress) => inner.BetaAt(progress);

        public Tensor?[] Draw(Batch batch, RunPoint point) =>
            [tensor(point.Step >= from && point.Step - from < length ? height : 0, batch.Data.dtype), .. inner.Draw(batch, point)];

        public ObjectiveTerms Evaluate(Batch batch, ReadOnlySpan<Tensor?> drawn)
        {
            var terms = inner.Evaluate(batch, drawn[1..]);
            return terms with { Loss = terms.Loss + drawn[0]! };
        }
    }

    private sealed class Recorder : ITrainingObserver
    {
        public List<EpochMetrics> Epochs { get; } = [];

        public List<string> Warnings { get; } = [];

        public long Steps { get; private set; }

        /// <summary>What progress told in the last epoch, whose predecessor had no validation.</summary>
        public EpochMetrics? ShownBeforeLastEpoch { get; private set; }

        public (int Step, CancellationTokenSource Stop)? StopAfter { get; init; }

        /// <summary>What each step takes longer.</summary>
        public TimeSpan Pause { get; init; }

        /// <summary>Is called where the state is to be kept.</summary>
        public Action<Trainer>? Kept { get; init; }

        public void OnStep(in TrainingProgress progress)
        {
            Steps++;
            Thread.Sleep(Pause);
            ShownBeforeLastEpoch = progress.Step < progress.TotalSteps ? progress.Last : ShownBeforeLastEpoch;
            if (progress.Step == StopAfter?.Step)
            {
                StopAfter.Value.Stop.Cancel();
            }
        }

        public void OnEpoch(EpochMetrics metrics) => Epochs.Add(metrics);

        public void OnCheckpoint(Trainer trainer, bool best) => Kept?.Invoke(trainer);

        public void OnWarning(string message) => Warnings.Add(message);
    }
}
