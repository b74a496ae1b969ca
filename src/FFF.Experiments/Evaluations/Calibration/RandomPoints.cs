using FFF.Evaluation.Calibration;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Evaluations.Calibration;

/// <summary>The random points of TARP, one for each pair, and how far true parameters and samples are from them.</summary>
/// <remarks>
/// <code>
/// t_i = randomised rank of d(θ*_i, θ_r(i)) among the d(θ_il, θ_r(i)),   d(a, b)² = Σ_d ((a_d − b_d) / s_d)²
/// </code>
/// with the deviations s_d of the true parameters. If the samples are drawn from the posterior, t is uniform on [0, 1] for whatever θ_r that does not depend on
/// θ*_i given x_i (Lemos et al. 2023, theorem 1). Here r(i) ≠ i is a pair drawn at random, so that points lie where parameters do.
/// </remarks>
internal sealed class RandomPoints
{
    private readonly Tensor _points;
    private readonly Tensor _scale;
    private readonly Tensor _uniform;

    private RandomPoints(Tensor points, Tensor scale, Tensor uniform) => (_points, _scale, _uniform) = (points, scale, uniform);

    /// <summary>Draws them; they live as long as the caller's scope.</summary>
    /// <param name="parameters">θ*, [N, D], N ≥ 2.</param>
    /// <param name="seed">Of the draw.</param>
    public static RandomPoints Of(Tensor parameters, long seed)
    {
        using var random = NamedSeed.Stream(seed, "calibration/points");
        var count = parameters.shape[0];
        var rows = (arange(count, dtype: int64) + random.Integers(1, count, [count])).remainder(count);
        var numbers = parameters.to(float64);
        var deviation = numbers.std([0], unbiased: false);
        return new(numbers.index_select(0, rows), where(deviation > 0, deviation, ones_like(deviation)), random.Uniform([count, 1], float64));
    }

    /// <summary>t of some pairs, [n], float64.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="truths">Their θ*, [n, D].</param>
    /// <param name="samples">Their posterior samples, [n, L, D].</param>
    public Tensor Ranks(long first, Tensor truths, Tensor samples)
    {
        using var scope = NewDisposeScope();
        var (points, uniform) = (_points.narrow(0, first, truths.shape[0]), _uniform.narrow(0, first, truths.shape[0]));
        var (far, others) = (Squares(truths.to(float64) - points, 1), Squares(samples.to(float64) - points.unsqueeze(1), 2));
        return RandomizedRank.Of(far.unsqueeze(1), others.unsqueeze(2), uniform).squeeze(1).MoveToOuterDisposeScope();
    }

    private Tensor Squares(Tensor differences, long dimension) => (differences / _scale).square().sum([dimension]);
}
