using FFF.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Randomness;

/// <summary>
/// How many rows are drawn from one stream of random numbers. What a seed draws depends on it, so it goes by the rows and the kind of
/// device alone; how many of them are worked on at once, memory decides (<see cref="MemoryBudget"/>).
/// </summary>
/// <param name="OnCpu">The block's size on a CPU, whose caches larger ones would leave.</param>
/// <param name="OnGpu">Its size on a GPU, which wants to be filled.</param>
internal sealed record StreamBlock(long OnCpu, long OnGpu)
{
    /// <summary>Rows whose draws cost the same everywhere.</summary>
    public static StreamBlock Plain { get; } = new(1 << 16, 1 << 16);

    /// <summary>The rows of a block, at least one.</summary>
    /// <param name="device">Where they are worked on.</param>
    /// <param name="size">What a row counts for, such as the pairs of its nodes.</param>
    public int Rows(Device device, long size = 1) => (int)Math.Max(1, (device.type == DeviceType.CPU ? OnCpu : OnGpu) / size);
}
