using FFF.Datasets.Particles;
using FFF.Evaluation.Boltzmann;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Particles;

public sealed class ParticleSamplerTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>
    /// The energy of a Gaussian of S dimensions is Gamma distributed with mean and variance S/2; x·∇U is twice the energy, and
    /// log Z = ½ S log(2π/κ).
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public void AHarmonicSystemHasItsClosedForm(int leapfrogSteps)
    {
        var system = new Harmonic(5, 3, stiffness: 4, spread: 1);
        var settings = new SamplerSettings { LeapfrogSteps = leapfrogSteps, Warmup = 200, Thinning = leapfrogSteps == 1 ? 20 : 4 };
        var (positions, report) = ParticleSampler.Draw(system, 6000, seed: 1, settings);
        Assert.InRange(Math.Abs(report.Energy.Mean - 6), 0, 4 * report.Energy.StandardError);
        Assert.InRange(report.Energy.StandardError, 0.02, 0.1);
        Assert.Equal(Math.Sqrt(6), report.Energy.Std, 0.15);
        Assert.InRange(report.Energy.RHat, 0.98, 1.05);
        Assert.Equal(12, report.Dimension);
        Assert.Equal(2 * report.Energy.Mean, report.Virial.Mean, 1e-4);
        Assert.InRange(Math.Abs(report.LogZ.Value - system.LogZ), 0, 4 * report.LogZ.StandardError);
        Assert.InRange(report.LogZ.StandardError, 1e-3, 0.05);
        Assert.Equal(6 + system.LogZ, report.Entropy.Value, 0.3);
        Assert.Equal((0, 1), (report.Lambdas[0], report.Lambdas[^1]));
        Assert.Equal(report.Lambdas.Order(), report.Lambdas);
        Assert.All(report.Acceptance, acceptance => Assert.InRange(acceptance, 0.65, 0.95));
        Assert.Equal(report.Lambdas.Count - 1, report.SwapAcceptance.Count);
        Assert.All(report.SwapAcceptance, acceptance => Assert.InRange(acceptance, 0.1, 1));
        Assert.Equal(0, report.Frozen);
        Assert.Equal(6000, report.EnergyHistogram.Counts.Sum());
        Assert.Empty(report.Faults().Concat(report.Doubts()));

        // ⟨x_ik²⟩ = (1 − 1/N)/κ.
        Assert.Equal([6000, 5, 3], positions.shape);
        Assert.Equal(0.2, positions.square().mean().item<float>(), 0.01);
    }

    /// <summary>However the replicas lie, swapping copies leaves the system's distribution: two particles on a line, by quadrature.</summary>
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.6)]
    public void ExchangeKeepsTheSystemsDistributionAtAnyLadder(double overlap)
    {
        var system = new TwoWells();
        var report = ParticleSampler.Draw(system, 10_000, seed: 2, new SamplerSettings { LeapfrogSteps = 4, Overlap = overlap, Thinning = 4 }).Report;
        var (logZ, energy, virial) = system.ByQuadrature();
        Assert.Equal(1, virial, 1e-6);
        Assert.InRange(Math.Abs(report.Energy.Mean - energy), 0, 4 * report.Energy.StandardError);
        Assert.InRange(report.Energy.StandardError, 0, 0.05);
        Assert.InRange(Math.Abs(report.Virial.Mean - 1), 0, 4 * report.Virial.StandardError);
        Assert.InRange(Math.Abs(report.LogZ.Value - logZ), 0, 4 * report.LogZ.StandardError);
        Assert.InRange(report.LogZ.StandardError, 0, 0.05);
        Assert.Empty(report.Faults());
    }

    /// <summary>59.85 to 59.87 by two independent programs, with a mean energy of -42.91 ± 0.03.</summary>
    [Fact]
    public void TheClusterHasItsKnownLogZ()
    {
        var report = ParticleSampler.Draw(ParticleSystems.Get(ParticleSystemKind.Lj13).WithWellDepth(2), LongRun.IsWanted ? 44_000 : 3000, seed: 0).Report;
        Assert.InRange(Math.Abs(report.LogZ.Value - 59.86), 0, 0.01 + (4 * report.LogZ.StandardError));
        Assert.InRange(Math.Abs(report.Energy.Mean + 42.91), 0, 0.03 + (4 * report.Energy.StandardError));
        Assert.InRange(report.LogZ.StandardError, 0, LongRun.IsWanted ? 0.04 : 0.3);
        Assert.Empty(report.Faults());
    }

    /// <summary>
    /// Draws that hardly move between two of them: over 40 seeds, means of all draws, and of a part taken at random, scatter as
    /// their errors say, which those of as many independent draws do not.
    /// </summary>
    [Fact]
    public void ErrorsOfMeansKnowHowAlikeTheDrawsAre()
    {
        LongRun.Only();
        var system = new Harmonic(3, 2, stiffness: 1, spread: 20);
        var settings = new SamplerSettings { LeapfrogSteps = 1, Warmup = 100, Thinning = 1, TargetAcceptance = 0.98, MaxReplicas = 2 };
        var (whole, part, naive) = (new List<double>(), new List<double>(), new List<double>());
        for (var seed = 0; seed < 40; seed++)
        {
            using var scope = NewDisposeScope();
            var (positions, report) = ParticleSampler.Draw(system, 3200, seed, settings);
            var energies = ((IParticleSystem)system).Energy(positions.view(3200, 6).to(float64)).data<double>().ToArray();
            Add(whole, MeanEstimate.Of(energies, report.Correlation));
            Add(part, MeanEstimate.Of(energies[..800], report.Correlation));
            Add(naive, MeanEstimate.Of(energies));
        }

        // Of 40 normal deviates the mean square lies between 0.4 and 1.9, but for one time in a thousand.
        Assert.InRange(whole.Average(), 0.4, 1.9);
        Assert.InRange(part.Average(), 0.4, 1.9);
        Assert.InRange(naive.Average(), 3, 100);

        static void Add(List<double> squares, MeanEstimate energy) => squares.Add(Math.Pow((energy.Value - 2) / energy.StandardError, 2));
    }

    /// <summary>The factor of the pair energies is no reason for other chains.</summary>
    [Fact]
    public void SettingsBelongToTheSystemWhateverItIsCalled()
    {
        foreach (var kind in new[] { ParticleSystemKind.Lj13, ParticleSystemKind.Lj55 })
        {
            var system = ParticleSystems.Get(kind);
            Assert.Same(system.Sampling, system.WithWellDepth(2).Sampling);
        }

        Assert.Equal(400, ParticleSystems.Get(ParticleSystemKind.Lj55).WithWellDepth(2).Sampling.Warmup);
    }

    /// <summary>Quantiles of the pair distances and mean energy by long brute-force chains.</summary>
    [Fact]
    public void DoubleWellSamplesHaveTheDistancesOfIndependentChains()
    {
        var (positions, report) = ParticleSampler.Draw(new DoubleWell4(), 4000, seed: 3);
        Assert.InRange(Math.Abs(report.Energy.Mean + 22.51), 0, 0.01 + 4 * report.Energy.StandardError);
        Assert.InRange(report.Energy.StandardError, 0, 0.1);
        Assert.InRange(report.Energy.RHat, 0.98, 1.05);
        Assert.InRange(report.GyrationRadius.RHat, 0.98, 1.05);

        var distances = cat([.. from i in Enumerable.Range(0, 4) from j in Enumerable.Range(0, i) select (positions[.., i] - positions[.., j]).norm(1)], 0);
        foreach (var (quantile, share) in new[] { (2.35, 0.05), (2.69, 0.25), (4.3, 0.5), (5.38, 0.75), (5.71, 0.95) })
        {
            Assert.Equal(share, (distances < quantile).to(float64).mean().item<double>(), 0.03);
        }
    }

    /// <summary>Three samplers that share no step: Langevin, Hamiltonian with several steps, and single-particle moves in plain numbers.</summary>
    [Fact]
    public void LennardJonesEnergiesAgreeBetweenSamplers()
    {
        LongRun.Only();
        var system = ParticleSystems.Get(ParticleSystemKind.Lj13);
        const int Count = 100_000;
        var hamiltonian = ParticleSampler.Draw(system, Count, seed: 4).Report.Energy;
        var langevin = ParticleSampler.Draw(system, Count, seed: 5,
            new SamplerSettings { LeapfrogSteps = 1, TargetAcceptance = 0.57, Thinning = 60, Warmup = 1500 }).Report.Energy;
        var metropolis = Metropolis(system, chains: 6, draws: 20_000);
        foreach (var (one, other) in new[] { (hamiltonian, langevin), (hamiltonian, metropolis), (langevin, metropolis) })
        {
            var error = Math.Sqrt(Math.Pow(one.StandardError, 2) + Math.Pow(other.StandardError, 2));
            Assert.InRange(Math.Abs(one.Mean - other.Mean), 0, 4 * error);
            Assert.InRange(error, 0, 0.1);
            Assert.InRange(other.RHat, 0.98, 1.1);
        }
    }

    [Fact]
    public void TheSeedDecidesAllAndSamplesAreMeanFree()
    {
        var system = new DoubleWell4();
        var settings = new SamplerSettings { Warmup = 20, Thinning = 2, LeapfrogSteps = 2 };
        var (first, again, other) = (Draw(1), Draw(1), Draw(2));
        Assert.True(first.Equals(again));
        Assert.False(first.Equals(other));
        Assert.Equal([50, 4, 2], first.shape);
        Assert.Equal(float32, first.dtype);
        Assert.True(first.mean([1]).abs().max().item<float>() < 1e-5);

        Tensor Draw(long seed) => ParticleSampler.Draw(system, 50, seed, settings).Positions;
    }

    [Fact]
    public void LeavesOnlyTheSamplesBehind()
    {
        var before = _scope.DisposablesCount;
        ParticleSampler.Draw(new DoubleWell4(), 20, seed: 1, new SamplerSettings { Warmup = 4, Thinning = 1, LeapfrogSteps = 2 });
        Assert.Equal(before + 1, _scope.DisposablesCount);
    }

    [Fact]
    public void ProgressReachesItsEnd()
    {
        var system = new Harmonic(2, 2, 1, 1);
        var settings = new SamplerSettings { Warmup = 10, Thinning = 2, LeapfrogSteps = 1 };
        var told = new List<SamplingProgress>();
        ParticleSampler.Draw(system, 10, seed: 1, settings, progress: new Told(told.Add));
        Assert.Equal(1 + 10 + (100 * 2), told.Count);
        Assert.Equal(1, told[^1].Share);
    }

    /// <summary>Without adaptation or a move worth the name, chains stay where they start.</summary>
    [Fact]
    public void FrozenChainsAreRefusedWithTheReason()
    {
        var settings = new SamplerSettings { LadderSteps = 0, Warmup = 0, Thinning = 1, LeapfrogSteps = 1, MaxReplicas = 2 };
        var report = ParticleSampler.Draw(new Harmonic(5, 3, stiffness: 1e6, spread: 1), 200, seed: 1, settings).Report;
        Assert.InRange(report.Frozen, 1, 16);
        var faults = report.Faults().ToArray();
        Assert.Contains($"of {report.Chains} never moved", faults[0], StringComparison.Ordinal);
        Assert.Contains(faults, fault => fault.Contains("have not mixed: split R-hat of the energy is ", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains("The virial", StringComparison.Ordinal) && fault.Contains("(N−1)·d = 12", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains("hardly pass from λ = 0 to 1", StringComparison.Ordinal));
        var refused = Assert.Throws<PoorSamplingException>(() => PoorSamplingException.Refuse(report, "--take-them"));
        Assert.Contains("never moved", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--take-them takes them as they are", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EachFaultIsNamedByItself()
    {
        var good = ParticleSampler.Draw(new Harmonic(3, 2, 1, 1), 200, seed: 1).Report;
        Assert.Empty(good.Faults());
        Fault(good with { Energy = good.Energy with { RHat = 1.14 } }, "R-hat of the energy is 1.140, and should be below 1.05");
        Fault(good with { Virial = good.Virial with { Mean = 4 + (4.1 * good.Virial.StandardError) } }, "and should be (N−1)·d = 4");
        Fault(good with { Frozen = 1 }, "1 chain of 16 never moved");
        Assert.Empty((good with { Virial = good.Virial with { Mean = 4 + (3.9 * good.Virial.StandardError) } }).Faults());
        var slow = good with { Samples = 200, Energy = new(0, 1, 1.01, 50, 5) };
        Assert.Contains("200 of them are worth 5", Assert.Single(slow.Doubts()), StringComparison.Ordinal);

        static void Fault(SamplingReport report, string expected) => Assert.Contains(expected, Assert.Single(report.Faults()), StringComparison.Ordinal);
    }

    private static ChainStatistics Metropolis(IParticleSystem system, int chains, int draws)
    {
        var starts = ParticleSampler.Draw(system, chains, seed: 6, new SamplerSettings { Warmup = 50, Thinning = 1, MinDraws = 4 }).Positions.to(float64);
        return ChainStatistics.Of([.. Enumerable.Range(0, chains).Select(chain =>
        {
            double[][] start = [.. starts[chain].flatten().data<double>().ToArray().Chunk(3)];
            var metropolis = new MetropolisChain(PairPotentials.LennardJones, true, start, step: 0.25, seed: chain);
            Sweep(500);
            return Enumerable.Range(0, draws).Select(_ => Sweep(20)).ToArray();

            double Sweep(int sweeps)
            {
                for (var sweep = 0; sweep < sweeps; sweep++)
                {
                    metropolis.Sweep();
                }

                return metropolis.Energy();
            }
        })]);
    }

    private sealed class Told(Action<SamplingProgress> tell) : IProgress<SamplingProgress>
    {
        public void Report(SamplingProgress value) => tell(value);
    }
}
