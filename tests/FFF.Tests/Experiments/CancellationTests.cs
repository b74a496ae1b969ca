using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Molecules;
using FFF.Datasets.Particles;
using FFF.Datasets.Sbi;
using FFF.Datasets.Toy;
using FFF.Evaluation;
using FFF.Evaluations;
using FFF.Evaluations.Boltzmann;
using FFF.Evaluations.Calibration;
using FFF.Evaluations.Nll;
using FFF.Evaluations.Theory;
using FFF.Flows;
using FFF.Latents;
using FFF.Networks;
using FFF.Networks.Equivariant;
using FFF.Runs;
using FFF.Sampling;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Experiments;

/// <summary>Work that takes long ends within a step when it is asked to.</summary>
public sealed class CancellationTests : IDisposable
{
    private static readonly FlowConfig Equivariant = new()
    {
        Network = new EquivariantOptions { Blocks = 1, Sublayers = 1, Width = 8 },
        Latent = new MeanFreeNormalLatent(),
    };

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void OfClassifiers() => EndsWithinAStep<C2stProgress>((progress, stop) => C2st.Run([(randn(100, 2), randn(100, 2))], new(), progress, stop));

    [Fact]
    public void OfMarkovChains() => EndsWithinAStep<SamplingProgress>((progress, stop) =>
        ParticleSampler.Draw(new DoubleWell4(), 10, seed: 1, new() { Warmup = 4, Thinning = 1, LeapfrogSteps = 1 }, progress: progress, stop: stop));

    [Fact]
    public void OfAnnealing() => EndsWithinAStep<SamplingProgress>((progress, stop) =>
        AnnealedImportanceSampling.Estimate(new DoubleWell4(), 1, new() { Chains = 2, Steps = 3, LeapfrogSteps = 1 }, progress: progress, stop: stop));

    [Fact]
    public void OfDrawingData() => EndsWithinAStep<SamplingProgress>((progress, stop) =>
        DatasetFactory.Create(new ParticleData { System = ParticleSystemKind.Dw4, Samples = 100, Cache = false }, 0, null, progress, stop));

    [Fact]
    public void OfPosteriors()
    {
        var experiment = new Experiment
        {
            Name = "small",
            Data = new SbiData { Task = "gaussian_linear", Simulations = 100 },
            Method = new FreeFormMethod { Flow = new() { Network = new DenseOptions { Widths = [8], Identity = true } } },
        };
        using var flow = ExperimentModel.Create(experiment, DatasetFactory.Create(experiment.Data, 0).Train, CPU);
        using var pairs = CalibrationPairs.Of(experiment, 20, 5);
        EndsWithinAStep<CalibrationProgress>((progress, stop) => PosteriorCalibration.Of(flow, pairs, ["a"], "data", 1 << 16, 1, progress, stop));
    }

    [Fact]
    public void OfBoltzmannSamples()
    {
        var experiment = new Experiment
        {
            Name = "small",
            Data = new ParticleData { System = ParticleSystemKind.Dw4, Samples = 100, Cache = false },
            Method = new FreeFormMethod { Flow = Equivariant },
        };
        var dataset = DatasetFactory.Create(experiment.Data, 0);
        using var flow = ExperimentModel.Create(experiment, dataset.Train, CPU);
        using var data = BoltzmannData.Of(experiment, dataset, 10);
        EndsWithinAStep<SamplingProgress>((progress, stop) => BoltzmannGenerator.Evaluate(flow, data, null, null, new() { Samples = 100, Batch = 20 }, 1,
            "best", progress, stop));
    }

    [Fact]
    public void OfMolecules()
    {
        var experiment = new Experiment
        {
            Name = "small",
            Data = new MoleculeData { Source = MoleculeSource.Qm7, Samples = 60 },
            Method = new FreeFormMethod
            {
                Flow = Equivariant with { Latent = null, Dequantizer = new() { Blocks = 1, Sublayers = 1, Width = 8, ChargeScale = 8 } },
            },
        };
        using var flow = ExperimentModel.Create(experiment, DatasetFactory.Create(experiment.Data, 0).Train, CPU);
        EndsWithinAStep<SamplingProgress>((progress, stop) => MoleculeSampling.Draw(flow, new() { Count = 2000, Seed = 1, Atoms = 40 }, progress, stop));
    }

    [Fact]
    public void OfLikelihoods()
    {
        var (flow, dataset) = Toy();
        using (flow)
        {
            EndsWithinEach(["likelihoods", "encoder's mass"], work => NllReport.Of(flow, dataset, null, 1, work));
        }
    }

    [Fact]
    public void OfTheory()
    {
        var (flow, dataset) = Toy();
        using (flow)
        {
            EndsWithinEach(
                ["likelihoods", "inverses", "gradients", "points of the same code"], work => TheoryReport.Of(flow, 1, dataset, new(), null, 1, work));
        }
    }

    /// <summary>Who is told how far likelihoods have come reads the same numbers, and that all is done once each part is.</summary>
    [Fact]
    public void ToldLikelihoodsAreTheSame()
    {
        var (flow, dataset) = Toy();
        using (flow)
        {
            var told = new List<EvaluationProgress>();
            var whole = NllReport.Of(flow, dataset, 55, 1);
            var parts = NllReport.Of(flow, dataset, 55, 1, new() { Progress = new Told<EvaluationProgress>(told.Add) });
            Assert.Equal((55, 55), (whole.Samples, parts.Samples));
            Assert.Equal(whole.Nll, parts.Nll, 1e-6);
            Assert.Equal(whole.NllDecoder, parts.NllDecoder, 1e-6);
            Assert.Equal(whole.Mass!.OnSamples.Value, parts.Mass!.OnSamples.Value, 1e-6);
            Assert.Equal(["likelihoods", "encoder's mass"], told.Select(progress => progress.Details).Distinct());
            Assert.All(told.GroupBy(progress => progress.Details), part =>
            {
                Assert.InRange(part.Count(), 15, 20);
                Assert.Equal(part.OrderBy(progress => progress.Share), part);
                Assert.Equal(1, part.Last().Share);
            });
        }
    }

    private static (DensityModel Flow, Dataset Dataset) Toy()
    {
        var experiment = new Experiment
        {
            Name = "small",
            Data = new ToyData { Distribution = ToyDistribution.TwoMoons, Samples = 400, TestFraction = 0.25 },
            Method = new FreeFormMethod { Flow = new() { Network = new DenseOptions { Widths = [8], Identity = true } } },
        };
        var dataset = DatasetFactory.Create(experiment.Data, 0);
        return (ExperimentModel.Create(experiment, dataset.Train, CPU), dataset);
    }

    /// <summary>Asked to stop when the first step is told, the work never tells of a second.</summary>
    private static void EndsWithinAStep<T>(Action<IProgress<T>, CancellationToken> work)
    {
        using var stop = new CancellationTokenSource();
        var steps = 0;
        var told = new Told<T>(_ =>
        {
            steps++;
            stop.Cancel();
        });
        Assert.Throws<OperationCanceledException>(() => work(told, stop.Token));
        Assert.Equal(1, steps);
    }

    /// <summary>Asked to stop when a part of an evaluation tells of its first step, the evaluation never tells of another, whichever part it is.</summary>
    private static void EndsWithinEach(IReadOnlyList<string> parts, Action<EvaluationWork> work) => Assert.All(parts, part =>
        EndsWithinAStep<EvaluationProgress>(
            (progress, stop) => work(new()
            {
                Progress = new Told<EvaluationProgress>(step =>
                {
                    if (stop.IsCancellationRequested || step.Details == part)
                    {
                        progress.Report(step);
                    }
                }),
                Stop = stop,
            })));

    private sealed class Told<T>(Action<T> tell) : IProgress<T>
    {
        public void Report(T value) => tell(value);
    }
}
