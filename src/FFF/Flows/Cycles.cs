using static TorchSharp.torch;

namespace FFF.Flows;

/// <summary>The reconstructions of <see cref="CyclesConfig"/> on a batch.</summary>
/// <param name="flow">Encoder and decoder.</param>
/// <param name="config">Their weights.</param>
internal sealed class Cycles(FreeFormFlow flow, CyclesConfig config)
{
    /// <summary>Their weighted sum, per row, [B]; null where all weights are 0.</summary>
    /// <param name="clean">The data without noise, [B, D].</param>
    /// <param name="noisy">The data that are encoded, [B, D].</param>
    /// <param name="z">Their codes, [B, D].</param>
    /// <param name="reconstruction">g(z), [B, D].</param>
    /// <param name="condition">[B, C] or null.</param>
    /// <param name="drawn">Draws of the latent density, [B, D]; null where none are needed.</param>
    public Tensor? Of(Tensor clean, Tensor noisy, Tensor z, Tensor reconstruction, Tensor? condition, Tensor? drawn)
    {
        // Another row's condition is that of the row before: batches are in random order.
        (double Weight, Func<Tensor> Error)[] terms =
        [
            (config.Clean, () => Square(clean - reconstruction)),
            (config.Latents, () => Square(z - flow.Encode(reconstruction, condition))),
            (config.LatentsOfEncoder, () => Square(z - flow.Encode(reconstruction.detach(), condition))),
            (config.DrawnLatents, () => Square(drawn! - flow.Encode(flow.Decode(drawn!, condition), condition))),
            (config.DrawnData, () => Square(drawn! - flow.Decode(flow.Encode(drawn!, condition), condition))),
            (condition is null ? 0 : config.OtherConditions, () => Reconstruction(noisy, condition!.roll(1, 0))),
        ];
        return terms.Where(term => term.Weight > 0).Select(term => term.Weight * term.Error())
            .Aggregate((Tensor?)null, (sum, term) => sum is null ? term : sum + term);
    }

    private Tensor Reconstruction(Tensor x, Tensor condition) => Square(x - flow.Decode(flow.Encode(x, condition), condition));

    private static Tensor Square(Tensor difference) => difference.square().sum(-1);
}
