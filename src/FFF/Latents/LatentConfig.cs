using FFF.Spaces;

namespace FFF.Latents;

/// <summary>The latent density p(z); <c>kind</c> tells which.</summary>
public abstract record LatentConfig
{
    /// <summary>The density for data of a space.</summary>
    /// <param name="nodes">How a row is a graph; null where it is none.</param>
    /// <exception cref="Options.UnsuitableOptionsException">The density is one for graphs, the data are none.</exception>
    public abstract ILatent Build(NodeLayout? nodes);

    /// <summary>The density for data of a space where none is named.</summary>
    public static LatentConfig DefaultFor(Space space)
    {
        ArgumentNullException.ThrowIfNull(space);
        return space.Nodes is null ? new NormalLatent() : new MeanFreeNormalLatent();
    }
}
