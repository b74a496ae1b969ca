using static TorchSharp.torch;

namespace FFF.Evaluation.Calibration;

/// <summary>Where a value lies among samples: a number that is uniform on [0, 1] if the value is one more draw of what the samples were drawn from.</summary>
/// <remarks>
/// <code>
/// u = (#{l : s_l &lt; v} + U · (1 + #{l : s_l = v})) / (L + 1),   U ~ U(0, 1)
/// </code>
/// The rank #{l : s_l &lt; v} of simulation-based calibration (Talts, Betancourt, Simpson, Vehtari and Gelman, "Validating
/// Bayesian Inference Algorithms with Simulation-Based Calibration", 2018) is uniform on the L + 1 whole numbers 0..L. With
/// U it becomes uniform on the interval exactly, so that tests for continuous distributions and bins of any number are
/// exact for every L, and ties are broken fairly.
/// </remarks>
public static class RandomizedRank
{
    /// <summary>The randomised rank of each value among its own samples.</summary>
    /// <param name="values">v, [N, K].</param>
    /// <param name="samples">s, [N, L, K].</param>
    /// <param name="uniform">U, [N, K], in [0, 1).</param>
    /// <returns>u, [N, K], float64.</returns>
    public static Tensor Of(Tensor values, Tensor samples, Tensor uniform)
    {
        using var scope = NewDisposeScope();
        var value = values.unsqueeze(1);
        var below = samples.lt(value).sum([1]).to(float64);
        var tied = samples.eq(value).sum([1]).to(float64);
        return ((below + (uniform.to(float64) * (1 + tied))) / (samples.shape[1] + 1)).MoveToOuterDisposeScope();
    }
}
