using static TorchSharp.torch;

namespace FFF.Numerics;

/// <summary>log|det A| of many matrices.</summary>
internal static class LogDeterminant
{
    /// <summary>
    /// MKL factorises larger matrices with several threads. Inside of libtorch's parallel loop over the matrices it then waits
    /// for ever for threads that are not there (seen with 157 × 157 and two threads, not with 117 × 117): those are taken one by one.
    /// </summary>
    private const long LargestInParallel = 64;

    /// <summary>[B, D, D] to [B].</summary>
    public static Tensor Of(Tensor matrices)
    {
        if (matrices.device_type != TorchSharp.DeviceType.CPU || matrices.shape[^1] <= LargestInParallel)
        {
            return linalg.slogdet(matrices).Item2;
        }

        Tensor[] each = [.. matrices.unbind(0).Select(matrix => linalg.slogdet(matrix).Item2)];
        return stack(each, 0);
    }
}
