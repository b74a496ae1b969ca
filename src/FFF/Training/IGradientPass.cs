using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Training;

/// <summary>How a step went, on the device.</summary>
/// <param name="Values">The loss, the gradient's norm, and where there are such the latent NLL and the reconstruction, [2..4].</param>
/// <param name="HasLatentNll">Whether the objective has a latent NLL.</param>
/// <param name="HasReconstruction">Whether it has a reconstruction.</param>
/// <param name="Warning">What the user should know; null where there is nothing.</param>
internal sealed record StepNumbers(Tensor Values, bool HasLatentNll, bool HasReconstruction, string? Warning = null);

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
