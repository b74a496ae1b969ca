using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Datasets.Sbi;

/// <summary>A mixture of K multivariate Student-t distributions in D dimensions.</summary>
/// <remarks>
/// <code>
/// k ~ weights,   x = locₖ + Lₖ n √(νₖ / w),   n ~ N(0, I),   w ~ χ²(νₖ) = 2 Γ(νₖ / 2)
/// </code>
/// </remarks>
/// <param name="Weights">[K], not negative; they need not sum to 1.</param>
/// <param name="Location">loc, [K, D].</param>
/// <param name="ScaleTril">L, lower triangular, [K, D, D].</param>
/// <param name="DegreesOfFreedom">ν, [K].</param>
internal sealed record StudentTMixture(Tensor Weights, Tensor Location, Tensor ScaleTril, Tensor DegreesOfFreedom)
{
    /// <summary>Draws samples, [N, D], of the parameters' type, on the CPU.</summary>
    public Tensor Sample(long count, RandomStream random)
    {
        using var scope = NewDisposeScope();
        var component = random.Categorical(Weights, count);
        var normal = random.Normal([count, Location.shape[1]], Location.dtype);
        var freedom = DegreesOfFreedom.index_select(0, component);
        var chiSquared = 2 * random.Gamma(freedom / 2);
        var samples = Location.index_select(0, component);
        var deviations = normal * (freedom / chiSquared).sqrt().unsqueeze(1);
        for (var k = 0; k < Location.shape[0]; k++)
        {
            using var inner = NewDisposeScope();
            var rows = (component == k).nonzero().squeeze(1);
            samples.index_add_(0, rows, deviations.index_select(0, rows).mm(ScaleTril[k].t()), 1);
        }

        return samples.MoveToOuterDisposeScope();
    }
}
