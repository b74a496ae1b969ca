using System.ComponentModel.DataAnnotations;
using FFF.Datasets.Particles;
using FFF.Datasets.Particles.Energies;
using FFF.Options;
using FFF.Outside;
using FFF.Spaces;
using static TorchSharp.torch;

[assembly: Kind<EnergyConfig, SpringEnergy>("outside-spring")]

namespace FFF.Outside;

/// <summary>½ k ‖x_1 − x_0‖², of the first two particles alone.</summary>
public sealed record SpringEnergy : EnergyConfig
{
    /// <summary>k.</summary>
    [Range(0.0, 1e6)]
    public double Stiffness { get; init; } = 1;

    public override IEnergy Of(MeanFreePositions shape) => new Spring(Stiffness / Temperature, shape);

    private sealed class Spring(double stiffness, MeanFreePositions shape) : IEnergy
    {
        public string Name => $"spring-{stiffness}";

        public MeanFreePositions Shape => shape;

        public Tensor Energy(Tensor x)
        {
            using var scope = NewDisposeScope();
            var positions = x.reshape(x.shape[0], shape.Particles, shape.Dimensions);
            return (0.5 * stiffness * (positions.select(1, 1) - positions.select(1, 0)).square().sum([1])).MoveToOuterDisposeScope();
        }
    }
}
