namespace FFF.Networks;

/// <summary>Which of a flow's two networks.</summary>
public enum FlowSide
{
    /// <summary>f: data to latent.</summary>
    Encoder,

    /// <summary>g: latent to data.</summary>
    Decoder,
}
