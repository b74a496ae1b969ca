using FFF.Evaluation.Boltzmann;
using static System.FormattableString;
using static TorchSharp.torch;

namespace FFF.Datasets.Particles;

/// <summary>Whether positions that came without their chains follow the energy that they are said to follow, by the virial.</summary>
/// <param name="Mean">⟨x·∇U⟩; its error is by the rows that differ, as repeated ones tell nothing new.</param>
/// <param name="Dimension">(N−1)·d, what it is for samples of the system.</param>
/// <param name="WellDepth">The factor of the pair energies with which it would be that; null where the system has none, or none does.</param>
internal sealed record PositionsVirial(MeanEstimate Mean, int Dimension, MeanEstimate? WellDepth)
{
    private const int RowsAtOnce = 1 << 14;
    private const double LargestRelativeError = 0.2;

    /// <summary>Of positions.</summary>
    /// <param name="system">The system.</param>
    /// <param name="positions">[B, N·d], of mean zero, on the CPU.</param>
    public static PositionsVirial Of(IParticleSystem system, Tensor positions)
    {
        var repeats = (double)positions.shape[0] / RepeatedRows.Distinct(positions);
        var (virial, dimension) = (Values(system, positions), system.Shape.MeanFreeDimension);
        var mean = MeanOf(virial);
        if (system is not LennardJones cluster)
        {
            return new(mean, dimension, null);
        }

        // It is linear in the depth: v(ε) = v(0) + ε slope.
        var slope = Values(cluster.WithWellDepth(cluster.WellDepth + 1), positions).Zip(virial, (above, at) => above - at).Average();
        var fit = new MeanEstimate(cluster.WellDepth + ((dimension - mean.Value) / slope), Math.Abs(mean.StandardError / slope));
        return new(mean, dimension, fit.Value > 0 && fit.StandardError < LargestRelativeError * fit.Value ? fit : null);

        MeanEstimate MeanOf(double[] values)
        {
            var independent = MeanEstimate.Of(values);
            return independent with { StandardError = independent.StandardError * Math.Sqrt(repeats) };
        }
    }

    /// <summary>What speaks against the energy, in words; null where nothing does.</summary>
    /// <param name="name">What the positions are called.</param>
    /// <param name="config">What says which energy it is.</param>
    public string? Doubt(string name, ParticleData config) => VirialTheorem.IsOff(Mean.Value, Mean.StandardError, Dimension)
        ? $"{name}: no samples of {(config.System is { } known ? ParticleSystems.Get(known).Name : "data.energy")} at its temperature: "
            + Invariant($"the virial ⟨x·∇U⟩ is {Mean.Value:F2} ± {Mean.StandardError:F2}, and should be ")
            + Invariant($"(N−1)·d = {Dimension}. ")
            + (WellDepth is { } depth
                ? Invariant($"It is with data.well_depth: {depth.Value:G3} (± {depth.StandardError:G1}).")
                : $"Correct data.{(config.System is null ? "energy" : "system")}, or leave it out.")
        : null;

    private static double[] Values(IParticleSystem system, Tensor positions)
    {
        var values = new List<double>();
        foreach (var (first, count) in Numerics.RowChunks.Of(positions.shape[0], RowsAtOnce))
        {
            using var scope = NewDisposeScope();
            values.AddRange(ChainNumbers.Of(VirialTheorem.Of(ChainState.At(system, positions.narrow(0, first, count).to(float64)))));
        }

        return [.. values];
    }
}
