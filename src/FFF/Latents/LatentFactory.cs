using FFF.Configuration;
using FFF.Spaces;

namespace FFF.Latents;

/// <summary>Turns the description of a latent density into the density.</summary>
public static class LatentFactory
{
    /// <summary>The latent density of that kind.</summary>
    /// <param name="config">Which density.</param>
    /// <param name="nodes">How a row is a graph; null where it is none.</param>
    /// <exception cref="ConfigurationException">The density is one for graphs, the data are none.</exception>
    public static ILatent Create(LatentConfig config, NodeLayout? nodes = null) => config switch
    {
        NormalLatent => new StandardNormal(),
        StudentTLatent t => new StudentT(t.DegreesOfFreedom),
        MeanFreeNormalLatent => new MeanFreeNormal(NodeLayout.Require(nodes, "flow.latent", "mean-free-normal")),
        _ => throw new ArgumentOutOfRangeException(nameof(config), config, null),
    };
}
