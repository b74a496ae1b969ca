namespace FFF.Datasets.Particles;

/// <summary>
/// How Markov chains draw from a particle system: Hamiltonian Monte Carlo with replica exchange between the system and a Gaussian.
/// How many replicas there are, and where between the two, is found by trial draws.
/// </summary>
public sealed record SamplerSettings
{
    /// <summary>Leapfrog steps of a trajectory; 1 is the Metropolis-adjusted Langevin algorithm.</summary>
    public int LeapfrogSteps { get; init; } = 8;

    /// <summary>
    /// The effective share of the importance weights from one replica's density to the next. Where V is normal, 0.2 gives swaps that
    /// are accepted with probability 0.37.
    /// </summary>
    public double Overlap { get; init; } = 0.2;

    /// <summary>At most so many replicas; where more were needed, the last two overlap less.</summary>
    public int MaxReplicas { get; init; } = 64;

    /// <summary>Trajectories at each replica while they are found.</summary>
    public int LadderSteps { get; init; } = 16;

    /// <summary>Trajectories before the first draw. In the first half the step sizes are adapted, then they are frozen.</summary>
    public int Warmup { get; init; } = 150;

    /// <summary>Trajectories from one draw to the next.</summary>
    public int Thinning { get; init; } = 6;

    /// <summary>The share of trajectories that the step sizes are adapted to be accepted: about 0.65 to 0.9, for one leapfrog step 0.57.</summary>
    public double TargetAcceptance { get; init; } = 0.8;

    /// <summary>Draws of a chain that more chains are rather started than exceeded, up to <see cref="MaxChains"/>.</summary>
    public int DrawsPerChain { get; init; } = 500;

    /// <summary>At least so many chains.</summary>
    public int MinChains { get; init; } = 16;

    /// <summary>At most so many chains.</summary>
    public int MaxChains { get; init; } = 1024;

    /// <summary>At least so many draws of each chain, as fewer do not tell whether it has mixed.</summary>
    public int MinDraws { get; init; } = 100;

    /// <summary>How many chains, and how many draws of each, for so many samples.</summary>
    internal (int Chains, int Draws) Plan(long count)
    {
        var chains = (int)Math.Clamp(count / DrawsPerChain, MinChains, MaxChains);
        return (chains, (int)Math.Max(MinDraws, (count + chains - 1) / chains));
    }
}
