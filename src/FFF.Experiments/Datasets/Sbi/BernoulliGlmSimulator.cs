using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Datasets.Sbi;

/// <summary>Prior and simulator of a neuron whose spikes depend on its stimulus by a filter: a Bernoulli generalised linear model.</summary>
/// <remarks>
/// <code>
/// θ = (b, f),   b ~ N(0, 2),   f ~ N(0, (FᵀF)⁻¹)
/// F = D² + diag(√((i - 1) / 9)),   D = I - (the first subdiagonal), 9 × 9: smooth filters are likely
/// yₜ ~ Bernoulli(1 / (1 + exp(-(Vθ)ₜ))),   t = 1 … 100
/// </code>
/// V, [100, 10], is the benchmark's design matrix: a column of ones, then the stimulus, white noise, delayed by 0 to 8 steps.
/// Source: Gonçalves et al., "Training deep neural density estimators to identify mechanistic models of neural dynamics",
/// eLife 2020, as defined in sbibm.
/// </remarks>
internal static class BernoulliGlmSimulator
{
    /// <summary>The dimension of θ: the offset and nine filter weights.</summary>
    public const int ParameterDimension = 10;

    /// <summary>The number of time steps.</summary>
    public const int Steps = 100;

    private const int FilterLength = ParameterDimension - 1;
    private const double OffsetVariance = 2;

    /// <summary>Draws θ, [N, 10], float32 on the CPU.</summary>
    public static Tensor SamplePrior(long count, RandomStream random)
    {
        using var scope = NewDisposeScope();
        var normal = random.Normal([count, ParameterDimension]);

        // f = F⁻¹ n has the covariance F⁻¹F⁻ᵀ = (FᵀF)⁻¹.
        var factor = linalg.inv(FilterFactor()).to(float32);
        var offset = Math.Sqrt(OffsetVariance) * normal.narrow(1, 0, 1);
        return cat([offset, normal.narrow(1, 1, FilterLength).mm(factor.t())], 1).MoveToOuterDisposeScope();
    }

    /// <summary>Simulates spikes y: [N, 10] to zeros and ones, [N, 100].</summary>
    public static Tensor Spikes(Tensor parameters, RandomStream random)
    {
        using var scope = NewDisposeScope();
        var probability = parameters.mm(DesignMatrix(parameters).t()).sigmoid();
        return random.Bernoulli(probability).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The sufficient statistics Vᵀy, [N, 100] to [N, 10]: the number of spikes, and the sum of the stimulus that came 0 to 8
    /// steps before each (the spike-triggered average, but for its division by that number).
    /// </summary>
    public static Tensor Statistics(Tensor spikes)
    {
        using var scope = NewDisposeScope();
        return spikes.mm(DesignMatrix(spikes)).MoveToOuterDisposeScope();
    }

    /// <summary>V, [100, 10], of the type and on the device of another tensor.</summary>
    private static Tensor DesignMatrix(Tensor like) => ReferenceData.Constants("bernoulli_glm/design_matrix.npy").to(like.dtype).to(like.device);

    /// <summary>F, [9, 9], float64.</summary>
    private static Tensor FilterFactor()
    {
        var difference = eye(FilterLength, dtype: float64) - diag(ones(FilterLength - 1, dtype: float64), -1);
        return difference.mm(difference) + diag((arange(FilterLength, dtype: float64) / FilterLength).sqrt());
    }
}
