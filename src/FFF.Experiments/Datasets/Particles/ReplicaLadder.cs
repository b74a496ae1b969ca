using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Datasets.Particles;

/// <summary>The steps of replica exchange between a Gaussian and a system, and states at each of them to start chains from.</summary>
/// <param name="Lambdas">λ_r, ascending from 0 to 1.</param>
/// <param name="StepSizes">A step size of Hamiltonian Monte Carlo at each.</param>
/// <param name="Starts">States at each, [P, N·d].</param>
internal sealed record ReplicaLadder(IReadOnlyList<double> Lambdas, IReadOnlyList<double> StepSizes, IReadOnlyList<ChainState> Starts)
{
    /// <summary>How many states there are at each step at least: fewer tell too little of how far the next step can be.</summary>
    private const long Population = 256;

    private const double FirstStepSize = 0.3;
    private const int Halvings = 60;

    /// <summary>
    /// Finds them by a sequential Monte Carlo sampler (Del Moral, Doucet and Jasra, 2006): independent draws from the Gaussian follow
    /// the path. Each step goes as far as importance weights keep an effective share (Σw)²/(P Σw²) of the settings' overlap; then
    /// states are drawn by their weights and move on by Hamiltonian Monte Carlo, whose step size is adapted. So the states that chains
    /// start from are disordered ones that were quenched, each on its own.
    /// </summary>
    public static ReplicaLadder Build(
        IParticleSystem system, GaussianPath path, SamplerSettings settings, long chains, RandomStream random, Device device, CancellationToken stop)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var kernel = new HamiltonianMonteCarlo(system, settings.LeapfrogSteps);
        var count = Math.Max(chains, Population);
        var state = path.Draw(count, float32, random, device);
        var (lambdas, stepSizes, starts) = (new List<double> { 0 }, new List<double> { FirstStepSize * system.Spread }, new List<ChainState> { state });
        while (lambdas[^1] < 1)
        {
            var differences = ChainNumbers.Of(path.Difference(state));
            var gap = lambdas.Count + 1 < settings.MaxReplicas ? Gap(differences, 1 - lambdas[^1], settings.Overlap) : 1 - lambdas[^1];
            lambdas.Add(gap < 1 - lambdas[^1] ? lambdas[^1] + gap : 1);
            (state, var stepSize) = Move(Resample(state, Weights(differences, gap), random), lambdas[^1], stepSizes[^1]);
            stepSizes.Add(stepSize);
            starts.Add(state);
        }

        return new(lambdas, stepSizes, [.. starts.Select(start => start.Keep())]);

        (ChainState, double) Move(ChainState from, double lambda, double stepSize)
        {
            using var inner = NewDisposeScope();
            var target = path.Target(full([count, 1], lambda, float32, device));
            var adaptation = new StepSizeAdaptation([stepSize], settings.TargetAcceptance, settings.LadderSteps);
            for (var step = 0; step < settings.LadderSteps; step++)
            {
                stop.ThrowIfCancellationRequested();
                using var each = NewDisposeScope();
                var (next, acceptance) = kernel.Step(from, target, full([count, 1], adaptation.StepSizes[0], float32, device), random);
                adaptation.Learn([acceptance.mean().item<float>()]);
                from = next.Keep();
            }

            return (from.Keep(), settings.LadderSteps == 0 ? stepSize : adaptation.StepSizes[0]);
        }
    }

    /// <summary>The largest step from the present λ, up to a limit, at which the weights exp(−step·V) keep the effective share.</summary>
    private static double Gap(double[] differences, double limit, double overlap)
    {
        if (Share(limit) >= overlap)
        {
            return limit;
        }

        var (low, high) = (0.0, limit);
        for (var halving = 0; halving < Halvings; halving++)
        {
            var middle = 0.5 * (low + high);
            (low, high) = Share(middle) >= overlap ? (middle, high) : (low, middle);
        }

        // Where hardly any state has a finite energy, none keeps the share: the first step goes as far as the numbers tell apart.
        return high;

        double Share(double gap)
        {
            var weights = Weights(differences, gap);
            return Math.Pow(weights.Sum(), 2) / weights.Sum(w => w * w) / weights.Length;
        }
    }

    /// <summary>exp(−gap (V − min V)); 0 where V is not finite.</summary>
    private static double[] Weights(double[] differences, double gap)
    {
        var lowest = differences.Where(double.IsFinite).DefaultIfEmpty(0).Min();
        return [.. differences.Select(v => double.IsFinite(v) ? Math.Exp(-gap * (v - lowest)) : 0)];
    }

    /// <summary>States drawn with probabilities in proportion to their weights; those before stay as they are.</summary>
    private static ChainState Resample(ChainState state, double[] weights, RandomStream random)
    {
        using var scope = NewDisposeScope();
        var rows = random.Categorical(tensor(weights), weights.Length).to(state.Energy.device);
        return new ChainState(state.Positions.index_select(0, rows), state.Energy.index_select(0, rows), state.Force.index_select(0, rows)).Keep();
    }

    /// <summary>The first states at each step, as one batch in the order of the steps: [R·C, N·d].</summary>
    /// <param name="chains">C.</param>
    public ChainState Batch(long chains)
    {
        using var scope = NewDisposeScope();
        Tensor Of(Func<ChainState, Tensor> part) => cat([.. Starts.Select(start => part(start).narrow(0, 0, chains))], 0);
        return new ChainState(Of(start => start.Positions), Of(start => start.Energy), Of(start => start.Force)).Keep();
    }
}
