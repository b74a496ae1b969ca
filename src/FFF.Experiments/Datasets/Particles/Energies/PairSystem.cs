using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Particles.Energies;

/// <summary>U(x) = (Σ_{i&lt;j} u(‖x_i − x_j‖) + ½ κ Σ_i ‖x_i − x̄‖²) / kT.</summary>
/// <param name="name">The name, which tells the potential and its numbers.</param>
/// <param name="shape">N and d.</param>
/// <param name="pair">u.</param>
/// <param name="trap">κ.</param>
/// <param name="temperature">kT.</param>
/// <param name="spread">About the standard deviation of a coordinate.</param>
internal sealed class PairSystem<TPair>(string name, MeanFreePositions shape, TPair pair, double trap, double temperature, double spread) : IParticleSystem
    where TPair : struct, IPairPotential
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public MeanFreePositions Shape => shape;

    /// <inheritdoc/>
    public double Spread => spread;

    /// <inheritdoc/>
    public double? PairBarrier { get; init; }

    /// <inheritdoc/>
    public (Tensor Energy, Tensor Force) EnergyAndForce(Tensor x)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (energy, force) = PairInteractions.Sum(pair, x, Shape);
        if (trap > 0)
        {
            var centred = MeanFree.Project(x, Shape);
            energy.add_(0.5 * trap * centred.square().sum([1]));
            force.sub_(trap * centred);
        }

        return (energy.div_(temperature).MoveToOuterDisposeScope(), force.div_(temperature).MoveToOuterDisposeScope());
    }
}
