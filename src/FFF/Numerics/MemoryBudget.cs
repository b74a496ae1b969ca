using FFF.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Numerics;

/// <summary>
/// How many rows are evaluated at once, so that memory stays bounded whatever is asked for. A row with K tangents takes 1 + K
/// planes of as many numbers as the network has at once for it; edges are what counts in a graph network.
/// </summary>
/// <remarks>A share of what the device has, not of what is free now: what depends on the moment could not be repeated bit by bit.</remarks>
internal static class MemoryBudget
{
    private const int Share = 8;
    private const long MaxOnCpu = 1L << 30;
    private const long MaxOnGpu = 1L << 32;

    /// <summary>Fewer rows would leave threads without work; then tangents are taken in parts instead.</summary>
    private const long MinRows = 4;

    /// <summary>Larger Jacobians leave a processor's caches; a GPU wants to be filled.</summary>
    private const long JacobianNumbersOnCpu = 1 << 17;
    private const long JacobianNumbersOnGpu = 1 << 21;

    // Neither changes while a process runs, and both take longer to ask for than a small network's evaluation.
    private static readonly Lazy<IReadOnlyList<CudaDevice>> Gpus = new(CudaDevices.List);
    private static readonly Lazy<long> OnCpu = new(() => Math.Min(MaxOnCpu, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Share));

    /// <summary>The bytes that one evaluation may take on a device.</summary>
    public static long Bytes(Device device) => device.type == DeviceType.CUDA
        ? Math.Min(MaxOnGpu, (Gpus.Value.FirstOrDefault(gpu => gpu.Index == Math.Max(0, device.index))?.MemoryBytes ?? MaxOnGpu * Share) / Share)
        : OnCpu.Value;

    /// <summary>Rows that are evaluated at once without tangents.</summary>
    /// <param name="numbers">What a network has at once of a row.</param>
    /// <param name="like">Tells type and device.</param>
    public static long Rows(long numbers, Tensor like) => Math.Max(1, Planes(numbers, like));

    /// <summary>Rows, and tangents of each, that are evaluated at once for Jacobians.</summary>
    /// <param name="numbers">What a network has at once of a row, or of one of its tangents.</param>
    /// <param name="columns">S, the columns of a Jacobian.</param>
    /// <param name="like">[B, D]; tells size, type and device.</param>
    public static (long Rows, int Tangents) Jacobians(long numbers, long columns, Tensor like)
    {
        var planes = Planes(numbers, like);
        var most = (like.device_type == DeviceType.CUDA ? JacobianNumbersOnGpu : JacobianNumbersOnCpu) / Math.Max(1, columns * columns);
        var rows = Math.Max(MinRows, Math.Min(most, planes / (1 + columns)));
        rows = Math.Max(1, Math.Min(rows, planes / 2));
        return (rows, Tangents(planes, rows, columns));
    }

    /// <summary>Tangents of each row that are evaluated at once, where all rows are.</summary>
    /// <inheritdoc cref="Jacobians"/>
    public static int Tangents(long numbers, long columns, Tensor like) => Tangents(Planes(numbers, like), like.shape[0], columns);

    private static int Tangents(long planes, long rows, long columns) => (int)Math.Clamp(planes / Math.Max(1, rows) - 1, 1, columns);

    private static long Planes(long numbers, Tensor like) => Bytes(like.device) / (Math.Max(1, numbers) * like.element_size());
}
