using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Datasets.Particles;

/// <summary>How annealed importance sampling runs.</summary>
public sealed record AnnealingSettings
{
    /// <summary>Independent chains, each of which gives one weight.</summary>
    public int Chains { get; init; } = 2000;

    /// <summary>Steps from the Gaussian to the system: step k of K has the weight λ = (k/K)⁴, fine where particles first feel each other.</summary>
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
/// Annealed importance sampling (Neal, 2001). Chains start from a Gaussian on the mean-free subspace, of variance σ² and
/// log Z₀ = ½ (N−1)d log 2πσ², and follow exp(−λU(x) − (1−λ)‖x‖²/2σ²) from λ = 0 to 1 by Hamiltonian Monte Carlo. With
/// log w = −Σ_k (λ_k − λ_{k−1}) (U(x_k) − ‖x_k‖²/2σ²), Z / Z₀ = E[w] without bias, however far the chains lag behind.
/// </summary>
public static class AnnealedImportanceSampling
{
    /// <summary>To be raised whenever a change lets the same seed estimate otherwise, so that no estimate is read that was made before it.</summary>
    public const int Version = 1;

    private const double TargetAcceptance = 0.8;
    private const int PilotChains = 64;
    private const double PilotRate = 0.2;

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
        var stepSizes = Enumerable.Repeat(0.1 * system.Spread, settings.Steps).ToArray();
        var pilotShare = (double)PilotChains / (PilotChains + settings.Chains);
        using var pilot = NamedSeed.Stream(seed, "annealing/pilot");
        Anneal(system, settings, PilotChains, pilot, device, stepSizes, (k, acceptance) =>
        {
            Learn(stepSizes, k, acceptance);
            progress?.Report(new("finding step sizes", pilotShare * (k + 1) / settings.Steps));
        }, stop);
        using var random = NamedSeed.Stream(seed, "annealing");
        var (logWeight, energy) = Anneal(system, settings, settings.Chains, random, device, stepSizes, (k, _) =>
            progress?.Report(new("annealing", pilotShare + (1 - pilotShare) * (k + 1) / settings.Steps)), stop);

        var logMean = logWeight.logsumexp(0).item<double>() - Math.Log(settings.Chains);
        var weight = (logWeight - logMean).exp();
        var squares = weight.square().mean().item<double>();
        return new(
            new GaussianPath(system).LogZ0 + logMean,
            Math.Sqrt((squares - 1) / (settings.Chains - 1)),
            (weight * energy.nan_to_num_(0)).mean().item<double>(),
            1 / squares);
    }

    private static (Tensor LogWeight, Tensor Energy) Anneal(
        IParticleSystem system, AnnealingSettings settings, int chains, RandomStream random, Device device, double[] stepSizes, Action<int, double> onStep,
        CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        var kernel = new HamiltonianMonteCarlo(system, settings.LeapfrogSteps);
        var path = new GaussianPath(system);
        var one = ones([chains, 1], float64, device);
        var logWeight = zeros([chains], float64, device);
        var state = path.Draw(chains, float64, random, device);
        for (var k = 0; k < settings.Steps; k++)
        {
            stop.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var (last, now) = (Lambda(k, settings.Steps), Lambda(k + 1, settings.Steps));
            logWeight.sub_((now - last) * path.Difference(state));
            var (next, acceptance) = kernel.Step(state, path.Target(now * one), stepSizes[k] * one, random);
            state = next.Keep();
            onStep(k, acceptance.mean().item<double>());
        }

        return (logWeight.MoveToOuterDisposeScope(), state.Energy.MoveToOuterDisposeScope());
    }

    /// <summary>The next step's size follows from the acceptance at this one.</summary>
    private static void Learn(double[] stepSizes, int k, double acceptance)
    {
        if (k + 1 < stepSizes.Length)
        {
            stepSizes[k + 1] = stepSizes[k] * Math.Exp(PilotRate * (acceptance - TargetAcceptance));
        }
    }

    private static double Lambda(int k, int steps) => Math.Pow((double)k / steps, 4);
}
