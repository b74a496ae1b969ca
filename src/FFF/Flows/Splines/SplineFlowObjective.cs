using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Flows.Splines;

/// <summary>Maximum likelihood: L(x) = −log p(x | c). Nothing is drawn, and nothing has to be reconstructed.</summary>
/// <param name="flow">The flow.</param>
internal sealed class SplineFlowObjective(SplineFlow flow) : IObjective
{
    /// <inheritdoc/>
    public double FinalBeta => 0;

    /// <inheritdoc/>
    public double? BetaAt(double progress) => null;

    /// <inheritdoc/>
    public ObjectiveTerms Evaluate(Batch batch, ReadOnlySpan<Tensor?> drawn)
    {
        var (z, logDet) = flow.EncodeWithLogDet(batch.Data, batch.Condition);
        var latentNll = -flow.Latent.LogProb(z).mean();
        return new(latentNll - logDet.mean(), latentNll, null);
    }
}
