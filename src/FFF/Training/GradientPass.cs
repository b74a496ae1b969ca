using FFF.Autodiff;
using FFF.Flows;
using FFF.Native;
using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Training;

/// <summary>Computes operation by operation.</summary>
/// <param name="objective">What is minimised.</param>
/// <param name="gradients">Where a backward pass adds the gradients of all parameters to, [P].</param>
/// <param name="tf32">Whether matrix products on a CUDA device may round their factors to TF32.</param>
internal sealed class GradientPass(IObjective objective, Tensor gradients, bool tf32 = false) : IGradientPass
{
    /// <inheritdoc/>
    public long? Launches => null;

    /// <inheritdoc/>
    public StepNumbers Of(Batch batch, Tensor?[] drawn) => OnDevice(batch, OneCopy.To(gradients.device, drawn));

    /// <summary>The same with what was drawn on the device: nothing is copied from the host, and nothing read.</summary>
    public StepNumbers OnDevice(Batch batch, Tensor?[] drawn)
    {
        using var precision = tf32 ? new Tf32Products() : null;
        using var memory = new PassMemory();
        gradients.zero_();
        var terms = objective.Evaluate(batch, drawn.AsSpan(1));
        terms.Loss.backward([drawn[0]!.to(terms.Loss.dtype)]);
        memory.ThrowIfFailed();
        Tensor?[] all = [terms.Loss, gradients.norm(), terms.LatentNll, terms.Reconstruction, terms.InverseError];
        return new(stack([.. all.OfType<Tensor>().Select(part => part.detach())], 0),
            (terms.LatentNll is null ? 0 : StepTerms.LatentNll)
                | (terms.Reconstruction is null ? 0 : StepTerms.Reconstruction)
                | (terms.InverseError is null ? 0 : StepTerms.InverseError));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
