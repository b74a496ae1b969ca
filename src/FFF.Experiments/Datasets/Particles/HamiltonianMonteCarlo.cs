using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Particles;

/// <summary>Where each of B chains is.</summary>
/// <param name="Positions">x, [B, N·d], of mean zero.</param>
/// <param name="Energy">U(x), [B].</param>
/// <param name="Force">−∇U(x), [B, N·d].</param>
internal sealed record ChainState(Tensor Positions, Tensor Energy, Tensor Force)
{
    /// <summary>The state at these positions.</summary>
    public static ChainState At(IParticleSystem system, Tensor positions)
    {
        var (energy, force) = system.EnergyAndForce(positions);
        return new(positions, energy, force);
    }

    /// <summary>Keeps the state beyond the present dispose scope.</summary>
    public ChainState Keep() => new(Positions.MoveToOuterDisposeScope(), Energy.MoveToOuterDisposeScope(), Force.MoveToOuterDisposeScope());

    /// <summary>Keeps the state until it is freed, whatever the dispose scopes.</summary>
    public ChainState Detach() => new(Positions.DetachFromDisposeScope(), Energy.DetachFromDisposeScope(), Force.DetachFromDisposeScope());

    /// <summary>Frees it.</summary>
    public void Free()
    {
        Positions.Dispose();
        Energy.Dispose();
        Force.Dispose();
    }
}

/// <summary>The density exp(−aU(x) − ½b‖x‖²) of each chain.</summary>
/// <param name="Weight">a, [B, 1].</param>
/// <param name="Trap">b, [B, 1].</param>
internal sealed record ChainTarget(Tensor Weight, Tensor Trap)
{
    /// <summary>aU + ½b‖x‖², [B].</summary>
    public Tensor Potential(ChainState state) =>
        Weight.squeeze(1) * state.Energy + 0.5 * Trap.squeeze(1) * state.Positions.square().sum([1]);

    /// <summary>Its force, [B, N·d].</summary>
    public Tensor Force(ChainState state) => Weight * state.Force - Trap * state.Positions;
}

/// <summary>
/// Hamiltonian Monte Carlo (Duane et al., 1987; Neal, 2011) on mean-free positions, all chains at once. With a single
/// leapfrog step it is the Metropolis-adjusted Langevin algorithm.
/// </summary>
/// <param name="system">The system.</param>
/// <param name="leapfrogSteps">L, leapfrog steps of a trajectory.</param>
internal sealed class HamiltonianMonteCarlo(IParticleSystem system, int leapfrogSteps)
{
    // Trajectories of one length could be periods of the motion.
    private const double Jitter = 0.2;

    /// <summary>One trajectory of each chain, accepted with probability min(1, exp(−ΔH)); where H is not finite, it is not.</summary>
    /// <param name="state">Where the chains are; freed.</param>
    /// <param name="target">The density that is left invariant.</param>
    /// <param name="stepSize">ε, [B, 1].</param>
    /// <param name="random">Where randomness comes from.</param>
    /// <returns>Where they are next, and the probability of acceptance, [B].</returns>
    public (ChainState Next, Tensor Acceptance) Step(ChainState state, ChainTarget target, Tensor stepSize, RandomStream random)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (type, device, count) = (state.Positions.dtype, state.Positions.device, state.Positions.shape[0]);
        Tensor Uniform(params long[] shape) => random.Uniform(shape, type, device);

        var epsilon = stepSize * (1 - Jitter + 2 * Jitter * Uniform(count, 1));
        var momentum = MeanFree.Normal(count, system.Shape, type, random, device);
        var before = Hamiltonian(state, target, momentum);
        var (end, last) = Leapfrog(state, target, momentum, epsilon);
        var acceptance = (before - Hamiltonian(end, target, last)).exp().clamp_max(1).nan_to_num_(0);
        var accepted = Uniform(count) < acceptance;
        var (next, rows) = (accepted.unsqueeze(1), accepted);
        var chosen = new ChainState(
            where(next, end.Positions, state.Positions), where(rows, end.Energy, state.Energy), where(next, end.Force, state.Force)).Keep();
        state.Free();
        return (chosen, acceptance.MoveToOuterDisposeScope());
    }

    private (ChainState End, Tensor Momentum) Leapfrog(ChainState start, ChainTarget target, Tensor momentum, Tensor epsilon)
    {
        using var scope = NewDisposeScope();
        var state = start;
        var p = momentum + 0.5 * epsilon * target.Force(state);
        for (var step = 1; step <= leapfrogSteps; step++)
        {
            using var inner = NewDisposeScope();
            // Rounding would let the mean drift.
            var next = ChainState.At(system, MeanFree.Project(state.Positions + epsilon * p, system.Shape));
            p.add_((step < leapfrogSteps ? 1 : 0.5) * epsilon * target.Force(next));
            if (step > 1)
            {
                state.Free();
            }

            state = next.Keep();
        }

        return (state.Keep(), p.MoveToOuterDisposeScope());
    }

    private static Tensor Hamiltonian(ChainState state, ChainTarget target, Tensor momentum) =>
        target.Potential(state) + 0.5 * momentum.square().sum([1]);
}
