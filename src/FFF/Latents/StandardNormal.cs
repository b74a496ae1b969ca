using FFF.Graphs;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Latents;

/// <summary>log p(z) = −½‖z‖² − ½ D log 2π.</summary>
public sealed class StandardNormal : ILatent, IGraphLatent
{
    /// <inheritdoc/>
    public Tensor LogProb(Tensor z) => -0.5 * z.square().sum(-1) - 0.5 * z.shape[^1] * Math.Log(2 * Math.PI);

    /// <inheritdoc/>
    public Tensor Sample(long count, int dimension, RandomStream random) =>
        random.Normal([count, dimension]);

    /// <inheritdoc/>
    GraphValue IGraphLatent.LogProb(GraphValue z, int dimension) => (-0.5 * z.Square().Sum(-1)) - (0.5 * dimension * Math.Log(2 * Math.PI));
}
