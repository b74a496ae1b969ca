using FFF.Configuration;
using FFF.Datasets.Molecules;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Flows.Molecules;

/// <summary>
/// The free-form flow objective on dequantised molecules, with log q(v | x) added, so that the flow's bound on −log p(x) is
/// minimised over flow and dequantiser together.
/// </summary>
/// <param name="flow">The flow.</param>
/// <param name="objective">The objective of continuous values.</param>
public sealed class MoleculeObjective(MoleculeFlow flow, Objective objective) : IObjective
{
    /// <inheritdoc/>
    public double FinalBeta => objective.FinalBeta;

    /// <inheritdoc/>
    public double? BetaAt(double progress) => objective.BetaAt(progress);

    /// <summary>The objective on molecules, size by size, each weighted by its share of the batch.</summary>
    /// <inheritdoc/>
    public ObjectiveTerms Evaluate(Tensor x, Tensor? condition, double progress, long seed, long step)
    {
        using var generator = NamedSeed.Generator(x.device, seed, "dequantizer", step);
        ObjectiveTerms? sum = null;
        foreach (var (_, index, rows) in MoleculeRows.BySize(x, MoleculeShape.DataWidth))
        {
            var share = (double)index.shape[0] / x.shape[0];
            var (v, logQ) = flow.Dequantize(rows, generator);
            var terms = objective.Evaluate(v, condition, progress, seed, step, noise => SpareTypes(noise, rows.shape[1]));
            var dequantization = objective.LikelihoodWeightAt(progress) * logQ.mean();
            var part = new ObjectiveTerms(share * (terms.Loss + dequantization), share * (terms.LatentNll! + logQ.mean()), share * terms.Reconstruction!);
            sum = sum is null ? part : new(sum.Loss + part.Loss, sum.LatentNll! + part.LatentNll!, sum.Reconstruction! + part.Reconstruction!);
        }

        return sum!;
    }

    /// <summary>Leaves types without noise, as their cells are as wide as the dequantiser makes them.</summary>
    private Tensor SpareTypes(Tensor noise, long atoms)
    {
        noise.view(noise.shape[0], atoms, -1).narrow(-1, MoleculeShape.Space, flow.Shape.Types).zero_();
        return noise;
    }
}
