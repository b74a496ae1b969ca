using static TorchSharp.torch;

namespace FFF.Flows.Matching;

/// <summary>
/// How a network is told the time t in [0, 1]: t itself and sin πkt, cos πkt for k = 1..K. With half periods the ends of
/// the interval differ.
/// </summary>
/// <param name="Frequencies">K.</param>
public sealed record TimeFeatures(int Frequencies)
{
    /// <summary>How many numbers these are, 1 + 2K.</summary>
    public int Count => 1 + 2 * Frequencies;

    /// <summary>[B, 1] to [B, 1 + 2K].</summary>
    public Tensor Of(Tensor time)
    {
        var angles = time * (Math.PI * arange(1, Frequencies + 1, dtype: time.dtype, device: time.device));
        return cat([time, angles.sin(), angles.cos()], -1);
    }
}
