using static TorchSharp.torch;

namespace FFF.Latents;

/// <summary>The latent density p(z) on R^D.</summary>
public interface ILatent
{
    /// <summary>log p(z), differentiable: [B, D] to [B].</summary>
    Tensor LogProb(Tensor z);

    /// <summary>Draws z, [N, D].</summary>
    /// <param name="count">N.</param>
    /// <param name="dimension">D.</param>
    /// <param name="generator">Where randomness comes from; its device is the sample's.</param>
    Tensor Sample(long count, int dimension, Generator generator);
}
