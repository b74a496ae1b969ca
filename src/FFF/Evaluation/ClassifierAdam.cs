using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Evaluation;

/// <summary>Adam (<see cref="AdamSettings"/>) for a batch of classifiers.</summary>
internal sealed class ClassifierAdam(ClassifierBatch classifiers) : IDisposable
{
    private static readonly Scalar One = 1.0;
    private static readonly Scalar KeptMean = AdamSettings.Beta1;
    private static readonly Scalar KeptSquare = AdamSettings.Beta2;
    private static readonly Scalar Epsilon = AdamSettings.Epsilon;

    private Tensor _mean = zeros_like(classifiers.Parameters).DetachFromDisposeScope();
    private Tensor _square = zeros_like(classifiers.Parameters).DetachFromDisposeScope();
    private int _steps;

    /// <summary>Moves the parameters against the gradient.</summary>
    /// <param name="gradient">The gradient of B times the loss, [C, P].</param>
    /// <param name="batch">B.</param>
    public void Step(Tensor gradient, long batch)
    {
        _steps++;
        using Scalar newMean = (1 - AdamSettings.Beta1) / batch;
        using Scalar newSquare = (1 - AdamSettings.Beta2) / batch / batch;
        using Scalar rate = -AdamSettings.Rate(_steps);
        using var scope = NewDisposeScope();
        _mean.mul_(KeptMean).add_(gradient, newMean);
        _square.mul_(KeptSquare).addcmul_(gradient, gradient, newSquare);
        classifiers.Parameters.addcdiv_(_mean, _square.sqrt().add_(Epsilon, One), rate);
    }

    /// <summary>Keeps what belongs to the classifiers of the given rows only.</summary>
    public void Keep(Tensor rows)
    {
        using var mean = _mean;
        using var square = _square;
        _mean = mean.index_select(0, rows).DetachFromDisposeScope();
        _square = square.index_select(0, rows).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _mean.Dispose();
        _square.Dispose();
    }
}
