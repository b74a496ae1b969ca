using FFF.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Numerics;

/// <summary>The moments of Adam (<see cref="AdamRule"/>) as tensors.</summary>
internal sealed class AdamMoments : IDisposable
{
    /// <summary>Zeros for parameters like these.</summary>
    public AdamMoments(Tensor parameters)
    {
        Mean = zeros_like(parameters).DetachFromDisposeScope();
        Square = zeros_like(parameters).DetachFromDisposeScope();
    }

    /// <summary>m.</summary>
    public Tensor Mean { get; private set; }

    /// <summary>v.</summary>
    public Tensor Square { get; private set; }

    /// <summary>Updates the parameters in place.</summary>
    /// <param name="parameters">θ.</param>
    /// <param name="gradients">g.</param>
    /// <param name="step">The numbers of the update.</param>
    public void Update(Tensor parameters, Tensor gradients, AdamStep step)
    {
        using Scalar keptMean = step.KeptMean, newMean = step.NewMean, keptSquare = step.KeptSquare, newSquare = step.NewSquare;
        using Scalar rate = -step.Rate, epsilon = step.Epsilon, one = 1.0;
        using var scope = NewDisposeScope();
        Mean.mul_(keptMean).add_(gradients, newMean);
        Square.mul_(keptSquare).addcmul_(gradients, gradients, newSquare);
        parameters.addcdiv_(Mean, Square.sqrt().add_(epsilon, one), rate);
    }

    /// <summary>Keeps what belongs to the given rows of the parameters only.</summary>
    public void Keep(Tensor rows)
    {
        using var mean = Mean;
        using var square = Square;
        Mean = mean.index_select(0, rows).DetachFromDisposeScope();
        Square = square.index_select(0, rows).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Mean.Dispose();
        Square.Dispose();
    }
}
