using System.Diagnostics;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Benchmarks;

/// <summary>The rate of a large matrix product: the practical limit of arithmetic on this device and these threads.</summary>
internal static class MatrixProduct
{
    /// <summary>The best of several float32 products of 1024 × 1024 (CPU) or 8192 × 8192 (GPU) matrices, GFLOP/s.</summary>
    public static double GflopsPerSecond(Device device)
    {
        var gpu = device.type == TorchSharp.DeviceType.CUDA;
        var size = gpu ? 8192 : 1024;
        using var scope = NewDisposeScope();
        using var random = new RandomStream(0);
        var a = random.Normal([size, size], device: device);
        var best = 0.0;
        for (var i = 0; i < 12; i++)
        {
            var clock = Stopwatch.StartNew();
            using var product = mm(a, a);
            if (gpu)
            {
                cuda.synchronize(device);
            }

            best = Math.Max(best, 2.0 * size * size * size / clock.Elapsed.TotalSeconds * 1e-9);
        }

        return best;
    }
}
