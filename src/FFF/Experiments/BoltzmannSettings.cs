using FFF.Datasets.Particles;
using FFF.Spaces;
using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Experiments;

/// <summary>How a run on particles is evaluated.</summary>
public sealed record BoltzmannSettings
{
    // On a CPU larger batches leave the caches and are slower; a GPU wants to be filled.
    private const long PairsOnCpu = 1 << 16;
    private const long PairsOnGpu = 1 << 20;

    /// <summary>Fewer samples tell nothing of their weights.</summary>
    public const int FewestSamples = 100;

    /// <summary>N, how many samples the flow draws.</summary>
    public int Samples { get; init; } = 10_000;

    /// <summary>Of the samples.</summary>
    public long Seed { get; init; }

    /// <summary>How log Z is estimated, where the energy is known; null leaves it out, and the limit with it.</summary>
    public AnnealingSettings? Annealing { get; init; } = new();

    /// <summary>Systems that are decoded at once; chosen by their size and the device if left out. With the seed it decides which samples are drawn.</summary>
    public int? Batch { get; init; }

    /// <summary>The checkpoint that the flow is from, for the report.</summary>
    public required string Checkpoint { get; init; }

    /// <summary>Systems that are decoded at once without their densities.</summary>
    public int Rows(MeanFreePositions shape, Device device) =>
        Batch ?? (int)Math.Max(1, (device.type == DeviceType.CPU ? PairsOnCpu : PairsOnGpu) / ((long)shape.Particles * shape.Particles));

    /// <summary>Systems whose densities are computed at once: a Jacobian carries (N − 1)·d tangents beside the value.</summary>
    public int RowsWithDensity(MeanFreePositions shape, Device device) => Math.Max(1, Rows(shape, device) / (shape.MeanFreeDimension + 1));
}
