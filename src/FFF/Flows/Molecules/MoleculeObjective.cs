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
    /// <summary>Tensors that are drawn for each size: the dequantiser's noise and <see cref="ObjectiveDraws"/>.</summary>
    private const int Draws = 1 + ObjectiveDraws.Count;

    /// <inheritdoc/>
    public double FinalBeta => objective.FinalBeta;

    /// <inheritdoc/>
    public double? BetaAt(double progress) => objective.BetaAt(progress);

    /// <inheritdoc/>
    BetaController? IObjective.BetaController => objective.ControllerIn(
        flow.Shape.AtomCounts.Select((count, atoms) => (double)count * ((atoms * flow.Shape.Nodes.Width) - MoleculeSpace.Axes)).Sum()
            / flow.Shape.AtomCounts.Sum());

    /// <summary>
    /// That of positions, whose mean is zero. Atoms in an order are chains, whose coordinates vary together: the geometric mean of their principal variances
    /// counts.
    /// </summary>
    double IObjective.VarianceOf(Tensor data)
    {
        using var scope = NewDisposeScope();
        return flow.Shape.Ranks?.PrincipalVariance(flow.Shape.AtomCounts) ?? cat([.. MoleculeRows.BySize(data, MoleculeSpace.DataWidth)
            .Select(size => size.Rows.narrow(-1, 0, MoleculeSpace.Axes).flatten())], 0).to(float64).square().mean().item<double>();
    }

    /// <inheritdoc/>
    bool IObjective.IsRecordable => ((IObjective)objective).IsRecordable;

    /// <summary>For each size the dequantiser's noise and what the objective draws.</summary>
    /// <inheritdoc/>
    public Tensor?[] Draw(Batch batch, RunPoint point)
    {
        using var random = NamedSeed.Stream(point.Seed, "dequantizer", point.Step);
        return [.. Sizes(batch).SelectMany(size => Draw(size.Rows, point, random))];
    }

    /// <summary>Of each size the rows between; sizes that have none are left out, as they are where only these rows are drawn for.</summary>
    Tensor?[] IObjective.Part(Batch batch, Tensor?[] drawn, long start, long count)
    {
        var parts = new List<Tensor?>();
        foreach (var (index, draws) in Sizes(batch).Select(size => size.Index).Zip(drawn.Chunk(Draws)))
        {
            // The rows of a size are in the batch's order.
            var before = index is null ? start : index.lt(start).sum().item<long>();
            var here = (index is null ? start + count : index.lt(start + count).sum().item<long>()) - before;
            if (here > 0)
            {
                parts.Add(draws[0]!.narrow(0, before, here));
                parts.AddRange(ObjectiveDraws.Of(draws.AsSpan(1)).Rows(before, here).Parts);
            }
        }

        return [.. parts];
    }

    /// <summary>The objective on molecules, size by size, each weighted by its share of the batch.</summary>
    /// <inheritdoc/>
    public ObjectiveTerms Evaluate(Batch batch, ReadOnlySpan<Tensor?> drawn)
    {
        ObjectiveTerms? sum = null;
        foreach (var (_, index, rows) in Sizes(batch))
        {
            var part = OfSize(rows, index is null ? batch.Condition : batch.Condition?.index_select(0, index), drawn[..Draws]);
            if (index is null)
            {
                return part;
            }

            drawn = drawn[Draws..];
            part = part.Times((double)rows.shape[0] / batch.Data.shape[0]);
            sum = sum is null ? part : sum.Plus(part);
        }

        return sum!;
    }

    private static IEnumerable<(int Atoms, Tensor? Index, Tensor Rows)> Sizes(Batch batch) =>
        MoleculeRows.BySize(batch.Data, MoleculeSpace.DataWidth, batch.Group);

    /// <summary>What is drawn for molecules of one size, [B, N, 5].</summary>
    private Tensor?[] Draw(Tensor rows, RunPoint point, RandomStream random)
    {
        var (molecules, atoms) = (rows.shape[0], rows.shape[1]);
        var noise = flow.Noise(molecules, atoms, random);
        return [noise, .. objective.Draw(molecules, atoms * flow.Shape.Nodes.Width, rows.dtype, point, n => SpareTypes(n, atoms)).Parts];
    }

    /// <summary>The objective on molecules of one size, [B, N, 5].</summary>
    private ObjectiveTerms OfSize(Tensor rows, Tensor? condition, ReadOnlySpan<Tensor?> drawn)
    {
        var (v, logQ) = flow.Dequantizer.Draw(rows, drawn[0]!.to(rows.dtype));
        var draws = ObjectiveDraws.Of(drawn[1..]);
        var terms = objective.Evaluate(v, condition, draws);
        var dequantization = logQ.mean();
        return terms with { Loss = terms.Loss + draws.LikelihoodWeight * dequantization, LatentNll = terms.LatentNll! + dequantization };
    }

    /// <summary>Leaves types without noise, as their cells are as wide as the dequantiser makes them.</summary>
    private void SpareTypes(Tensor noise, long atoms) =>
        noise.view(noise.shape[0], atoms, -1).narrow(-1, MoleculeSpace.Axes, flow.Shape.Types).zero_();
}
