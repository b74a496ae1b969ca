namespace FFF.Graphs;

/// <summary>A latent density that can be written as a graph of operators.</summary>
internal interface IGraphLatent
{
    /// <summary>log p(z), [B].</summary>
    /// <param name="z">[B, D], float64.</param>
    /// <param name="dimension">D.</param>
    GraphValue LogProb(GraphValue z, int dimension);
}
