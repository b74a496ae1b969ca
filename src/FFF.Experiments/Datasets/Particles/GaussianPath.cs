using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Particles;

/// <summary>
/// The densities exp(−λU(x) − (1−λ)‖x‖²/2σ²) on mean-free positions, from a Gaussian at λ = 0, whose normaliser and independent draws
/// are known, to a system at λ = 1. In λ they are exp(−λV(x)) times the Gaussian, with V = U − ‖x‖²/2σ².
/// </summary>
/// <param name="system">The system.</param>
internal sealed class GaussianPath(IParticleSystem system)
{
    private readonly double _precision = 1 / (system.Spread * system.Spread);

    /// <summary>log Z₀ = ½ (N−1)d log 2πσ², at λ = 0.</summary>
    public double LogZ0 { get; } = 0.5 * system.Shape.MeanFreeDimension * Math.Log(2 * Math.PI * system.Spread * system.Spread);

    /// <summary>Independent draws at λ = 0.</summary>
    public ChainState Draw(long count, ScalarType type, RandomStream random, Device device)
    {
        using var scope = NewDisposeScope();
        return ChainState.At(system, MeanFree.Normal(count, system.Shape, type, random, device) * system.Spread).Keep();
    }

    /// <summary>The density at each chain's λ.</summary>
    /// <param name="lambda">[B, 1].</param>
    public ChainTarget Target(Tensor lambda) => new(lambda, (1 - lambda) * _precision);

    /// <summary>V(x), [B].</summary>
    public Tensor Difference(ChainState state) => state.Energy - 0.5 * _precision * state.Positions.square().sum([1]);
}
