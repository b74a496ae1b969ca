using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Flows.Molecules;

/// <summary>
/// The free-form flow objective on dequantised molecules, with log q(v | x) added, so that the flow's bound on −log p(x) is
/// minimised over flow and dequantiser together.
/// </summary>
/// <param name="flow">The flow.</param>
/// <param name="objective">The objective of continuous values.</param>
internal sealed class MoleculeObjective(MoleculeFlow flow, Objective objective) : IObjective
{
    /// <inheritdoc/>
    public double FinalBeta => objective.FinalBeta;

    /// <inheritdoc/>
    public double? BetaAt(double progress) => objective.BetaAt(progress);

    /// <summary>The objective on molecules, size by size, each weighted by its share of the batch.</summary>
    /// <inheritdoc/>
    public ObjectiveTerms Evaluate(Batch batch, double progress, long seed, long step)
    {
        using var random = NamedSeed.Stream(seed, "dequantizer", step);
        ObjectiveTerms? sum = null;
        foreach (var (_, index, rows) in MoleculeRows.BySize(batch.Data, MoleculeSpace.DataWidth, batch.Group))
        {
            var part = OfSize(rows, index is null ? batch.Condition : batch.Condition?.index_select(0, index), progress, seed, step, random);
            if (index is null)
            {
                return part;
            }

            var share = (double)rows.shape[0] / batch.Data.shape[0];
            part = new(share * part.Loss, share * part.LatentNll!, share * part.Reconstruction!);
            sum = sum is null ? part : new(sum.Loss + part.Loss, sum.LatentNll! + part.LatentNll!, sum.Reconstruction! + part.Reconstruction!);
        }

        return sum!;
    }

    /// <summary>The objective on molecules of one size, [B, N, 5]; all that is drawn travels in one copy.</summary>
    private ObjectiveTerms OfSize(Tensor rows, Tensor? condition, double progress, long seed, long step, RandomStream random)
    {
        var (molecules, atoms) = (rows.shape[0], rows.shape[1]);
        var drawn = OneCopy.To(rows.device, [flow.Noise(molecules, atoms, random),
            .. objective.Draw(molecules, atoms * flow.Shape.Nodes.Width, seed, step, noise => SpareTypes(noise, atoms)).Parts]);
        var (v, logQ) = flow.Dequantizer.Draw(rows, drawn[0]!.to(rows.dtype));
        var terms = objective.Evaluate(v, condition, progress, ObjectiveDraws.Of(drawn.AsSpan(1)));
        var (dequantization, weight) = (logQ.mean(), objective.LikelihoodWeightAt(progress));
        return new(terms.Loss + (weight < 1 ? weight * dequantization : dequantization), terms.LatentNll! + dequantization, terms.Reconstruction!);
    }

    /// <summary>Leaves types without noise, as their cells are as wide as the dequantiser makes them.</summary>
    private void SpareTypes(Tensor noise, long atoms) =>
        noise.view(noise.shape[0], atoms, -1).narrow(-1, MoleculeSpace.Axes, flow.Shape.Types).zero_();
}
