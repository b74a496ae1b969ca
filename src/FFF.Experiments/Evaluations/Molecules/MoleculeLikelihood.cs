using FFF.Datasets;
using FFF.Evaluations.Nll;
using FFF.Flows;
using FFF.Flows.Molecules;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Evaluations.Molecules;

/// <summary>The likelihood of molecules that were held out: of all, of those without rare elements, and as the literature counts it.</summary>
/// <param name="All">Of all that were evaluated.</param>
/// <param name="Literature">
/// As the E(n) flow's and EDM's code has it, which differs in one term: log p(N) is that of the training molecules' histogram itself, where ours
/// adds a hundredth of a molecule to each size. Both are in nats per molecule, with positions in ångström in the space of zero mean, types and charges
/// dequantised by one draw, and log p(N) included.
/// </param>
/// <param name="Rare">The elements that are rare.</param>
/// <param name="Common">Of the molecules that hold none of these; null where none that was evaluated holds one, or all do.</param>
internal sealed record MoleculeLikelihood(NllReport All, NllMeans Literature, IReadOnlyList<string> Rare, NllMeans? Common)
{
    /// <summary>An element is rare that fewer of the training molecules hold: a flow hardly learns its likelihood.</summary>
    public const double RareShare = 0.05;

    /// <summary>Evaluates the first molecules that were held out.</summary>
    /// <param name="flow">A flow of molecules.</param>
    /// <param name="dataset">What it was trained on.</param>
    /// <param name="most">At most so many.</param>
    public static MoleculeLikelihood Of(DensityModel flow, Dataset dataset, int most)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (all, rows, each) = NllReport.OfEach(flow, dataset, most, null);
        var shape = (MoleculeSpace)dataset.Train.Space;
        var trained = Holds(dataset.Train.Data, shape).to(float64).mean([0L]).lt(RareShare);
        var isRare = (Holds(rows.Data, shape) & trained.unsqueeze(0)).any(1);
        var common = isRare.logical_not().nonzero().squeeze(1);
        var rare = trained.nonzero().squeeze(1).data<long>().Select(type => ((Element)shape.AtomicNumbers[(int)type]).ToString()).ToArray();
        return new(all, InLiterature(flow, rows, each), rare,
            common.shape[0] == 0 || common.shape[0] == rows.Count ? null : NllMeans.Of(each, common));
    }

    private static NllMeans InLiterature(DensityModel flow, Samples rows, Likelihood each)
    {
        var counts = ((MoleculeFlow)flow.Flow).AtomCounts;
        var sizes = MoleculeRows.Sizes(rows.Data, MoleculeSpace.DataWidth).to(int64).cpu().data<long>();
        var difference = tensor(sizes.Select(size => counts.LogPublishedShare((int)size) - counts.LogShare((int)size)).ToArray(), float64);
        return NllMeans.Of(each.Encoder + difference, each.Decoder + difference);
    }

    /// <summary>Whether molecules, [N, M·5], hold each of K elements, [N, K].</summary>
    private static Tensor Holds(Tensor data, MoleculeSpace shape)
    {
        var types = data.view(data.shape[0], -1, MoleculeSpace.DataWidth).select(-1, MoleculeSpace.Axes);
        return stack([.. Enumerable.Range(0, shape.Types).Select(type => types.eq(type).any(1))], 1);
    }
}
