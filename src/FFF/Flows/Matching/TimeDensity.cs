using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Flows.Matching;

/// <summary>
/// The density that training draws times from, p(t) = (1 + α) tᵅ on [0, 1]: uniform for α = 0, and more often close to the
/// data, where the velocity is hardest to learn, for larger α. Drawn as u^(1/(1+α)) with u uniform.
/// </summary>
/// <remarks>Wildberger, Dax, Buchholz, Green, Macke and Schölkopf, "Flow Matching for Scalable Simulation-Based Inference", NeurIPS 2023.</remarks>
/// <param name="Exponent">α, above −1.</param>
internal sealed record TimeDensity(double Exponent)
{
    /// <summary>Draws t, [N, 1], on the CPU.</summary>
    /// <param name="count">N.</param>
    /// <param name="random">Where randomness comes from.</param>
    public Tensor Sample(long count, RandomStream random) =>
        random.Uniform([count, 1]).pow_(1 / (1 + Exponent));
}
