using FFF.Graphs;

namespace FFF.Latents;

/// <summary>Latent densities that can be written as graphs of operators.</summary>
internal static class GraphLatents
{
    /// <summary>log p(z), [B], float64.</summary>
    /// <param name="latent">The density.</param>
    /// <param name="z">[B, D].</param>
    /// <param name="dimension">D.</param>
    /// <exception cref="GraphException">It cannot be written so.</exception>
    public static GraphValue LogProbInGraph(this ILatent latent, GraphValue z, int dimension) => latent is IGraphLatent graph
        ? graph.LogProb(z.Cast(ElementKind.Double), dimension)
        : throw new GraphException($"The latent density {latent.GetType().Name} cannot be written as a graph of operators.");
}
