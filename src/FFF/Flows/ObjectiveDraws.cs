using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Flows;

/// <summary>What a step of the free-form flow objective draws, in the order in which it is drawn.</summary>
/// <param name="NoiseSetting">σ's setting in [−1, 1], [B]; null where σ is not drawn.</param>
/// <param name="Noise">Standard normal, [B, D]; null where there is no noise.</param>
/// <param name="BetaSetting">β's setting in [−1, 1], [B]; null where β is not drawn.</param>
/// <param name="Directions">Hutchinson vectors in coordinates of the density's space, [K, B, S].</param>
internal sealed record ObjectiveDraws(Tensor? NoiseSetting, Tensor? Noise, Tensor? BetaSetting, Tensor Directions)
{
    /// <summary>All of them.</summary>
    public Tensor?[] Parts => [NoiseSetting, Noise, BetaSetting, Directions];

    /// <summary>From such parts.</summary>
    public static ObjectiveDraws Of(ReadOnlySpan<Tensor?> parts) => new(parts[0], parts[1], parts[2], parts[3]!);

    /// <summary>The same on a device, in one copy.</summary>
    public ObjectiveDraws To(Device device) => Of(OneCopy.To(device, Parts));
}
