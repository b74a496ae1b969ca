using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Toy;

/// <summary>A mixture of round Gaussians, p(x) = Σₖ wₖ N(x; mₖ, sₖ² 1), in D dimensions.</summary>
/// <param name="means">m, K rows of D numbers.</param>
/// <param name="deviations">s, K numbers.</param>
/// <param name="weights">w, K positive numbers; they need not sum to 1.</param>
internal sealed class GaussianMixture(IReadOnlyList<IReadOnlyList<double>> means, IReadOnlyList<double> deviations, IReadOnlyList<double> weights)
{
    /// <summary>So many points in the narrowest deviation leave the trapezoidal rule nothing but rounding errors, the integrand being smooth.</summary>
    private const int PointsOfDeviation = 6;

    /// <summary>So many deviations from a component's mean on, its share of the entropy is below 1e-14 nats.</summary>
    private const double Reach = 9;

    private const double MostPoints = 4e6;
    private const int LargestDimension = 2;

    private readonly double[] _shares = [.. weights.Select(weight => weight / weights.Sum())];

    private int Dimension => means[0].Count;

    /// <summary>Draws points, [N, D], and the component of each, one-hot [N, K].</summary>
    public Samples Draw(long count, RandomStream random)
    {
        using var scope = NewDisposeScope();
        var component = random.Categorical(tensor(_shares, float64), count);
        var centres = Means.index_select(0, component);
        var points = centres + (tensor([.. deviations], float64).index_select(0, component).unsqueeze(1) * random.Normal([count, Dimension], float64));
        return new Samples(
            points.to(float32).MoveToOuterDisposeScope(), nn.functional.one_hot(component, means.Count).to(float32).MoveToOuterDisposeScope());
    }

    /// <summary>log p(x), [N, D] to [N], float64.</summary>
    public Tensor LogProb(Tensor x)
    {
        using var scope = NewDisposeScope();
        var parts = means.Select((_, k) => LogComponent(x.to(float64), k) + Math.Log(_shares[k]));
        return stack([.. parts], 0).logsumexp(0).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// −∫ p log p in nats, by the trapezoidal rule around each component, in one and two dimensions; null in more, and where the narrowest component
    /// is so narrow that the points would be too many.
    /// </summary>
    public double? Entropy()
    {
        var step = deviations.Min() / PointsOfDeviation;
        if (Dimension > LargestDimension || deviations.Any(deviation => Math.Pow(2 * Reach * deviation / step, Dimension) > MostPoints))
        {
            return null;
        }

        using var scope = NewDisposeScope();
        return -means.Select((_, k) =>
        {
            var half = (long)Math.Ceiling(Reach * deviations[k] / step);
            var axis = step * arange(-half, half + 1, dtype: float64);
            var x = Means[k] + (Dimension == 1 ? axis.unsqueeze(1) : cartesian_prod([axis, axis]));
            return _shares[k] * Math.Pow(step, Dimension) * (LogComponent(x, k).exp() * LogProb(x)).sum().item<double>();
        }).Sum();
    }

    private Tensor Means => tensor([.. means.SelectMany(mean => mean)], [means.Count, Dimension], float64);

    private Tensor LogComponent(Tensor x, int k) =>
        (-0.5 * ((x - Means[k]) / deviations[k]).square().sum(-1)) - (Dimension * Math.Log(deviations[k] * Math.Sqrt(2 * Math.PI)));
}
