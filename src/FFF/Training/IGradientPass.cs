using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Training;

/// <summary>How a step went, on the device.</summary>
/// <param name="Values">The loss, the gradient's norm, and then the terms that there are, [2..5].</param>
/// <param name="Has">Which terms there are.</param>
/// <param name="Warning">What the user should know; null where there is nothing.</param>
internal sealed record StepNumbers(Tensor Values, StepTerms Has, string? Warning = null);

/// <summary>The arithmetic of a training step up to its gradient.</summary>
internal interface IGradientPass : IDisposable
{
    /// <summary>How many operations the device was given as one; null where they are given one by one.</summary>
    long? Launches { get; }

    /// <summary>Writes the gradient of the objective on a batch into the trainer's buffer.</summary>
    /// <param name="batch">Samples, on the device.</param>
    /// <param name="drawn">What the step takes from the host, on the CPU: first the batch's weight, [], then what the objective draws.</param>
    /// <returns>How it went; to be read before the next pass.</returns>
    StepNumbers Of(Batch batch, Tensor?[] drawn);
}
