using FFF.Distributed;
using FFF.Flows;
using FFF.Flows.Matching;
using FFF.Flows.Molecules;
using FFF.Flows.Splines;
using FFF.Latents;
using FFF.Networks;
using FFF.Numerics;
using FFF.Randomness;
using FFF.Spaces;
using FFF.Tests.Flows.Molecules;
using FFF.Tests.Flows.Splines;
using FFF.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Distributed;

/// <summary>What is trained does not depend on how many share the work.</summary>
public sealed class SharedTrainingTests
{
    private static readonly TrainingConfig Config = new()
    {
        Epochs = LongRun.Times(10, 34),
        BatchSize = 15,
        Ema = 0.99,
        GradientClip = 1,
        ValidateEvery = 8,
        Optimizer = new OptimizerConfig { LearningRate = 3e-3 },
    };

    [Theory]
    [InlineData("free-form")]
    [InlineData("matching")]
    [InlineData("spline")]
    [InlineData("soap")]
    [InlineData("molecules")]
    [InlineData("free-form auto")]
    [InlineData("molecules auto")]
    public void TheWeightsAreThoseOfOneProcess(string kind)
    {
        // Batches of 15 do not come out even, and of the rare groups of molecules some have fewer rows than there are ranks.
        using var alone = NewTrainer(kind, null);
        alone.Run(SilentObserver.Instance);
        var expected = Values(alone);
        Assert.InRange(alone.Counters.Step, LongRun.Times(60, 200), LongRun.Times(100, 300));
        foreach (var size in kind.StartsWith("molecules", StringComparison.Ordinal) && !LongRun.IsWanted ? (int[])[2] : [1, 2, 4])
        {
            var shared = Ranks.Run(size, group =>
            {
                using var trainer = NewTrainer(kind, group);
                Assert.True(trainer.Run(SilentObserver.Instance));
                return (Weights: Values(trainer), trainer.Counters);
            });
            Assert.All(shared, one => Assert.Equal(shared[0].Weights, one.Weights));
            Assert.All(shared, one => Assert.Equal(shared[0].Counters, one.Counters));
            var distance = Distance(expected, shared[0].Weights);
            Assert.True(distance < 1e-5, $"{size} ranks: {distance}");
            Assert.Equal(alone.Counters.Updates, shared[0].Counters.Updates);
        }
    }

    [Fact]
    public void ARequestToStopOnAnyRankStopsAllAfterTheSameStep()
    {
        var steps = Ranks.Run(3, group =>
        {
            using var trainer = NewTrainer("spline", group);
            using var stop = new CancellationTokenSource();
            var observer = new At(16, group.Rank == 1 ? stop.Cancel : () => { });
            Assert.False(trainer.Run(observer, stop.Token));
            Assert.Equal(1, observer.Checkpoints);
            return trainer.Counters.Step;
        });
        Assert.Equal([17L, 17, 17], steps);
    }

    [Fact]
    public void TheFailureOfARankEndsAllAndIsToldByAll()
    {
        var messages = Ranks.Run(3, group =>
        {
            using var trainer = NewTrainer("spline", group);
            var observer = new At(5, group.Rank == 2 ? () => throw new InvalidOperationException("a disk is full") : () => { });
            return Assert.ThrowsAny<Exception>(() => trainer.Run(observer)).Message;
        });
        Assert.Equal("Rank 2 of the 3 processes that train together failed: a disk is full", messages[0]);
        Assert.Equal(messages[0], messages[1]);
        Assert.Equal("a disk is full", messages[2]);
    }

    [Theory]
    [InlineData("free-form")]
    [InlineData("soap")]
    public void AllRanksGoOnFromTheStateOfTheFirst(string kind)
    {
        var weights = Ranks.Run(2, group =>
        {
            using var first = NewTrainer(kind, group);
            using var stop = new CancellationTokenSource();
            Assert.False(first.Run(new At(40, stop.Cancel), stop.Token));
            var (state, counters) = (first.State(), first.Counters);
            using var second = NewTrainer(kind, group);
            if (group.Rank == 0)
            {
                second.Restore(state, counters);
            }

            Assert.True(second.Run(SilentObserver.Instance));
            using var undisturbed = NewTrainer(kind, group);
            Assert.True(undisturbed.Run(SilentObserver.Instance));
            Assert.Equal(Values(undisturbed), Values(second));
            return Values(second);
        });
        Assert.Equal(weights[0], weights[1]);
    }

    [Fact]
    public void MoreProcessesThanSamplesOfABatchAreRefused()
    {
        var messages = Ranks.Run(16, group => Assert.Throws<ProcessGroupException>(() => NewTrainer("spline", group)).Message);
        Assert.All(messages, message => Assert.Equal("16 processes are too many for batches of 15: each needs a sample at least. Start fewer.", message));
    }

    [Fact]
    public void ModulesOfOthersAreRefusedWithTheReason()
    {
        var messages = Ranks.Run(2, group => Assert.Throws<ProcessGroupException>(() => NewTrainer("foreign", group)).Message);
        Assert.All(messages, message => Assert.Contains("batch normalisation", message, StringComparison.Ordinal));
    }

    private static Trainer NewTrainer(string kind, ProcessGroup? group)
    {
        using var random = new RandomStream(1);
        using var numbers = new RandomStream(2);
        var optimizer = Config.Optimizer with { Kind = kind == "soap" ? OptimizerKind.Soap : OptimizerKind.Adam };
        var isAuto = kind.EndsWith("auto", StringComparison.Ordinal);
        Samples Numbers(long count) => new(numbers.Normal([count, 3], float64), numbers.Normal([count, 2], float64));
        Trainer Of(Flow flow, IObjective objective, Samples samples, Validator? validator = null) =>
            new(flow, objective, samples, validator, Config with { Optimizer = optimizer }, 0, CPU, group);
        switch (kind)
        {
            case "matching":
                var matching = new FlowMatching(new DenseNet(new DenseOptions { Widths = [8] }, 3, 2 + new TimeFeatures(2).Count, random),
                    new TimeFeatures(2), 3, new OdeTolerance(1e-4, 1e-4));
                return Of(Double(matching), new FlowMatchingObjective(matching, new TimeDensity(0)), Numbers(100));
            case "spline":
                var spline = SplineFlows.Randomized(3, 2);
                return Of(spline, new SplineFlowObjective(spline), Numbers(100));
            case "molecules" or "molecules auto":
                var molecules = MoleculeFlows.Flow(random);
                var settings = new ObjectiveConfig
                {
                    Beta = isAuto ? new AutomaticSetting() : new FixedSetting { Value = 3 },
                    Noise = new FixedSetting { Value = 0.1 },
                };
                return Of(molecules, new MoleculeObjective(molecules, new Objective(molecules.Continuous, settings)), Molecules(numbers));
            default:
                var own = new DenseOptions { Widths = [16, 16], Identity = true };
                INetwork Network() => kind == "foreign" ? new ModuleNetwork(new Foreign()) : new DenseNet(own, 3, isAuto ? 2 : 2 + 1, random);
                var flow = Double(new FreeFormFlow(Network(), Network(), new StandardNormal(), 3));
                var objective = new Objective(flow, new ObjectiveConfig
                {
                    HutchinsonSamples = 2,
                    Beta = isAuto ? new AutomaticSetting() : new SettingRange { Low = 1, High = 10 },
                    Noise = new FixedSetting { Value = 0.05 },
                });
                return Of(flow, objective, Numbers(100), new Validator(Numbers(20), objective.Settings, 0, 10));
        }
    }

    /// <summary>Batches of 15, 15 and 10 molecules of 2 atoms, of 15, 15 and 2 of 3, and of one of 4.</summary>
    private static Samples Molecules(RandomStream random)
    {
        (int Count, int Atoms)[] sizes = [(40, 2), (32, 3), (1, 4)];
        var width = MoleculeFlows.Shape.MaxAtoms * MoleculeSpace.DataWidth;
        var rows = sizes.Select(size => nn.functional.pad(MoleculeFlows.Atoms(size.Count, size.Atoms, random).flatten(1),
            [0, width - (size.Atoms * MoleculeSpace.DataWidth)], PaddingModes.Constant, double.NaN));
        return new(cat([.. rows], 0), null)
        {
            Space = MoleculeFlows.Shape,
            Group = cat([.. sizes.Select(size => full(size.Count, (long)size.Atoms, dtype: int64))], 0),
        };
    }

    private static T Double<T>(T flow)
        where T : nn.Module => flow.to(float64);

    private static double[] Values(Trainer trainer) =>
        [.. trainer.Weights().Values.SelectMany(tensor => tensor.to(float64).flatten().data<double>().ToArray())];

    private static double Distance(double[] expected, double[] actual) =>
        Math.Sqrt(expected.Zip(actual).Sum(pair => Math.Pow(pair.First - pair.Second, 2)) / expected.Sum(value => value * value));

    private sealed class Foreign : nn.Module<Tensor, Tensor, Tensor>
    {
        public Foreign()
            : base("foreign") => register_parameter("scale", new TorchSharp.Modules.Parameter(ones(1)));

        public override Tensor forward(Tensor x, Tensor condition) => x;
    }

    /// <summary>Does something after so many steps.</summary>
    private sealed class At(long step, Action action) : ITrainingObserver
    {
        public int Checkpoints { get; private set; }

        public void OnStep(in TrainingProgress progress)
        {
            if (progress.Step == step)
            {
                action();
            }
        }

        public void OnEpoch(EpochMetrics metrics)
        {
        }

        public void OnCheckpoint(Trainer trainer, bool best) => Checkpoints += trainer.Counters.Step % trainer.StepsPerEpoch == 0 ? 0 : 1;

        public void OnWarning(string message)
        {
        }
    }
}
