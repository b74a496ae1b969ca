using System.ComponentModel.DataAnnotations;

namespace FFF.Flows;

/// <summary>
/// Further reconstructions, each with a weight beside β; none of them changes what an encoder and a decoder that are each other's inverse are trained to.
/// All are sums of squares over the dimensions, and means over the batch, as that of β.
/// </summary>
/// <remarks>The published code (vislearn/FFF) has them as reconstruction, z_reconstruction, z_reconstruction_encoder, z_sample_reconstruction,
/// x_sample_reconstruction and shuffled_reconstruction.</remarks>
public sealed record CyclesConfig
{
    /// <summary>The weight of ‖x₀ − g(f(x))‖², x₀ being the data without the objective's noise, x with it.</summary>
    [Range(0.0, 1e12)]
    public double Clean { get; init; }

    /// <summary>The weight of ‖z − f(g(z))‖² at the data's codes z = f(x).</summary>
    [Range(0.0, 1e12)]
    public double Latents { get; init; }

    /// <summary>The weight of the same with g(z) held fixed, so that it trains the encoder alone.</summary>
    [Range(0.0, 1e12)]
    public double LatentsOfEncoder { get; init; }

    /// <summary>The weight of ‖z − f(g(z))‖² at z drawn from the latent density, as samples are.</summary>
    [Range(0.0, 1e12)]
    public double DrawnLatents { get; init; }

    /// <summary>The weight of ‖x − g(f(x))‖² at x drawn from the latent density: as wide as standardised data, and everywhere.</summary>
    [Range(0.0, 1e12)]
    public double DrawnData { get; init; }

    /// <summary>The weight of ‖x − g(f(x))‖² under another row's condition, so that the pair is one-to-one for any condition; of conditional flows
    /// only.</summary>
    [Range(0.0, 1e12)]
    public double OtherConditions { get; init; }

    /// <summary>Whether latents are drawn for them.</summary>
    internal bool Draws => DrawnLatents > 0 || DrawnData > 0;

    /// <summary>Forward passes of one network that they cost, with their gradients.</summary>
    internal double Passes => 3 * ((Latents > 0 ? 1 : 0) + (LatentsOfEncoder > 0 ? 1 : 0)
        + (2 * ((DrawnLatents > 0 ? 1 : 0) + (DrawnData > 0 ? 1 : 0) + (OtherConditions > 0 ? 1 : 0))));
}
