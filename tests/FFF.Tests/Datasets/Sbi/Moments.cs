using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Sbi;

/// <summary>Comparisons of samples with what they are samples of, in units of standard errors.</summary>
internal static class Moments
{
    /// <summary>So many standard errors away is an error of the code, not chance.</summary>
    private const double MaxDeviations = 6;

    /// <summary>The means of the columns of values, [N, D], are the expected ones, [D].</summary>
    public static void MeansAre(Tensor expected, Tensor values, string what = "")
    {
        expected = expected.to(float64);
        var (std, mean) = std_mean(values.to(float64), [0], unbiased: false);
        var deviations = ((mean - expected) / ((std / Math.Sqrt(values.shape[0])) + 1e-12)).abs();
        var worst = deviations.argmax().item<long>();
        Assert.True(
            deviations.max().item<double>() < MaxDeviations,
            $"{what} column {worst}: the mean is {mean[worst].item<double>()}, expected {expected[worst].item<double>()}: "
            + $"{deviations[worst].item<double>():f1} standard errors.");
    }

    /// <summary>
    /// Samples of a density p obey E[gᵢ ∂ᵢ ln p + ∂ᵢ gᵢ] = 0 for every function g that vanishes where p is cut off (Stein's
    /// identity, by integration by parts).
    /// </summary>
    /// <param name="gradient">∂ᵢ ln p at the samples, [N, D].</param>
    /// <param name="weight">gᵢ at the samples, [N, D].</param>
    /// <param name="weightSlope">∂ᵢ gᵢ at the samples, [N, D].</param>
    /// <param name="what">Named in the message.</param>
    public static void ObeyStein(Tensor gradient, Tensor weight, Tensor weightSlope, string what) =>
        MeansAre(zeros(gradient.shape[1]), (weight * gradient) + weightSlope, what);
}
