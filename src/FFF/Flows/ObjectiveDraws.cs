using static TorchSharp.torch;

namespace FFF.Flows;

/// <summary>What a step of the free-form flow objective takes from the host, in the order in which it is drawn.</summary>
/// <param name="NoiseSetting">σ's setting in [−1, 1], [B]; null where σ is not drawn.</param>
/// <param name="Noise">Standard normal, [B, D]; null where there is no noise.</param>
/// <param name="BetaSetting">β's setting in [−1, 1], [B]; null where β is not drawn.</param>
/// <param name="Directions">Hutchinson vectors in coordinates of the density's space, [K, B, S]; null where log|det J_f| itself is taken.</param>
/// <param name="Latents">Draws of the latent density, [B, D]; null where no cycle needs them.</param>
/// <param name="Schedules">β, σ and the likelihood's weight w at this point of the run, [3].</param>
internal sealed record ObjectiveDraws(Tensor? NoiseSetting, Tensor? Noise, Tensor? BetaSetting, Tensor? Directions, Tensor? Latents, Tensor Schedules)
{
    /// <summary>How many there are.</summary>
    public const int Count = 6;

    /// <summary>All of them.</summary>
    public Tensor?[] Parts => [NoiseSetting, Noise, BetaSetting, Directions, Latents, Schedules];

    /// <summary>β where it is the same for all samples, [].</summary>
    public Tensor Beta => Schedules.select(0, 0);

    /// <summary>σ where it is the same for all samples, [].</summary>
    public Tensor Deviation => Schedules.select(0, 1);

    /// <summary>w, [].</summary>
    public Tensor LikelihoodWeight => Schedules.select(0, 2);

    /// <summary>What belongs to some rows of the batch, as views.</summary>
    public ObjectiveDraws Rows(long start, long count) =>
        new(NoiseSetting?.narrow(0, start, count), Noise?.narrow(0, start, count), BetaSetting?.narrow(0, start, count), Directions?.narrow(1, start, count),
            Latents?.narrow(0, start, count), Schedules);

    /// <summary>From such parts.</summary>
    public static ObjectiveDraws Of(ReadOnlySpan<Tensor?> parts) => new(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]!);
}
