using static TorchSharp.torch;

namespace FFF.Datasets.Particles;

/// <summary>
/// ⟨x·∇U⟩ = (N−1)·d at temperature 1 under p = exp(−U)/Z on mean-free positions, by partial integration: it takes no normaliser, and
/// tells which energy samples follow. (N−1)·d·kT where p = exp(−U/kT)/Z, with U in its own units.
/// </summary>
internal static class VirialTheorem
{
    /// <summary>A mean so many standard errors away is no chance: one of 15,000.</summary>
    public const double StandardErrors = 4;

    /// <summary>x·∇U(x) of each, [B].</summary>
    public static Tensor Of(ChainState state) => -(state.Positions * state.Force).sum([1]);

    /// <summary>Whether a mean of x·∇U is off its value.</summary>
    /// <param name="mean">The mean.</param>
    /// <param name="standardError">Its standard error; where that is not known (NaN), the mean counts as off.</param>
    /// <param name="dimension">(N−1)·d.</param>
    public static bool IsOff(double mean, double standardError, int dimension) => !(Math.Abs(mean - dimension) <= StandardErrors * standardError);
}
