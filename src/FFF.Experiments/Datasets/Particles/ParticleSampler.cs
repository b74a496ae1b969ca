using System.Diagnostics;
using FFF.Devices;
using FFF.Randomness;
using FFF.Spaces;
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

/// <summary>Draws from particle systems by parallel Markov chains: Hamiltonian Monte Carlo with replica exchange, as one batch of tensors.</summary>
public static class ParticleSampler
{
    /// <summary>To be raised whenever a change lets the same seed draw other samples, so that none are read that were drawn before it.</summary>
    public const int Version = 2;

    private const int RelaxationSteps = 300;
    private const double RelaxationRate = 0.01;
    private const double FarthestMove = 0.1;

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
        using var run = new Run(system, settings, chains, random, device, progress, settings.Warmup + (long)draws * settings.Thinning, stop);
        run.Relax();
        run.WarmUp();
        var (positions, energies, radii) = Collect(run, system, draws, settings.Thinning);

        // Neighbours in a file shall not be neighbours in a chain; and any part of it shall stand for all.
        using var order = NamedSeed.Stream(seed, "particles/order");
        var kept = positions.index_select(0, order.Permutation(positions.shape[0]).narrow(0, 0, count));
        var report = new SamplingReport(
            system.Name, count, chains, draws, settings.Thinning, settings.LeapfrogSteps, settings.Temperatures, run.StepSizes,
            run.Acceptance, run.SwapAcceptance,
            ChainStatistics.Of(energies), ChainStatistics.Of(radii), EnergyHistogram.Of(energies.SelectMany(chain => chain)), DeviceName.Of(device),
            clock.Elapsed.TotalSeconds);
        return new(kept.view(count, system.Shape.Particles, system.Shape.Dimensions).MoveToOuterDisposeScope(), report);
    }

    /// <summary>All draws, [draws·chains, N·d], and two quantities by chain.</summary>
    private static (Tensor Positions, double[][] Energies, double[][] Radii) Collect(Run run, IParticleSystem system, int draws, int thinning)
    {
        using var scope = NewDisposeScope();
        var (positions, energies, radii) = (new List<Tensor>(), new List<double[]>(), new List<double[]>());
        for (var draw = 0; draw < draws; draw++)
        {
            using var inner = NewDisposeScope();
            for (var step = 0; step < thinning; step++)
            {
                run.Step("sampling");
            }

            var (x, energy) = run.Coldest();
            positions.Add(RandomSymmetry.Apply(x, system.Shape, run.Random).to(float32).cpu().MoveToOuterDisposeScope());
            energies.Add(Numbers(energy));
            radii.Add(Numbers((x.square().sum([1]) / system.Shape.Particles).sqrt()));
        }

        return (cat(positions, 0).MoveToOuterDisposeScope(), ByChain(energies), ByChain(radii));
    }

    private static double[] Numbers(Tensor values) => values.to(float64).cpu().data<double>().ToArray();

    private static double[][] ByChain(List<double[]> draws) =>
        [.. Enumerable.Range(0, draws[0].Length).Select(chain => draws.Select(draw => draw[chain]).ToArray())];

    /// <summary>Chains at all temperatures while they run.</summary>
    private sealed class Run : IDisposable
    {
        private readonly IParticleSystem _system;
        private readonly SamplerSettings _settings;
        private readonly HamiltonianMonteCarlo _kernel;
        private readonly IProgress<SamplingProgress>? _progress;
        private readonly Device _device;
        private readonly int _chains;
        private readonly long _total;
        private readonly CancellationToken _stop;
        private readonly ChainTarget _target;
        private readonly double[] _accepted;
        private readonly double[] _swapped;
        private readonly int[] _tried;
        private ChainState _state;
        private Tensor _stepSize;
        private long _done;
        private int _counted;

        public Run(
            IParticleSystem system, SamplerSettings settings, int chains, RandomStream random, Device device, IProgress<SamplingProgress>? progress, long total,
            CancellationToken stop)
        {
            (_system, _settings, _chains, Random, _device, _progress, _total, _stop) = (system, settings, chains, random, device, progress, total, stop);
            _kernel = new(system, settings.LeapfrogSteps);
            var replicas = settings.Temperatures.Count;
            (_accepted, _swapped, _tried) = (new double[replicas], new double[replicas - 1], new int[replicas - 1]);
            _target = new(ByReplica(settings.Temperatures.Select(t => 1 / t)), null);
            StepSizes = [.. settings.Temperatures.Select(t => 0.05 * system.Spread * Math.Sqrt(t))];
            _stepSize = ByReplica(StepSizes);
            using var noise = MeanFree.Normal((long)replicas * chains, system.Shape, float32, random, device);
            _state = ChainState.At(system, noise * system.Spread).Detach();
        }

        public RandomStream Random { get; }

        public IReadOnlyList<double> StepSizes { get; private set; }

        public IReadOnlyList<double> Acceptance => [.. _accepted.Select(sum => sum / _counted)];

        public IReadOnlyList<double> SwapAcceptance => [.. _swapped.Zip(_tried, (sum, tried) => sum / tried)];

        public void Dispose() => _state.Free();

        /// <summary>Moves particles that lie upon each other apart: steps down the gradient, none far.</summary>
        public void Relax()
        {
            for (var step = 0; step < RelaxationSteps; step++)
            {
                _stop.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                var move = (RelaxationRate * _state.Force).nan_to_num_(0).clamp_(-FarthestMove, FarthestMove);
                var next = ChainState.At(_system, MeanFree.Project(_state.Positions + move, _system.Shape)).Detach();
                _state.Free();
                _state = next;
            }
        }

        /// <summary>Adapts the step sizes, freezes them, and lets the chains forget where they came from.</summary>
        public void WarmUp()
        {
            var adaptation = new StepSizeAdaptation(StepSizes, _settings.TargetAcceptance, _settings.Warmup / 2);
            for (var step = 0; step < _settings.Warmup; step++)
            {
                var acceptance = Step("warming up");
                if (step < _settings.Warmup / 2)
                {
                    adaptation.Learn(acceptance);
                    StepSizes = adaptation.StepSizes;
                    _stepSize.Dispose();
                    _stepSize = ByReplica(StepSizes);
                }
            }

            Array.Clear(_accepted);
            Array.Clear(_swapped);
            Array.Clear(_tried);
            _counted = 0;
        }

        /// <summary>One trajectory of all chains, then swaps; the acceptance at each temperature.</summary>
        public double[] Step(string phase)
        {
            _stop.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var (state, probability) = _kernel.Step(_state, _target, _stepSize, Random);
            var acceptance = probability.view(_settings.Temperatures.Count, _chains).to(float64).mean([1]).cpu().data<double>().ToArray();
            _counted++;
            for (var r = 0; r < acceptance.Length; r++)
            {
                _accepted[r] += acceptance[r];
            }

            _state = (_settings.Temperatures.Count == 1 ? state : Swap(state)).Detach();
            _done++;
            _progress?.Report(new(phase, (double)_done / _total));
            return acceptance;
        }

        /// <summary>Positions and energies at temperature 1.</summary>
        public (Tensor Positions, Tensor Energy) Coldest() => (_state.Positions.narrow(0, 0, _chains), _state.Energy.narrow(0, 0, _chains));

        private ChainState Swap(ChainState state)
        {
            var (next, acceptance) = ReplicaExchange.Swap(state, _settings.Temperatures, (int)(_done % 2), Random);
            for (var r = 0; r < acceptance.Length; r++)
            {
                if (!double.IsNaN(acceptance[r]))
                {
                    _swapped[r] += acceptance[r];
                    _tried[r]++;
                }
            }

            return next;
        }

        /// <summary>A number for each temperature, for all its chains: [R·C, 1].</summary>
        private Tensor ByReplica(IEnumerable<double> values)
        {
            using var scope = NewDisposeScope();
            return tensor(values.ToArray(), float32).repeat_interleave(_chains).unsqueeze(1).to(_device).MoveToOuterDisposeScope();
        }
    }
}
