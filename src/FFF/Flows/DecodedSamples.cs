using static TorchSharp.torch;

namespace FFF.Flows;

/// <summary>Samples x = g(z) with their log-density log p(z) − log|det ∂g/∂z|. The tensors belong to the caller.</summary>
/// <param name="X">[B, D].</param>
/// <param name="LogProb">[B], float64. Exact where g is one-to-one.</param>
public sealed record DecodedSamples(Tensor X, Tensor LogProb)
{
    /// <summary>The sign of det ∂g/∂z, 0 where it is near-singular, [B] (<see cref="Orientation"/>); null where g is one-to-one by construction.</summary>
    public Tensor? Sign { get; init; }
}
