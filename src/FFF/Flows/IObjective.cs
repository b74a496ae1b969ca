using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Flows;

/// <summary>
/// What training minimises, in two parts: what a step takes from the host, and the arithmetic, which depends on tensors alone. So a
/// device can be given the arithmetic of a step as a whole, and do it again with other numbers.
/// </summary>
public interface IObjective
{
    /// <summary>The weight of the reconstruction when validation chooses the best checkpoint; 0 where it is exact.</summary>
    double FinalBeta { get; }

    /// <summary>The weight of the reconstruction at this point of the run; null where the method has none.</summary>
    /// <param name="progress">The share of the run that is done, 0 to 1.</param>
    double? BetaAt(double progress);

    /// <summary>Moves the weight of the reconstruction; null where a schedule does.</summary>
    internal BetaController? BetaController => null;

    /// <summary>The variance of what β weighs the reconstruction of: the mean over columns; 0 where nothing varies.</summary>
    /// <param name="data">Rows as the flow sees them, [B, D].</param>
    internal double VarianceOf(Tensor data)
    {
        using var scope = NewDisposeScope();
        return data.to(float64).var(0, unbiased: false).mean().item<double>();
    }

    /// <summary>Whether it is one of this library's, and what it stands around, too.</summary>
    internal bool IsOwn => GetType().Assembly == typeof(IObjective).Assembly;

    /// <summary>Whether a GPU's operations of a step are the same each time, and never ask the host, so that they can be recorded.</summary>
    internal bool IsRecordable => true;

    /// <summary>What a step takes from the host beside its batch: random numbers and the values of schedules.</summary>
    /// <param name="batch">Samples, standardised; their shapes tell how much is drawn.</param>
    /// <param name="point">Where in the run the step is.</param>
    /// <returns>Tensors on the CPU, of shapes that follow from the batch's; the caller's. Nothing, if left out.</returns>
    Tensor?[] Draw(Batch batch, RunPoint point) => [];

    /// <summary>Of what was drawn for a batch, what belongs to some of its rows, so that several processes can share the batch.</summary>
    /// <param name="batch">The whole batch.</param>
    /// <param name="drawn">What <see cref="Draw"/> gave for it.</param>
    /// <param name="start">The first row.</param>
    /// <param name="count">How many rows, at least one.</param>
    /// <returns>Views of the same tensors, as if they had been drawn for these rows alone.</returns>
    internal Tensor?[] Part(Batch batch, Tensor?[] drawn, long start, long count) => drawn.Length == 0
        ? drawn
        : throw new NotSupportedException("Several processes can share the batches of this library's own objectives only.");

    /// <summary>The objective on a batch, a function of tensors alone: what else may change from step to step is drawn.</summary>
    /// <param name="batch">Samples, standardised.</param>
    /// <param name="drawn">What <see cref="Draw"/> gave, on the batch's device.</param>
    ObjectiveTerms Evaluate(Batch batch, ReadOnlySpan<Tensor?> drawn);
}
