using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Datasets.Particles;

/// <summary>Chains at all steps of the path from a Gaussian to a system while they run, as one batch of tensors.</summary>
internal sealed class ReplicaChains : IDisposable
{
    private readonly SamplerSettings _settings;
    private readonly GaussianPath _path;
    private readonly HamiltonianMonteCarlo _kernel;
    private readonly RandomStream _random;
    private readonly Device _device;
    private readonly int _chains;
    private readonly ChainTarget _target;
    private readonly double[] _accepted;
    private readonly double[] _swapped;
    private ChainState _state;
    private Tensor _stepSize;
    private int _counted;

    /// <summary>Finds the steps of the path, and states to start from.</summary>
    public ReplicaChains(IParticleSystem system, SamplerSettings settings, int chains, RandomStream random, Device device, CancellationToken stop)
    {
        (_settings, _path, _chains, _random, _device) = (settings, new(system), chains, random, device);
        _kernel = new(system, settings.LeapfrogSteps);
        using var scope = NewDisposeScope();
        var ladder = ReplicaLadder.Build(system, _path, settings, chains, random, device, stop);
        Lambdas = ladder.Lambdas;
        StepSizes = [.. ladder.StepSizes.Skip(1)];
        (_accepted, _swapped) = (new double[Moved], new double[Moved]);
        var target = _path.Target(ByReplica(Lambdas.Skip(1)));
        _target = new(target.Weight.DetachFromDisposeScope(), target.Trap.DetachFromDisposeScope());
        _stepSize = ByReplica(StepSizes).DetachFromDisposeScope();
        _state = ladder.Batch(chains).Detach();
    }

    /// <summary>λ_r, from 0 to 1: [R].</summary>
    public IReadOnlyList<double> Lambdas { get; }

    /// <summary>At each λ above 0: [R − 1].</summary>
    public IReadOnlyList<double> StepSizes { get; private set; }

    /// <summary>The share of trajectories accepted at each λ above 0 since the warm-up.</summary>
    public IReadOnlyList<double> Acceptance => [.. _accepted.Select(sum => sum / _counted)];

    /// <summary>The share of swaps accepted between neighbouring λ since the warm-up.</summary>
    public IReadOnlyList<double> SwapAcceptance => [.. _swapped.Select(sum => sum / _counted)];

    /// <summary>V at each λ, of each chain: R lists, [C].</summary>
    public IReadOnlyList<double[]> Differences
    {
        get
        {
            using var scope = NewDisposeScope();
            return [.. ChainNumbers.Of(_path.Difference(_state)).Chunk(_chains)];
        }
    }

    /// <summary>The copies at λ = 1, which are the system's own. Views of what the next step frees.</summary>
    public ChainState OfSystem => Rows((long)Moved * _chains, _chains);

    private int Moved => Lambdas.Count - 1;

    /// <inheritdoc/>
    public void Dispose()
    {
        _state.Free();
        _stepSize.Dispose();
        _target.Weight.Dispose();
        _target.Trap.Dispose();
    }

    /// <summary>Adapts the step sizes, freezes them, and lets the chains forget where they came from.</summary>
    /// <param name="onStep">Called after each trajectory.</param>
    public void WarmUp(Action onStep)
    {
        var adaptation = new StepSizeAdaptation(StepSizes, _settings.TargetAcceptance, _settings.Warmup / 2);
        for (var step = 0; step < _settings.Warmup; step++)
        {
            var acceptance = Step();
            if (step < _settings.Warmup / 2)
            {
                adaptation.Learn(acceptance);
                StepSizes = adaptation.StepSizes;
                _stepSize.Dispose();
                _stepSize = ByReplica(StepSizes).DetachFromDisposeScope();
            }

            onStep();
        }

        Array.Clear(_accepted);
        Array.Clear(_swapped);
        _counted = 0;
    }

    /// <summary>One trajectory of all copies above λ = 0, independent draws there, then swaps; the acceptance at each λ above 0.</summary>
    public double[] Step()
    {
        using var scope = NewDisposeScope();
        var (moved, probability) = _kernel.Step(Rows(_chains, (long)Moved * _chains), _target, _stepSize, _random);
        var acceptance = ChainNumbers.Of(probability.view(Moved, _chains).mean([1]));
        Add(acceptance, _accepted, 0, 1);
        var fresh = _path.Draw(_chains, float32, _random, _device);
        _state.Free();
        var state = new ChainState(
            cat([fresh.Positions, moved.Positions], 0), cat([fresh.Energy, moved.Energy], 0), cat([fresh.Force, moved.Force], 0));
        for (var parity = 0; parity < 2; parity++)
        {
            (state, var swapped) = ReplicaExchange.Swap(state, _path, Lambdas, parity, _random);
            Add(swapped, _swapped, parity, 2);
        }

        _state = state.Detach();
        _counted++;
        return acceptance;
    }

    private static void Add(double[] values, double[] sums, int first, int stride)
    {
        for (var k = 0; k < values.Length; k++)
        {
            sums[first + (k * stride)] += values[k];
        }
    }

    private ChainState Rows(long first, long count) =>
        new(_state.Positions.narrow(0, first, count), _state.Energy.narrow(0, first, count), _state.Force.narrow(0, first, count));

    /// <summary>A number for each λ above 0, for all its chains: [(R − 1)·C, 1].</summary>
    private Tensor ByReplica(IEnumerable<double> values)
    {
        using var scope = NewDisposeScope();
        return tensor(values.ToArray(), float32).repeat_interleave(_chains).unsqueeze(1).to(_device).MoveToOuterDisposeScope();
    }
}
