using FFF.Flows;
using FFF.Spaces;
using static FFF.Formats.NumberText;
using static TorchSharp.torch;

namespace FFF.Evaluations;

/// <summary>
/// Whether a flow on data whose mean position is zero keeps it so. A network for vectors, which knows nothing of particles, need not:
/// then the decoder is judged at latents that its samples do not come from, and its samples are not centred.
/// </summary>
internal static class OffSubspace
{
    private const double LargestShare = 1e-3;
    private const long MaxSamples = 1000;

    /// <summary>What speaks against trusting the likelihoods; nothing for data on no subspace.</summary>
    /// <param name="model">The model.</param>
    /// <param name="samples">Data in their own units.</param>
    public static IEnumerable<string> Doubts(DensityModel model, Samples samples) => Share(model, samples) is > LargestShare and var share
        ? [$"The encoder leaves the subspace of positions whose mean is zero, by {Percent(share)} of its latents' length: "
            + "the likelihood by the decoder is not exact, and samples are not centred. Networks for graphs, such as egnn, stay in it."]
        : [];

    /// <summary>How far latents are off the subspace, as a share of their length; null where there is none.</summary>
    private static double? Share(DensityModel model, Samples samples)
    {
        if (model.Flow is not FreeFormFlow flow)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        if (flow.Latent.Basis(samples.Data.shape[1], float64, CPU) is not { } basis)
        {
            return null;
        }

        var count = Math.Min(samples.Count, MaxSamples);
        var z = model.Encode(new Samples(samples.Data.narrow(0, 0, count), samples.Condition?.narrow(0, 0, count))).to(float64);
        return Math.Sqrt((z - z.mm(basis).mm(basis.t())).square().sum().item<double>() / z.square().sum().item<double>());
    }
}
