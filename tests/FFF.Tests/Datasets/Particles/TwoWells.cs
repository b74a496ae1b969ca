using FFF.Datasets.Particles;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Particles;

/// <summary>Two particles on a line, U = (r² − 4)² / 2 with r their distance: two wells for their difference, which only the barrier's height parts.</summary>
internal sealed class TwoWells : IParticleSystem
{
    public string Name => "two-wells";

    public MeanFreePositions Shape { get; } = new(2, 1);

    public double Spread => 1.5;

    public (Tensor Energy, Tensor Force) EnergyAndForce(Tensor x)
    {
        var r = (x[.., 0] - x[.., 1]).unsqueeze(1);
        var well = r.square() - 4;
        var slope = 2 * r * well;
        return ((0.5 * well.square()).squeeze(1), cat([-slope, slope], 1));
    }

    /// <summary>log Z, ⟨U⟩ and ⟨x·∇U⟩ in the orthonormal coordinate t = r/√2 of the subspace, by the trapezoidal rule.</summary>
    public (double LogZ, double Energy, double Virial) ByQuadrature()
    {
        const int Points = 20_000;
        const double End = 4;
        var (z, energy, virial) = (0.0, 0.0, 0.0);
        for (var k = 0; k <= Points; k++)
        {
            var t = End * ((2.0 * k / Points) - 1);
            var r = Math.Sqrt(2) * t;
            var u = 0.5 * Math.Pow((r * r) - 4, 2);
            var weight = Math.Exp(-u);
            z += weight;
            energy += weight * u;
            virial += weight * r * 2 * r * ((r * r) - 4);
        }

        return (Math.Log(z * 2 * End / Points), energy / z, virial / z);
    }
}
