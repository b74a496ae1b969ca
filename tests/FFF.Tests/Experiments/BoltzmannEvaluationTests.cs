using System.Text.Json;
using FFF.Configuration;
using FFF.Datasets.Particles;
using FFF.Datasets.Toy;
using FFF.Evaluation.Boltzmann;
using FFF.Evaluations;
using FFF.Evaluations.Boltzmann;
using FFF.Flows;
using FFF.Latents;
using FFF.Networks.Equivariant;
using FFF.Randomness;
using FFF.Runs;
using FFF.Spaces;
using FFF.Tests.Datasets.Particles;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Experiments;

public sealed class BoltzmannEvaluationTests : IDisposable
{
    private static readonly Experiment Particles = new()
    {
        Name = "particles",
        Data = new ParticleData { System = ParticleSystemKind.Dw4, Samples = 100, Cache = false },
        Method = new FreeFormMethod
        {
            Flow = new FlowConfig { Network = new EquivariantOptions { Blocks = 1, Sublayers = 1, Width = 8 }, Latent = new MeanFreeNormalLatent() },
        },
    };

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>A flow that is the identity: the standard normal density on the mean-free subspace.</summary>
    private static DensityModel Identity(MeanFreePositions shape)
    {
        var flow = ExperimentModel.Create(Particles, new Samples(zeros(2, shape.Particles * shape.Dimensions), null) { Space = shape }, CPU);
        using var noGradient = no_grad();
        foreach (var parameter in flow.Flow.parameters())
        {
            parameter.zero_();
        }

        return flow;
    }

    private static BoltzmannData Data(IParticleSystem system, double variance, int count = 500)
    {
        var x = (MeanFree.Normal(2 * count, system.Shape, float64, new RandomStream(3)) * Math.Sqrt(variance)).to(float32);
        return new("data", system, system.Shape, "test", x.narrow(0, 0, count), x.narrow(0, count, count), x, false);
    }

    private static BoltzmannEvaluation Settings(int samples = 1000, int? batch = null) => new() { Samples = samples, Batch = batch };

    private static BoltzmannResult Evaluate(DensityModel flow, BoltzmannData data, LogPartition? partition, BoltzmannEvaluation settings, long seed = 2) =>
        BoltzmannGenerator.Evaluate(flow, data, partition, null, settings, seed, "best");

    /// <summary>A reference value is believed where two methods agree on it, and the data's mean energy is the system's.</summary>
    [Fact]
    public void TheTwoEstimatesOfTheLimitMustAgree()
    {
        var system = new Harmonic(4, 2, stiffness: 1, spread: 1);
        using var flow = Identity(system.Shape);
        var exchange = ParticleSampler.Draw(system, 1000, seed: 1).Report;
        var limit = Of(Data(system, 1), system.LogZ, out var doubts);
        Assert.Equal(exchange.LogZ, limit.Exchange!.LogZ);
        Assert.Equal(exchange.Energy.Mean + exchange.LogZ.Value, limit.Exchange.Entropy.Value, 1e-12);
        Assert.Equal(limit.Exchange.Entropy.Value - (3 * Math.Log(2 * Math.PI)), limit.Exchange.WithoutConstant, 1e-12);
        Assert.DoesNotContain(doubts, doubt => doubt.Contains("exchange", StringComparison.Ordinal));

        Of(Data(system, 1), system.LogZ + 0.5, out doubts);
        Assert.Contains(doubts, doubt => doubt.Contains("By annealing log Z is ", StringComparison.Ordinal));
        Of(Data(system, 1.5), system.LogZ, out doubts);
        Assert.Contains(doubts, doubt => doubt.Contains("the data are no fair samples of the system", StringComparison.Ordinal));

        EntropyLimit Of(BoltzmannData data, double logZ, out IReadOnlyList<string> doubts)
        {
            var report = BoltzmannGenerator.Evaluate(flow, data, new LogPartition(logZ, 0.01, 3, 0.9), exchange, Settings(), 2, "best").Report;
            doubts = report.Doubts;
            return report.Limit!;
        }
    }

    /// <summary>log Z that was given takes the place of annealing's, with its error, and is not told as annealing's.</summary>
    [Fact]
    public void TheLimitIsByTheLogZThatIsGiven()
    {
        var system = new Harmonic(4, 2, stiffness: 1, spread: 1);
        using var flow = Identity(system.Shape);
        var settings = Settings() with { LogZ = system.LogZ - 0.25, LogZError = 0.5 };
        Assert.Null(settings.Annealing);
        var result = Evaluate(flow, Data(system, 1), null, settings);
        var limit = result.Report.Limit!;
        Assert.Equal(0.25, limit.DistanceEncoder.Value, 1e-5);
        Assert.Equal(0.25, limit.DistanceDecoder.Value, 1e-5);
        Assert.Equal(0.5, limit.DistanceEncoder.StandardError, 1e-5);
        Assert.Equal(limit.MeanEnergy.Value + system.LogZ - 0.25, limit.Entropy.Value, 1e-12);
        Assert.Equal(0.25, result.Report.Weights!.LogZDifference!.Value, 1e-5);
        Assert.Equal((null, null, null), (limit.Chains, limit.Steps, limit.EffectiveShare));
        var names = result.Result().Table.Parts.OfType<NamedValues>().SelectMany(part => part.Rows).Select(row => row.Name).ToList();
        Assert.Contains("log Z, as given", names);
        Assert.DoesNotContain("log Z, annealing", names);
        Assert.Equal(0, (settings with { LogZError = null }).GivenLogZ!.StandardError);
    }

    [Fact]
    public void AFlowThatIsTheDensityHasNoDistanceAndEqualWeights()
    {
        var system = new Harmonic(4, 2, stiffness: 1, spread: 1);
        using var flow = Identity(system.Shape);
        var (report, energies, distances) = Evaluate(flow, Data(system, 1), new LogPartition(system.LogZ, 0.01, 3, 0.9), Settings());
        var constant = 3 * Math.Log(2 * Math.PI);
        Assert.Equal(constant, report.LatentConstant, 1e-12);
        Assert.Equal(constant + 3, report.NllEncoder.Normalized, 4 * report.NllEncoder.StandardError);
        Assert.InRange(report.NllEncoder.StandardError, 0.05, 0.12); // √(3/500)
        Assert.Equal(report.NllEncoder.Normalized - constant, report.NllEncoder.WithoutConstant, 1e-12);
        Assert.Equal(report.NllEncoder.Normalized, report.NllDecoder.Normalized, 1e-5);
        Assert.Equal(0, report.Reconstruction.Value, 1e-10);

        // Energies and likelihoods deviate together: only the error of log Z is left.
        var limit = report.Limit!;
        Assert.Equal(limit.MeanEnergy.Value + system.LogZ, limit.Entropy.Value, 1e-12);
        Assert.Equal(limit.Entropy.Value - constant, limit.WithoutConstant, 1e-12);
        Assert.Equal(Math.Sqrt(3.0 / 1000), limit.MeanEnergy.StandardError, 0.01);
        Assert.Equal(0, limit.DistanceEncoder.Value, 1e-5);
        Assert.Equal(0, limit.DistanceDecoder.Value, 1e-5);
        Assert.Equal(0.01, limit.DistanceEncoder.StandardError, 1e-5);

        Assert.Equal(1, report.Weights!.EffectiveShare, 1e-6);
        Assert.Equal(system.LogZ, report.Weights.LogZ.Value, 1e-5);
        Assert.Equal(0, report.Weights.LogZDifference!.Value, 1e-5);
        Assert.Equal(0.01, report.Weights.LogZDifference.StandardError, 1e-5);
        foreach (var compared in new[]
        {
            report.Energies!.Samples,
            report.Energies.Reweighted!,
            report.Energies.Training,
            report.PairDistances.Samples,
            report.PairDistances.Reweighted!,
        })
        {
            Assert.InRange(compared.TotalVariation, 0, 0.15);
            Assert.InRange(compared.Wasserstein1, 0, 0.4);
        }

        Assert.Null(report.PairFreeEnergy);
        Assert.Empty(report.Doubts);
        Assert.Empty(report.LeftOut);
        Assert.Equal((1000, 1000, 6000), (energies!.Samples.Values.Count, energies.Reweighted!.Values.Count, distances.Samples.Values.Count));
        Assert.True(report.Samples is { PerSecond: > 0, PerSecondWithDensity: > 0, NotFinite: 0 });
    }

    /// <summary>
    /// Of a system of half the variance, κ = 2, the standard normal has the share (2a − 1)^(S/2)/a^S at a = 2, and KL(p‖q) = ½ S (1/κ − 1 + log κ).
    /// </summary>
    [Fact]
    public void AFlowThatIsTooWideIsReweighted()
    {
        var system = new Harmonic(3, 2, stiffness: 2, spread: 1);
        using var flow = Identity(system.Shape);
        var report = Evaluate(flow, Data(system, 0.5, 4000), new LogPartition(system.LogZ, 0, 2, 0.9), Settings(20_000)).Report;
        Assert.Equal(9.0 / 16, report.Weights!.EffectiveShare, 0.02);
        Assert.InRange(Math.Abs(report.Weights.LogZDifference!.Value), 0, 4 * report.Weights.LogZDifference.StandardError);
        Assert.Equal(2 * (Math.Log(2) - 0.5), report.Limit!.DistanceEncoder.Value, 4 * report.Limit.DistanceEncoder.StandardError);
        Assert.InRange(report.Limit.DistanceEncoder.StandardError, 0.005, 0.02); // ½ √(S/2) / √4000 = 0.0112

        // A Gamma variable of shape 2: mean 2 under p, 4 under q.
        Assert.Equal(2, report.Energies!.DataMean, 0.15);
        Assert.Equal(4, report.Energies.Samples.Mean, 0.15);
        Assert.Equal(2, report.Energies.Reweighted!.Mean, 0.15);
        Assert.InRange(report.Energies.Samples.TotalVariation, 0.25, 1);
        Assert.InRange(report.Energies.Reweighted.TotalVariation, 0, 0.1);
        Assert.InRange(report.PairDistances.Reweighted!.Wasserstein1, 0, 0.5 * report.PairDistances.Samples.Wasserstein1);
    }

    [Fact]
    public void TheSeedAndNotTheMachineDecidesAndBatchesLoseNothing()
    {
        var system = new Harmonic(3, 2, stiffness: 2, spread: 1);
        using var flow = Identity(system.Shape);
        var data = Data(system, 0.5, 20);
        string Json(BoltzmannEvaluation settings, long seed = 2)
        {
            var report = Evaluate(flow, data, null, settings, seed).Report;
            return (report with { Seconds = 0, Samples = report.Samples with { PerSecond = 0, PerSecondWithDensity = 0 } }).Json();
        }

        var before = _scope.DisposablesCount;
        var first = Json(Settings(130, batch: 50));
        Assert.Equal(first, Json(Settings(130, batch: 50)));
        Assert.NotEqual(first, Json(Settings(130, batch: 50), seed: 3));
        Assert.Equal(before, _scope.DisposablesCount);
        var samples = JsonDocument.Parse(first).RootElement.GetProperty("samples");
        Assert.Equal((130, 50, 10),
            (samples.GetProperty("count").GetInt32(), samples.GetProperty("batch").GetInt32(), samples.GetProperty("batch_with_density").GetInt32()));
    }

    [Fact]
    public void WithoutAnEnergyAllElseIsEvaluated()
    {
        var system = new Harmonic(3, 2, stiffness: 1, spread: 1);
        using var flow = Identity(system.Shape);
        var data = Data(system, 1) with { Energy = null };
        Assert.Null(BoltzmannGenerator.LogPartitionOf(data, Settings(), CPU));
        var (report, energies, _) = Evaluate(flow, data, null, Settings());
        Assert.True(
            report is { System: null, Limit: null, Weights: null, Energies: null, PairFreeEnergy: null, PairDistances.Reweighted: null } && energies is null);
        Assert.Contains("they need the energy", Assert.Single(report.LeftOut), StringComparison.Ordinal);
        Assert.InRange(report.PairDistances.Samples.TotalVariation, 0, 0.15);
    }

    [Fact]
    public void WhatIsNotToBeTrustedIsTold()
    {
        // The standard normal hardly reaches a system that is a hundred times as narrow.
        var system = new Harmonic(4, 2, stiffness: 1e4, spread: 1);
        using var flow = Identity(system.Shape);
        var report = Evaluate(flow, Data(system, 1e-4), new LogPartition(system.LogZ + 60, 0.1, 3, 0.001), Settings(200)).Report;
        Assert.Contains(report.Doubts, doubt => doubt.Contains("of all weight", StringComparison.Ordinal));
        Assert.Contains(report.Doubts, doubt => doubt.Contains("2000 chains are worth 2.0", StringComparison.Ordinal));
        Assert.Equal(2, report.Doubts.Count(doubt => doubt.Contains("below its limit", StringComparison.Ordinal)));

        using (no_grad())
        {
            flow.Flow.parameters().First().fill_(double.NaN);
            flow.Flow.parameters().Last().fill_(double.NaN);
        }

        Assert.Contains("has diverged", Assert.Throws<BoltzmannException>(() => Evaluate(flow, Data(system, 1), null, Settings(100))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ARunsDataAreSplitAndTooFewAreRefused()
    {
        using (var data = BoltzmannData.Of(Particles, most: 1000))
        {
            Assert.Equal(("particle system dw4", "dw4", "test", false), (data.Name, data.System!.Name, data.Split, data.Cached));
            Assert.Equal((10, 10, 100), (data.HeldOut.shape[0], data.Training.shape[0], data.All.shape[0]));
            var estimate = BoltzmannGenerator.LogPartitionOf(data, Settings() with { Chains = 20, AnnealingSteps = 10 }, CPU)!;
            Assert.Equal(AnnealedImportanceSampling.Estimate(new DoubleWell4(), 0, new() { Chains = 20, Steps = 10 }), estimate);
            Assert.Null(BoltzmannGenerator.LogPartitionOf(data, Settings() with { Limit = false }, CPU));
        }

        var few = Particles with { Data = new ParticleData { System = ParticleSystemKind.Dw4, Samples = 40, Cache = false } };
        Assert.Contains("4 samples were held out for test", Assert.Throws<BoltzmannException>(() => BoltzmannData.Of(few, 100)).Message,
            StringComparison.Ordinal);
        var toy = Particles with { Data = new ToyData { Distribution = ToyDistribution.Rings } };
        Assert.Contains("not trained on data of the kind particles", Assert.Throws<BoltzmannException>(() => BoltzmannData.Of(toy, 100)).Message,
            StringComparison.Ordinal);
    }
}
