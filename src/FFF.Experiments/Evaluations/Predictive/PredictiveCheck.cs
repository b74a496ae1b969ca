using FFF.Numerics;
using FFF.Transforms;
using static TorchSharp.torch;

namespace FFF.Evaluations.Predictive;

/// <summary>One number of an observation among those that the posterior predicts.</summary>
/// <param name="Name">The observation's column.</param>
/// <param name="Observed">What was observed.</param>
/// <param name="Low">The 5 % quantile of the predictions.</param>
/// <param name="Median">Their median.</param>
/// <param name="High">Their 95 % quantile.</param>
/// <param name="Tail">How likely something as far out is predicted: 2 min(P(X ≤ x), P(X ≥ x)), each (1 + count) / (1 + L).</param>
internal sealed record PredictedColumn(string Name, double Observed, double Low, double Median, double High, double Tail);

/// <summary>
/// A posterior predictive check: x' ~ p(x' | θ), θ ~ q(θ | x), beside the x that was observed. Where x is unlike all x', no parameters of the prior give what
/// was observed, or the posterior is wrong.
/// </summary>
/// <remarks>Gelman, Meng and Stern, "Posterior predictive assessment of model fitness via realized discrepancies", Statistica Sinica 6, 1996.</remarks>
/// <param name="Columns">Each number of the observation.</param>
/// <param name="Simulations">L, how many predictions.</param>
/// <param name="Joint">
/// The share of predictions that are as far from the predictions' mean as the observation, by the Mahalanobis distance; null where they do not span all
/// columns, or are too few.
/// </param>
/// <param name="Lost">How many simulations were not finite.</param>
internal sealed record PredictiveCheck(IReadOnlyList<PredictedColumn> Columns, int Simulations, double? Joint, long Lost)
{
    /// <summary>Together with all columns, a right model is called unlike in so many checks.</summary>
    public const double Level = 0.01;

    /// <summary>Predictions for each column, of which fewer tell no covariance.</summary>
    private const int FewestOfColumn = 10;

    /// <summary>The columns that are unlike what is predicted, after Bonferroni.</summary>
    public IReadOnlyList<string> Unlike => [.. Columns.Where(column => column.Tail < Level / Columns.Count).Select(column => column.Name)];

    /// <summary>So many predictions let each of C columns be called unlike.</summary>
    public static int Needed(int columns) => (int)Math.Ceiling(2.5 * columns / Level);

    /// <summary>What was found, in words.</summary>
    public string Verdict => Unlike.Count > 0
        ? $"what was observed is unlike what the posterior predicts, in {string.Join(", ", Unlike)}: no parameters of the prior give it, or the posterior is "
            + "wrong"
        : Joint < Level ? "each number is like those that the posterior predicts, but together they are not: look at how they depend on each other"
        : Simulations < Needed(Columns.Count) ? $"nothing is unlike, but {Needed(Columns.Count)} predictions are needed to tell for {Columns.Count} columns"
        : "what was observed is like what the posterior predicts";

    /// <summary>Compares.</summary>
    /// <param name="names">The C columns.</param>
    /// <param name="observed">x, [C].</param>
    /// <param name="predicted">x', [L, C].</param>
    /// <param name="lost">How many more were not finite.</param>
    /// <param name="scale">The scale on which they lie together without heavy tails, that of training; their own if null.</param>
    public static PredictiveCheck Of(IReadOnlyList<string> names, Tensor observed, Tensor predicted, long lost, ITransform? scale = null)
    {
        using var scope = NewDisposeScope();
        var (x, draws) = (observed.cpu().to(float64).flatten(), predicted.cpu().to(float64));
        var count = draws.shape[0];
        var levels = tensor(new[] { 0.05, 0.5, 0.95 });
        double Share(Tensor which) => (1 + which.sum().item<long>()) / (1.0 + count);
        var columns = names.Select((name, i) =>
        {
            var (own, value) = (draws.select(1, i), x[i].item<double>());
            var quantiles = own.quantile(levels).data<double>();
            var tail = Math.Min(1, 2 * Math.Min(Share(own.le(value)), Share(own.ge(value))));
            return new PredictedColumn(name, value, quantiles[0], quantiles[1], quantiles[2], tail);
        });
        Tensor Scaled(Tensor rows) => scale is null ? rows : scale.Forward(rows).Y;
        return new([.. columns], (int)count, JointOf(Scaled(x.unsqueeze(0))[0], Scaled(draws)), lost);
    }

    /// <summary>By mean and covariance of one half of the predictions, among the other half: those that covariance is made of lie nearer than others.</summary>
    private static double? JointOf(Tensor x, Tensor draws)
    {
        var (half, dimension) = (draws.shape[0] / 2, draws.shape[1]);
        var (seen, other) = (draws.narrow(0, 0, half), draws.narrow(0, half, draws.shape[0] - half));
        var (mean, covariance) = Mahalanobis.Moments(seen);
        if (half < FewestOfColumn * dimension || linalg.cholesky_ex(covariance).info.item<int>() != 0)
        {
            return null;
        }

        var own = Mahalanobis.Distances(x.unsqueeze(0), mean, covariance).item<double>();
        return (1 + Mahalanobis.Distances(other, mean, covariance).ge(own).sum().item<long>()) / (1.0 + other.shape[0]);
    }
}
