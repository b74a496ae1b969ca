using FFF.Evaluation.Boltzmann;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Datasets.Particles;

/// <summary>How annealed importance sampling runs.</summary>
public sealed record AnnealingSettings
{
    /// <summary>Independent chains, each of which gives one weight.</summary>
    public int Chains { get; init; } = 2000;

    /// <summary>Steps from the Gaussian to the system, as many between each two neighbours of a ladder of densities that overlap alike.</summary>
    public int Steps { get; init; } = 2000;

    /// <summary>Leapfrog steps of the trajectory at each step.</summary>
    public int LeapfrogSteps { get; init; } = 5;
}

/// <summary>An estimate of log Z on the mean-free subspace.</summary>
/// <param name="LogZ">log ∫ exp(−U(x)) dx over the subspace, in the measure of an orthonormal basis.</param>
/// <param name="StandardError">Of it, by the spread of the chains' weights.</param>
/// <param name="MeanEnergy">⟨U⟩ at temperature 1 over the weighted ends of the chains.</param>
/// <param name="EffectiveShare">
/// The effective sample size of the weights, (Σw)²/Σw², divided by the number of chains; where it
/// is a few chains' worth, the standard error is not to be trusted.
/// </param>
public sealed record LogPartition(double LogZ, double StandardError, double MeanEnergy, double EffectiveShare)
{
    /// <summary>−∫ p log p = ⟨U⟩ + log Z, in nats: the limit of a flow's negative log-likelihood.</summary>
    public double Entropy => MeanEnergy + LogZ;
}

/// <summary>
/// Annealed importance sampling (Neal, 2001) of exp(−λU(x) − (1−λ)‖x‖²/2σ²) = exp(−λV(x)) times a Gaussian on the mean-free subspace, whose
/// log Z₀ = ½ (N−1)d log 2πσ² is known. At λ₀ the chains start from draws of the Gaussian that are chosen by their importance weights exp(−λ₀V), and
/// Z(λ₀) / Z₀ = E[exp(−λ₀V)]; then they follow λ to 1 by Hamiltonian Monte Carlo. With log w = −Σ_k (λ_k − λ_{k−1}) V(x_{k−1}),
/// Z / Z(λ₀) = E[w], however far the chains lag behind.
/// </summary>
/// <remarks>
/// In a draw of the Gaussian some particles lie upon each other. A chain that started there would have to move them apart through a wall that is
/// thinner than its steps; it never moved, and its V of 10²⁰ was all that its weight told. The λ_k and step sizes are found by other chains, a sequential
/// Monte Carlo sampler, so that they do not depend on those that are weighted.
/// </remarks>
public static class AnnealedImportanceSampling
{
    /// <summary>To be raised whenever a change lets the same seed estimate otherwise, so that no estimate is read that was made before it.</summary>
    public const int Version = 2;

    private const double TargetAcceptance = 0.8;
    private const int LadderChains = 256;
    private const int PilotChains = 64;
    private const double PilotRate = 0.2;
    private const int DrawsPerChain = 20;

    /// <summary>Estimates log Z.</summary>
    /// <param name="system">The system.</param>
    /// <param name="seed">The same seed estimates the same.</param>
    /// <param name="settings">Chains and steps.</param>
    /// <param name="device">Where it runs; on the CPU if left out.</param>
    /// <param name="progress">Is told after each step.</param>
    /// <param name="stop">Asks to stop before the next step, with an <see cref="OperationCanceledException"/>.</param>
    public static LogPartition Estimate(
        IParticleSystem system, long seed, AnnealingSettings? settings = null, Device? device = null, IProgress<SamplingProgress>? progress = null,
        CancellationToken stop = default)
    {
        settings ??= new();
        device ??= CPU;
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();

        // The steps that are counted must not depend on their own chains.
        progress?.Report(new("finding steps", 0));
        using var ladder = NamedSeed.Stream(seed, "annealing/ladder");
        var schedule = AnnealingSchedule.Along(
            ReplicaLadder.Build(system, new(system), system.Sampling, LadderChains, ladder, device, stop), settings.Steps);
        var (factor, stepSizes) = (1.0, schedule.StepSizes.ToArray());
        schedule = schedule with { StepSizes = stepSizes };
        var pilotShare = (double)PilotChains / (PilotChains + settings.Chains);
        using var pilot = NamedSeed.Stream(seed, "annealing/pilot");
        Anneal(system, settings, PilotChains, pilot, device, schedule, (k, acceptance) =>
        {
            factor *= Math.Exp(PilotRate * (acceptance - TargetAcceptance));
            if (k + 1 < stepSizes.Length)
            {
                stepSizes[k + 1] *= factor;
            }

            progress?.Report(new("finding step sizes", pilotShare * (k + 1) / settings.Steps));
        }, stop);
        using var random = NamedSeed.Stream(seed, "annealing");
        var (start, logWeight, energy) = Anneal(system, settings, settings.Chains, random, device, schedule, (k, _) =>
            progress?.Report(new("annealing", pilotShare + (1 - pilotShare) * (k + 1) / settings.Steps)), stop);

        return ImportanceWeights.Of(ChainNumbers.Of(logWeight)) is not { } weights
            ? new(double.NegativeInfinity, double.NaN, double.NaN, 0)
            : new(
                new GaussianPath(system).LogZ0 + start.LogMean + weights.LogMean,
                Math.Sqrt(Variance(start) + Variance(weights)),
                weights.Normalized.Zip(ChainNumbers.Of(energy), (weight, u) => double.IsFinite(u) ? weight * u : 0).Sum(),
                weights.EffectiveShare);
    }

    /// <summary>Of <see cref="ImportanceWeights.LogMean"/>: (N Σw² / (Σw)² − 1) / (N − 1).</summary>
    private static double Variance(ImportanceWeights weights) => Math.Max(0, (1 / weights.EffectiveShare) - 1) / (weights.Normalized.Count - 1);

    private static (ImportanceWeights Start, Tensor LogWeight, Tensor Energy) Anneal(
        IParticleSystem system, AnnealingSettings settings, int chains, RandomStream random, Device device, AnnealingSchedule schedule,
        Action<int, double> onStep, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        var kernel = new HamiltonianMonteCarlo(system, settings.LeapfrogSteps);
        var path = new GaussianPath(system);
        var one = ones([chains, 1], float64, device);
        var logWeight = zeros([chains], float64, device);
        var (start, state) = Start(system, path, schedule.Lambdas[0], chains, random, device);
        for (var k = 0; k < settings.Steps; k++)
        {
            stop.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var (last, now) = (schedule.Lambdas[k], schedule.Lambdas[k + 1]);
            logWeight.sub_((now - last) * path.Difference(state));
            var (next, acceptance) = kernel.Step(state, path.Target(now * one), schedule.StepSizes[k] * one, random);
            state = next.Keep();
            onStep(k, acceptance.mean().item<double>());
        }

        return (start, logWeight.MoveToOuterDisposeScope(), state.Energy.MoveToOuterDisposeScope());
    }

    /// <summary>States at λ₀, chosen among more draws of the Gaussian by their weights, whose mean is Z(λ₀) / Z₀.</summary>
    private static (ImportanceWeights Weights, ChainState State) Start(
        IParticleSystem system, GaussianPath path, double lambda, int chains, RandomStream random, Device device)
    {
        using var scope = NewDisposeScope();
        var (positions, logWeights) = (new List<Tensor>(), new List<double>());
        for (var i = 0; i < DrawsPerChain; i++)
        {
            using var inner = NewDisposeScope();
            var drawn = path.Draw(chains, float64, random, device);
            logWeights.AddRange(ChainNumbers.Of(-lambda * path.Difference(drawn)));
            positions.Add(drawn.Positions.MoveToOuterDisposeScope());
        }

        var weights = ImportanceWeights.Of(logWeights)
            ?? throw new DatasetException($"{system.Name}: no draw of the Gaussian that annealing starts from has a finite energy.");
        var rows = random.Categorical(tensor(weights.Normalized.ToArray()), chains).to(device);
        return (weights, ChainState.At(system, cat([.. positions], 0).index_select(0, rows)).Keep());
    }
}
