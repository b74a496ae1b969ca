using FFF.Autodiff;
using FFF.Flows;
using FFF.Flows.Molecules;
using FFF.Latents;
using FFF.Networks;
using FFF.Options;
using FFF.Randomness;
using FFF.Spaces;
using FFF.Tests.Flows.Molecules;
using FFF.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Flows;

public sealed class BetaControllerTests : IDisposable
{
    private const int Dimension = 4;

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly BetaController _controller = new(Dimension);

    public void Dispose() => _scope.Dispose();

    /// <summary>log β rises by 5.9 in a run where J_g J_f is 0.3 away from 1, by 3.5 more for e times that, and slower where it costs much;
    /// by 5.9 where no error is told; by 30 where it is above 1 and the cost above 0.3 nats.</summary>
    [Theory]
    [InlineData(0.3, 0, 5.9)]
    [InlineData(0.36, 0, 6.5381254)]
    [InlineData(0.23197732214495717, 0, 5)]
    [InlineData(0.27, 0, 5.5312382)]
    [InlineData(0.3, 0.05, 5.9)]
    [InlineData(0.3, 0.09110594001952545, 5)]
    [InlineData(0.3, 0.065, 5.5064536)]
    [InlineData(0.17, 0, 3.9120559)]
    [InlineData(0.05, 0, 3)]
    [InlineData(0.0, 0, 3)]
    [InlineData(null, 0, 5.9)]
    [InlineData(null, 0.065, 5.9)]
    [InlineData(double.PositiveInfinity, 0, 9)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity, 30)]
    [InlineData(1.01, 0.31, 30)]
    [InlineData(1.01, 0.29, 7.5119441)]
    [InlineData(0.99, 0.31, 7.3419047)]
    [InlineData(double.NaN, double.NaN, 5.9)]
    [InlineData(0.1, 1e9, 3)]
    public void TheRateFollowsErrorAndCost(double? error, double costOfDimension, double rate)
    {
        const double Beta = 20;
        var reconstruction = costOfDimension * Dimension / Beta;
        Assert.Equal(rate, Rate(error, reconstruction, heldOut: null, Beta), 6);
    }

    /// <summary>Where J_g J_f is near 1 it rises the faster the farther both likelihoods are apart, up to 0.01 nats for each dimension, and the less the
    /// likelihood falls, from 0.05 nats for each dimension on; where J_g J_f is not, by the usual rate at least in any case.</summary>
    [Theory]
    [InlineData(0.0, null, 3)]
    [InlineData(0.02, null, 4.45)]
    [InlineData(0.04, null, 5.9)]
    [InlineData(7.0, null, 5.9)]
    [InlineData(0.0, 0.2, 3)]
    [InlineData(0.0, 9.0, 3)]
    [InlineData(0.0, 0.1, 4.45)]
    [InlineData(0.0, 0.0, 5.9)]
    [InlineData(0.0, -3.0, 5.9)]
    [InlineData(0.02, 0.15, 4.45)]
    [InlineData(0.01, 0.1, 4.45)]
    [InlineData(0.04, 9.0, 5.9)]
    public void LikelihoodsThatDifferOrStandStillRaiseTheSmallestRate(double gap, double? fall, double rate)
    {
        Assert.Equal(rate, Rate(0.01, 0, new(1, gap, fall, 0.5)), 6);
        Assert.Equal(5.9, Rate(0.3, 0, new(1, gap, fall, 0.5)), 6);
    }

    /// <summary>Where likelihoods stay apart, or stand still, though J_g J_f is near to 1, β catches up with its usual course, e^(5.9 · progress) times its
    /// start, and not beyond.</summary>
    [Theory]
    [InlineData(0.01, 2.8, 0.04, null, 9)]
    [InlineData(0.01, 2.891, 0.04, null, 5.9)]
    [InlineData(0.01, 2.881, 0.04, null, 6.9)]
    [InlineData(0.01, 3.2, 0.04, null, 5.9)]
    [InlineData(0.01, 2.8, 0.0, 0.0, 9)]
    [InlineData(0.099, 2.8, 0.04, null, 9)]
    [InlineData(0.101, 2.8, 0.04, null, 5.9)]
    [InlineData(null, 2.8, 0.04, null, 5.9)]
    [InlineData(0.01, 2.8, 0.039, 0.01, 5.8275)]
    [InlineData(0.01, 2.8, 0.0, 9.0, 3)]
    public void ItCatchesUp(double? error, double risen, double gap, double? fall, double rate)
    {
        Assert.Equal(rate, Rate(error, 0, new(1, gap, fall, 0.5), Math.Exp(risen)), 6);
        Assert.Equal(rate, Rate(error, 0, new(1, gap, fall, 0.5), 1.5 * Math.Exp(risen), first: 1.5), 6);
    }

    /// <summary>What was apart at one validation only has no say.</summary>
    [Theory]
    [InlineData(7.0, 0.0, 3)]
    [InlineData(0.0, 7.0, 3)]
    [InlineData(0.02, 0.03, 4.45)]
    [InlineData(0.03, 0.02, 4.45)]
    public void TheGapIsTheSmallerOfTheLastTwo(double first, double second, double rate)
    {
        var before = HeldOutLikelihoods.After(null, 9, 9 + first, 0.4);
        var heldOut = HeldOutLikelihoods.After(before, 8, 8 - second, 0.5);
        Assert.Equal(rate, Rate(0.01, 0, heldOut), 6);
    }

    [Fact]
    public void TheFallIsThatOfAWholeRun()
    {
        var first = HeldOutLikelihoods.After(null, 3, 3.5, 0.1);
        Assert.Equal(new(3, 0.5, null, 0.1), first);
        var second = HeldOutLikelihoods.After(first, 2, 1.75, 0.35)!.Value;
        Assert.Equal((2, 0.25, 0.5, 0.35), (second.Nll, second.Gap, second.LastGap, second.Progress));
        Assert.Equal(1 / 0.25, second.Fall!.Value, 9);
        Assert.Equal(second, HeldOutLikelihoods.After(second, double.NaN, 1, 0.5));
        Assert.Equal(second, HeldOutLikelihoods.After(second, 1, double.PositiveInfinity, 0.5));
        Assert.Null(HeldOutLikelihoods.After(second, 1, 1, 0.35)!.Value.Fall);
    }

    [Fact]
    public void ItEndsBeforeTheRunDoes()
    {
        double Factor(double progress) => _controller.Next(1, 1, 0.3, 0, null, progress, share: 0.1);
        Assert.Equal(Math.Exp(0.59), Factor(0.9), 12);
        Assert.Equal(Math.Exp(0.295), Factor(0.95), 12);
        Assert.Equal(1, Factor(0.9 + 0.1));
        Assert.Equal(1, _controller.Next(1, 1, 0.1, 0, null, progress: 1, share: 0.5));
    }

    /// <summary>All rates rise in proportion: the usual one leads from 5 to 100 in the time that it takes to 1,000 otherwise.</summary>
    [Theory]
    [InlineData(0.3)]
    [InlineData(0.01)]
    [InlineData(1e9)]
    public void ItMayLeadElsewhere(double error)
    {
        double Rise(double to) => Math.Log(new BetaController(Dimension, to).Next(1, 1, error, 0, null, progress: 0.5, share: 0.01));
        Assert.Equal(Math.Log(1000.0 / 5) / Math.Log(100.0 / 5), Rise(1000) / Rise(100), 9);
        Assert.Equal(_controller.Next(1, 1, error, 0, null, 0.5, 0.01), Math.Exp(Rise(1000)), 12);
    }

    [Fact]
    public void ValidationWeighsByWhereItUsuallyLeads()
    {
        static double Of(AutomaticSetting beta) => new Objective(Flow(), new ObjectiveConfig { Beta = beta }).FinalBeta;
        Assert.Equal(1000, Of(new()));
        Assert.Equal(100, Of(new() { To = 100 }));
    }

    [Fact]
    public void WhereNoStepToldItStays() => Assert.Equal(7, _controller.Next(7, 1, null, null, null, 0.5, 0.1));

    /// <summary>The same course whatever the units: of data that are ten times as wide, β is a hundredth.</summary>
    [Fact]
    public void ItStartsInTheUnitsOfTheData()
    {
        var data = new RandomStream(1).Normal([20_000, 3]);
        Assert.Equal(5, StartOn(data), 0.1);
        Assert.Equal(StartOn(data) / 100, StartOn((10 * data) + 1000), 1e-4);
        Assert.Equal(5, StartOn(data.narrow(0, 0, 1)));
        Assert.Equal(StartOn(data), Trainer(data).Counters.Beta!.Value, 1e-9);
        Assert.Null(Trainer(data, new FixedSetting { Value = 3 }).Counters.Beta);

        // Sixteen rows alone would be off by a quarter.
        Assert.Equal(StartOn(data), Trainer(data, batchSize: 16).Counters.Beta!.Value, 0.1);
    }

    /// <summary>It moves after each fifty steps of an epoch and at its end, by the steps since it last did.</summary>
    [Fact]
    public void ItMovesWithinAnEpoch()
    {
        using var trainer = Trainer(new RandomStream(1).Normal([120, 3]), batchSize: 1, epochs: 2);
        var (moves, last) = (new List<long>(), trainer.Counters.Beta!.Value);
        while (trainer.Counters.Step < 119)
        {
            var sums = trainer.Counters.SinceBeta;
            Assert.Equal(trainer.Counters.Step % 50, sums.Count);
            trainer.Step(SilentObserver.Instance);
            var beta = trainer.Counters.Beta!.Value;
            if (beta != last)
            {
                moves.Add(trainer.Counters.Step);
                Assert.InRange(Math.Log(beta / last) / (50.0 / 240), 3 - 1e-9, 30 + 1e-9);
                last = beta;
            }
        }

        Assert.Equal([50, 100], moves);
    }

    /// <summary>β moves after 50 steps of an epoch and at the end of each but the last: a run that does not come to that is told so.</summary>
    [Theory]
    [InlineData(50, 1, 1)]
    [InlineData(51, 1, 0)]
    [InlineData(3, 2, 0)]
    public void ARunInWhichItNeverMovesIsTold(int steps, int epochs, int warnings)
    {
        using var trainer = Trainer(new RandomStream(1).Normal([steps, 3]), batchSize: 1, epochs: epochs);
        var (observer, first) = (new Listener(), trainer.Counters.Beta);
        Assert.True(trainer.Run(observer));
        Assert.Equal(warnings, observer.Warnings.Count(warning => warning.Contains("β stays at", StringComparison.Ordinal)));
        Assert.Equal(warnings > 0, trainer.Counters.Beta == first);
    }

    /// <summary>Of molecules the positions tell; types and padding have no say, and sizes count as often as there are atoms in them.</summary>
    [Fact]
    public void OfMoleculesThePositionsTell()
    {
        static Tensor Rows(Tensor atoms) => nn.functional.pad(
            atoms.flatten(1), [0, (MoleculeFlows.Shape.MaxAtoms - atoms.shape[1]) * MoleculeSpace.DataWidth], PaddingModes.Constant, double.NaN);
        var (three, four) = (MoleculeFlows.Atoms(5, 3, new RandomStream(2)), MoleculeFlows.Atoms(2, 4, new RandomStream(3)));
        var squares = new[] { three, four }.Sum(atoms => atoms.narrow(-1, 0, 3).square().sum().item<double>());
        var objective = Molecules(MoleculeFlows.Shape);
        Assert.Equal(squares / (3 * ((5 * 3) + (2 * 4))), objective.VarianceOf(cat([Rows(three), Rows(four)], 0)), 1e-9);
        Assert.NotNull(objective.BetaController);
    }

    /// <summary>In a chain of unit bonds, walked at random, the covariance of ranks is the pseudo-inverse of the path's Laplacian over 3, whose other
    /// eigenvalues have the product N (the trees that span a path, one, times N).</summary>
    [Fact]
    public void OfMoleculesInOrderTheGeometricMeanTells()
    {
        static Tensor Chains(int count, int atoms)
        {
            var chain = (new RandomStream(1).Normal([count, atoms, 3], float64) / Math.Sqrt(3)).cumsum(1);
            return chain - chain.mean([1], keepdim: true);
        }

        var ranks = NodeRanks.Of([Chains(100, 1), Chains(200_000, 3), Chains(200_000, 4)]);
        var objective = Molecules(MoleculeFlows.Shape with { AtomCounts = [0, 9, 0, 4, 2], Ranks = ranks });
        var logs = -((4 * Math.Log(3)) + (2 * Math.Log(4)));
        Assert.Equal(Math.Exp(logs / ((4 * 2) + (2 * 3))) / 3, objective.VarianceOf(zeros(1, 1)), 2e-3);
    }

    /// <summary>β of the step is the one that the run has come to, not that of a schedule.</summary>
    [Fact]
    public void TheObjectiveTakesTheBetaOfTheRun()
    {
        var objective = new Objective(Flow(), new ObjectiveConfig { Beta = new AutomaticSetting() });
        var batch = new Batch(new RandomStream(1).Normal([6, 3]));
        ObjectiveTerms At(double? beta) => objective.Evaluate(batch, objective.Draw(batch, new(0.5, 1, 2) { Beta = beta }));
        var (one, three) = (At(1), At(3));
        Check.Close(three.Loss - one.Loss, 2 * one.Reconstruction!, 1e-5);
        Check.Close(At(null).Loss - one.Loss, 4 * one.Reconstruction!, 1e-4);
    }

    /// <summary>With as many vectors as dimensions the mean of vᵀ J_g J_f v is the trace; of exact inverses every vᵀ J_g J_f v is S.</summary>
    [Theory]
    [InlineData(SurrogateForm.Data)]
    [InlineData(SurrogateForm.Latent)]
    public void TheInverseErrorIsThatOfTheTrace(SurrogateForm form)
    {
        var flow = Flow();
        var objective = new Objective(flow, new ObjectiveConfig { Surrogate = form, HutchinsonSamples = 3 });
        var x = new RandomStream(1).Normal([6, 3]);
        var batch = new Batch(x);
        var error = objective.Evaluate(batch, objective.Draw(batch, new(0, 1, 2))).InverseError!;
        var z = flow.Encode(x, null);
        var products = bmm(Jacobians.Of(h => flow.Decoder.Forward(h, null), z).Jacobian, Jacobians.Of(h => flow.Encoder.Forward(h, null), x).Jacobian);
        Check.Close(error, ((products.diagonal(0, 1, 2).sum(-1) / 3) - 1).square().mean(), 1e-4);
        Assert.True(error.item<float>() > 1e-4);
        Assert.False(error.requires_grad);
        Assert.Null(new Objective(flow, new ObjectiveConfig { Surrogate = SurrogateForm.Exact }).Evaluate(batch, 0, 1, 2).InverseError);
    }

    [Fact]
    public void ItIsOfBetaOnly()
    {
        static string Problem(ObjectiveConfig config) => Assert.Throws<ArgumentException>(() => OptionsCheck.Require(config, "objective")).Message;
        var auto = new AutomaticSetting();
        Assert.Contains("auto is for beta only", Problem(new() { Noise = auto }), StringComparison.Ordinal);
        OptionsCheck.Require(new ObjectiveConfig { Beta = auto, Surrogate = SurrogateForm.Exact }, "objective");
        OptionsCheck.Require(new ObjectiveConfig { Beta = auto, ExactEvery = 1 }, "objective");
        OptionsCheck.Require(new ObjectiveConfig { Beta = auto, ExactEvery = 2 }, "objective");
    }

    private static double StartOn(Tensor data)
    {
        IObjective objective = new Objective(Flow(), new ObjectiveConfig());
        return BetaController.StartOn(objective.VarianceOf(data));
    }

    private static IObjective Molecules(MoleculeSpace shape)
    {
        var flow = MoleculeFlows.Flow(new RandomStream(1), shape: shape);
        return new MoleculeObjective(flow, new Objective(flow.Continuous, new ObjectiveConfig { Beta = new AutomaticSetting() }));
    }

    /// <summary>d log β / d(share of the run) in the middle of a run.</summary>
    private double Rate(double? error, double reconstruction, HeldOutLikelihoods? heldOut, double beta = 20, double first = 1) =>
        Math.Log(_controller.Next(beta, first, error, reconstruction, heldOut, progress: 0.5, share: 0.01) / beta) / 0.01;

    private static FreeFormFlow Flow()
    {
        using var random = new RandomStream(3);
        var network = new DenseOptions { Widths = [16] };
        return new FreeFormFlow(new DenseNet(network, 3, 0, random), new DenseNet(network, 3, 0, random), new StandardNormal(), 3);
    }

    private static Trainer Trainer(Tensor data, SettingConfig? beta = null, int? batchSize = null, int epochs = 200)
    {
        var flow = Flow();
        var objective = new Objective(flow, new ObjectiveConfig { Beta = beta ?? new AutomaticSetting() });
        return new(flow, objective, new Samples(data, null), null, new TrainingConfig { BatchSize = batchSize ?? (int)data.shape[0], Epochs = epochs }, 1, CPU);
    }

    private sealed class Listener : ITrainingObserver
    {
        public List<string> Warnings { get; } = [];

        public void OnStep(in TrainingProgress progress)
        {
        }

        public void OnEpoch(EpochMetrics metrics)
        {
        }

        public void OnCheckpoint(Trainer trainer, bool best)
        {
        }

        public void OnWarning(string message) => Warnings.Add(message);
    }
}
