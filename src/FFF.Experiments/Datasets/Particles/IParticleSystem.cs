using static TorchSharp.torch;

namespace FFF.Datasets.Particles;

/// <summary>
/// Identical particles with the density p(x) = exp(−U(x)) / Z at temperature 1, on positions whose mean is zero, that chains can draw. U does not
/// change when particles are exchanged or all of them are rotated, reflected or moved together.
/// </summary>
public interface IParticleSystem : IEnergy
{
    /// <summary>About the standard deviation of a coordinate, where chains and annealing start from; it changes no result.</summary>
    double Spread { get; }

    /// <summary>How chains draw from it; the standard settings are a start for any system.</summary>
    SamplerSettings Sampling => new();

    /// <summary>U(x) and the force −∇U(x), both in the type and on the device of x; no graph is kept.</summary>
    /// <param name="x">[B, N·d], particle after particle.</param>
    /// <returns>[B] and [B, N·d]. Not finite where particles lie so close together that the type cannot hold U.</returns>
    (Tensor Energy, Tensor Force) EnergyAndForce(Tensor x);

    /// <inheritdoc/>
    Tensor IEnergy.Energy(Tensor x)
    {
        var (energy, force) = EnergyAndForce(x);
        force.Dispose();
        return energy;
    }
}
