using FFF.Flows;
using FFF.Flows.Splines;
using FFF.Randomness;
using FFF.Spaces;
using FFF.Training;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Flows.Splines;

public sealed class SplineFlowTests
{
    public static TheoryData<int, int> Sizes => new() { { 1, 0 }, { 1, 2 }, { 2, 0 }, { 3, 2 }, { 4, 1 } };

    /// <summary>log p(x | c) = −½‖z‖² − ½ D log 2π + log|det ∂z/∂x|, the Jacobian row by row in reverse mode.</summary>
    [Theory]
    [MemberData(nameof(Sizes))]
    public void TheDensityIsThatOfTheJacobian(int dimension, int conditions)
    {
        var (flow, x, condition) = Setup(dimension, conditions);
        var input = x.clone().requires_grad_();
        var z = flow.Encode(input, condition);
        var rows = Enumerable.Range(0, dimension).Select(i => autograd.grad([z.select(-1, i).sum()], [input], retain_graph: true)[0]);
        var logDet = linalg.slogdet(stack(rows, 1)).Item2;
        var expected = (-0.5 * z.square().sum(-1) - 0.5 * dimension * Math.Log(2 * Math.PI) + logDet).detach();

        var likelihood = flow.LogLikelihood(x, condition);
        Check.Close(likelihood.Encoder, expected, 1e-9);
        Check.Close(likelihood.Decoder, expected, 1e-7);
        Check.Close(likelihood.Reconstruction, zeros(x.shape[0], dtype: float64), 1e-18);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void SamplesAreInvertedLatentsWithTheirDensity(int dimension, int conditions)
    {
        var (flow, z, condition) = Setup(dimension, conditions);
        var (x, logProb) = flow.DecodeWithLogProb(z, condition);
        Check.Close(flow.Encode(x, condition), z, 1e-9);
        Check.Close(flow.Decode(z, condition), x, 0);
        Check.Close(logProb, flow.LogLikelihood(x, condition).Encoder, 1e-7);
    }

    [Fact]
    public void EveryComponentOfTheConditionCounts()
    {
        var (flow, x, condition) = Setup(3, 2);
        var z = flow.Encode(x, condition);
        for (var i = 0; i < 2; i++)
        {
            var other = condition!.clone();
            other.select(1, i).add_(1);
            Assert.True(Check.Difference(flow.Encode(x, other), z) > 0.1);
        }
    }

    /// <summary>Midpoint rule, on more rows than are evaluated at once.</summary>
    [Fact]
    public void TheDensityIntegratesToOneInThePlane()
    {
        const int Points = 400;
        const double Half = 10;
        var flow = SplineFlows.Randomized(2, 1);
        var axis = (arange(Points, dtype: float64) + 0.5) * (2 * Half / Points) - Half;
        var grid = stack([axis.unsqueeze(1).expand(Points, Points), axis.unsqueeze(0).expand(Points, Points)], -1).view(-1, 2);
        var likelihood = flow.LogLikelihood(grid, full([grid.shape[0], 1], 0.3, dtype: float64));
        Assert.Equal(1, likelihood.Encoder.exp().sum().item<double>() * Math.Pow(2 * Half / Points, 2), 1e-3);
        Check.Close(likelihood.Encoder.narrow(0, grid.shape[0] - 1, 1),
            flow.LogLikelihood(grid.narrow(0, grid.shape[0] - 1, 1), full([1, 1], 0.3, dtype: float64)).Encoder, 1e-9);
    }

    [Fact]
    public void ItStartsAsTheIdentityAndTheSeedDecidesItsWeights()
    {
        SplineFlow New(ulong seed) => new(new SplineFlowMethod(), 3, 2, new RandomStream(seed));
        var x = new RandomStream(1).Normal([50, 3]);
        Check.Close(New(1).Encode(x, x.narrow(1, 0, 2)), x, 1e-5);

        Tensor Weights(ulong seed) => cat([.. New(seed).parameters().Select(p => p.flatten())], 0);
        Check.Close(Weights(1), Weights(1), 0);
        Assert.True(Check.Difference(Weights(1), Weights(2)) > 0.1);
    }

    /// <summary>Of a flow that is the identity, one coupling at a time is made another map: it moves the half that the one before it kept.</summary>
    [Fact]
    public void HalvesAreMovedInTurn()
    {
        var x = new RandomStream(1).Normal([50, 4]) * 0.5;
        for (var i = 0; i < 5; i++)
        {
            var flow = new SplineFlow(new SplineFlowMethod { Transforms = 5, Widths = [8], Bins = 4 }, 4, 0, new RandomStream(2));
            SplineFlows.Randomized(flow.named_children().Single(child => child.name == $"coupling_{i}").module, 3);
            var moved = (flow.Encode(x, null) - x).abs().amax(0).data<float>().Select(by => by > 1e-3).ToArray();
            Assert.Equal(i % 2 == 0 ? [false, false, true, true] : [true, true, false, false], moved);
        }
    }

    [Fact]
    public void TheObjectiveIsTheNegativeLogLikelihood()
    {
        var (flow, x, condition) = Setup(3, 2);
        IObjective objective = new SplineFlowObjective(flow);
        var terms = objective.Evaluate(new(x, condition), 0.5, 0, 0);
        Assert.Equal(-flow.LogLikelihood(x, condition).Encoder.mean().item<double>(), terms.Loss.item<double>(), 1e-9);
        Assert.Equal(-flow.Latent.LogProb(flow.Encode(x, condition)).mean().item<double>(), terms.LatentNll!.item<double>(), 1e-9);
        Assert.Null(terms.Reconstruction);
        Assert.Null(objective.BetaAt(0.5));
        Assert.Equal(0, objective.FinalBeta);
    }

    /// <summary>A Gaussian whose mean and scale depend on the condition has the entropy ½ log 2πe + E log σ per component.</summary>
    [Fact]
    public void ItLearnsAConditionalDensityWithoutLosingTensors()
    {
        var random = new RandomStream(2);
        Samples Draw(int count)
        {
            var c = random.Normal([count, 1]);
            return new((random.Normal([count, 2]) * exp(0.5 * c) + c) / 2, c);
        }

        var flow = new SplineFlow(new SplineFlowMethod { Transforms = 2, Widths = [20], Bins = 5 }, 2, 1, new RandomStream(3));
        var config = new TrainingConfig { BatchSize = 100, Epochs = 20, Optimizer = new OptimizerConfig { LearningRate = 5e-3, WeightDecay = 0 } };
        using var trainer = new Trainer(flow, new SplineFlowObjective(flow), Draw(4000), null, config, 0, CPU);
        var observer = new Unobserved();
        trainer.Step(observer);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;
        Assert.True(trainer.Run(observer));
        Assert.InRange(Tensor.TotalCount, 0, before + 1);

        var test = Draw(4000);
        var nll = -flow.LogLikelihood(test.Data, test.Condition).Encoder.mean().item<double>();
        var entropy = 2 * (0.5 * Math.Log(2 * Math.PI * Math.E) - Math.Log(2)) + test.Condition!.mean().item<float>();
        Assert.Equal(entropy, nll, 0.08);
    }

    private static (SplineFlow Flow, Tensor X, Tensor? Condition) Setup(int dimension, int conditions)
    {
        var random = new RandomStream(4);
        var x = random.Normal([200, dimension], float64) * 1.5;
        return (SplineFlows.Randomized(dimension, conditions), x, conditions == 0 ? null : random.Normal([200, conditions], float64));
    }

    private sealed class Unobserved : ITrainingObserver
    {
        public void OnStep(in TrainingProgress progress)
        {
        }

        public void OnEpoch(EpochMetrics metrics)
        {
        }

        public void OnCheckpoint(Trainer trainer, bool best)
        {
        }

        public void OnWarning(string message) => Assert.Fail(message);
    }
}
