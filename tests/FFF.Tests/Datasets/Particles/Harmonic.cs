using FFF.Datasets.Particles;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Particles;

/// <summary>U = ½ κ ‖x − x̄‖²: a Gaussian of S = (N − 1)d dimensions, whose energy has mean and variance S/2, and log Z = ½ S log(2π/κ).</summary>
internal sealed class Harmonic(int particles, int dimensions, double stiffness, double spread) : IParticleSystem
{
    public string Name => "harmonic";

    public MeanFreePositions Shape { get; } = new(particles, dimensions);

    public double Spread => spread;

    public double LogZ => 0.5 * Shape.MeanFreeDimension * Math.Log(2 * Math.PI / stiffness);

    public (Tensor Energy, Tensor Force) EnergyAndForce(Tensor x)
    {
        var centred = MeanFree.Project(x, Shape);
        return (0.5 * stiffness * centred.square().sum([1]), -stiffness * centred);
    }
}
