using FFF.Datasets.Toy;
using FFF.Flows;
using FFF.Flows.Matching;
using FFF.Networks;
using FFF.Numerics;
using FFF.Randomness;
using FFF.Spaces;
using FFF.Training;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Flows.Matching;

/// <summary>Flow matching trained for a few hundred steps on two moons in the plane.</summary>
public sealed class FlowMatchingTrainingTests
{
    /// <summary>
    /// The trained density is much better than the best normal one, and integrates to one: the grid is finer than
    /// the noise, 0.2.
    /// </summary>
    [Fact]
    public void ATrainedDensityFitsAndIntegratesToOne()
    {
        using var trained = Train(epochs: 40);
        var held = TwoMoons.Draw(500, new RandomStream(2)).Data;
        var normal = 1 + Math.Log(2 * Math.PI) + 0.5 * linalg.slogdet(held.to(float64).t().cov()).Item2.item<double>();
        var likelihood = trained.Flow.LogLikelihood(held, null);
        Assert.InRange(-likelihood.Encoder.mean().item<double>(), 1.5, normal - 0.3);
        Assert.Equal(1, Grid.Integral(x => trained.Flow.LogLikelihood(x.to(float32), null).Encoder, half: 5, points: 71), 0.01);
    }

    [Fact]
    public void TheSameSeedTrainsTheSameBits()
    {
        using var first = Train(epochs: 2);
        using var second = Train(epochs: 2);
        var (expected, actual) = (first.Trainer.Weights(), second.Trainer.Weights());
        Assert.All(expected, weight => Check.Close(actual[weight.Key], weight.Value, 0));
    }

    private static Trained Train(int epochs)
    {
        using var random = new RandomStream(0);
        var time = new TimeFeatures(2);
        var network = new DenseNet(new DenseOptions { Widths = [64, 64, 64] }, 2, time.Count, random);
        var flow = new FlowMatching(network, time, 2, new OdeTolerance(1e-3, 1e-3));
        var config = new TrainingConfig { Epochs = epochs, BatchSize = 256, Ema = 0.99, Optimizer = new OptimizerConfig { LearningRate = 5e-3 } };
        var data = new Samples(TwoMoons.Draw(2560, new RandomStream(1)).Data, null);
        var trainer = new Trainer(flow, new FlowMatchingObjective(flow, new TimeDensity(0)), data, validator: null, config, seed: 0, CPU);
        Assert.True(trainer.Run(new Silent()));
        return new(flow, trainer);
    }

    private sealed record Trained(Flow Flow, Trainer Trainer) : IDisposable
    {
        public void Dispose() => Trainer.Dispose();
    }

    private sealed class Silent : ITrainingObserver
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
