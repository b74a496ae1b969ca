using FFF.Networks.Embeddings;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Flows;

/// <summary>
/// An objective whose networks are told summaries of conditions. They are computed once for a step, whatever the objective does with them, and gradients
/// of all that it does flow into them.
/// </summary>
/// <param name="inner">The objective on summaries.</param>
/// <param name="embedding">What makes them.</param>
internal sealed class EmbeddedObjective(IObjective inner, IEmbedding embedding) : IObjective
{
    /// <summary>The objective on summaries.</summary>
    public IObjective Inner => inner;

    /// <inheritdoc/>
    public double FinalBeta => inner.FinalBeta;

    BetaController? IObjective.BetaController => inner.BetaController;

    bool IObjective.IsOwn => inner.IsOwn;

    bool IObjective.IsRecordable => inner.IsRecordable;

    /// <inheritdoc/>
    public double? BetaAt(double progress) => inner.BetaAt(progress);

    double IObjective.VarianceOf(Tensor data) => inner.VarianceOf(data);

    /// <inheritdoc/>
    public Tensor?[] Draw(Batch batch, RunPoint point) => inner.Draw(batch, point);

    Tensor?[] IObjective.Part(Batch batch, Tensor?[] drawn, long start, long count) => inner.Part(batch, drawn, start, count);

    /// <inheritdoc/>
    public ObjectiveTerms Evaluate(Batch batch, ReadOnlySpan<Tensor?> drawn) =>
        inner.Evaluate(batch with { Condition = embedding.Forward(batch.Condition!) }, drawn);
}
