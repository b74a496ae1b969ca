using System.Diagnostics;
using FFF.Devices;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Datasets.Particles;

/// <summary>Samples of a particle system.</summary>
/// <param name="Positions">x, [N, particles, dimensions], float32 on the CPU, in random order; each sample's mean is zero.</param>
/// <param name="Report">How well they were drawn.</param>
public sealed record ParticleSamples(Tensor Positions, SamplingReport Report);

/// <summary>How far sampling has come.</summary>
/// <param name="Phase">What is done now.</param>
/// <param name="Share">The share that is done, from 0 to 1.</param>
public readonly record struct SamplingProgress(string Phase, double Share);

/// <summary>Draws from particle systems by parallel Markov chains: Hamiltonian Monte Carlo with replica exchange.</summary>
public static class ParticleSampler
{
    /// <summary>To be raised whenever a change lets the same seed draw other samples, so that none are read that were drawn before it.</summary>
    public const int Version = 3;

    /// <summary>Draws samples at temperature 1.</summary>
    /// <param name="system">The system.</param>
    /// <param name="count">N.</param>
    /// <param name="seed">The same seed draws the same, on the same kind of machine.</param>
    /// <param name="settings">The chains; those that suit the system if left out.</param>
    /// <param name="device">Where they run; on the CPU if left out.</param>
    /// <param name="progress">Is told after each trajectory.</param>
    /// <param name="stop">Asks to stop before the next trajectory, with an <see cref="OperationCanceledException"/>.</param>
    public static ParticleSamples Draw(
        IParticleSystem system, long count, long seed, SamplerSettings? settings = null, Device? device = null, IProgress<SamplingProgress>? progress = null,
        CancellationToken stop = default)
    {
        var clock = Stopwatch.StartNew();
        settings ??= system.Sampling;
        device ??= CPU;
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var random = NamedSeed.Stream(seed, "particles/chains");
        var (chains, draws) = settings.Plan(count);
        var (total, done) = (settings.Warmup + ((long)draws * settings.Thinning), 0L);
        progress?.Report(new("finding replicas", 0));
        using var run = new ReplicaChains(system, settings, chains, random, device, stop);
        run.WarmUp(() => Told("warming up"));
        var drawn = new ChainDraws(system);
        for (var draw = 0; draw < draws; draw++)
        {
            for (var step = 0; step < settings.Thinning; step++)
            {
                run.Step();
                Told("sampling");
            }

            drawn.Add(run, random);
        }

        // Neighbours in a file shall not be neighbours in a chain; and any part of it shall stand for all.
        using var order = NamedSeed.Stream(seed, "particles/order");
        var positions = drawn.Positions();
        var kept = positions.index_select(0, order.Permutation(positions.shape[0]).narrow(0, 0, count));
        var report = new SamplingReport(
            system.Name, count, chains, draws, settings.Thinning, settings.LeapfrogSteps, run.Lambdas, run.StepSizes, run.Acceptance,
            run.SwapAcceptance, drawn.Frozen, drawn.Energy, drawn.GyrationRadius, drawn.Virial, system.Shape.MeanFreeDimension,
            drawn.LogZ(new(system), run.Lambdas), EnergyHistogram.Of(drawn.Energies), DeviceName.Of(device), clock.Elapsed.TotalSeconds);
        return new(kept.view(count, system.Shape.Particles, system.Shape.Dimensions).MoveToOuterDisposeScope(), report);

        void Told(string phase)
        {
            progress?.Report(new(phase, (double)++done / total));
            stop.ThrowIfCancellationRequested();
        }
    }
}
