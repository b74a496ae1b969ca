using static TorchSharp.torch;

namespace FFF.Autodiff;

/// <summary>
/// What a pass leaves for its way back, in many tensors: the C library keeps small ones for the next step, but gives back what is larger than 32 MiB.
/// </summary>
internal static class TapeMemory
{
    /// <summary>Less than this fits wherever a step does.</summary>
    private const long Large = 1L << 26;

    /// <summary>Tensors of float32 on the CPU, [numbers] each; the caller's.</summary>
    /// <param name="count">How many tensors.</param>
    /// <param name="numbers">Numbers of each.</param>
    /// <remarks>
    /// Of many tensors each is promised by the system, until it ends the process as they are written. So all of them are asked for at once before: what
    /// can never fit is refused with an error.
    /// </remarks>
    public static Tensor[] Take(int count, long numbers)
    {
        if (count * numbers > Large)
        {
            empty([count * numbers], dtype: float32).Dispose();
        }

        return [.. Enumerable.Range(0, count).Select(_ => empty([numbers], dtype: float32))];
    }
}
