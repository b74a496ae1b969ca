using MathNet.Numerics.Distributions;
using MathNet.Numerics.Integration;
using MathNet.Numerics.RootFinding;

namespace FFF.Paper;

/// <summary>A mixture of normal distributions on the line, Σ_k π_k N(x; μ_k, s²), cut into one region per mode halfway between the means.</summary>
/// <param name="means">μ_k, ascending.</param>
/// <param name="deviation">s.</param>
/// <param name="weights">π_k, with the sum 1.</param>
internal sealed class ModesOnLine(IReadOnlyList<double> means, double deviation, IReadOnlyList<double> weights)
{
    private const double Outside = 12;

    /// <summary>How many modes there are.</summary>
    public int Count => means.Count;

    /// <summary>Where next to no data lie below.</summary>
    public double Low => means[0] - (Outside * deviation);

    /// <summary>Where next to no data lie above.</summary>
    public double High => means[^1] + (Outside * deviation);

    /// <summary>H(X) = −∫ p log p, nats, by Gauss and Legendre's rule on each region.</summary>
    public double Entropy => Enumerable.Range(0, Count)
        .Sum(mode => GaussLegendreRule.Integrate(x => Density(x) is var p && p > 0 ? -p * Math.Log(p) : 0, Begin(mode), End(mode), 128));

    /// <summary>p(x).</summary>
    public double Density(double x) => means.Zip(weights, (mean, weight) => weight * Normal.PDF(mean, deviation, x)).Sum();

    /// <summary>The mass of a mode's region.</summary>
    public double Mass(int mode) => Distribution(End(mode)) - Distribution(Begin(mode));

    /// <summary>The mode whose region a place lies in.</summary>
    public int Nearest(double x) => Enumerable.Range(0, Count).First(mode => x <= End(mode) || mode == Count - 1);

    /// <summary>The mass of a group's regions up to x, which lies in one of them.</summary>
    public double Cumulative(IReadOnlyList<int> group, double x)
    {
        var own = Nearest(x);
        return group.Where(mode => mode < own).Sum(Mass) + Distribution(x) - Distribution(Begin(own));
    }

    /// <summary>Where in a group's regions so much of their mass lies below.</summary>
    public double Quantile(IReadOnlyList<int> group, double mass)
    {
        var left = mass;
        foreach (var mode in group)
        {
            var own = Mass(mode);
            if (left <= own || mode == group[^1])
            {
                var target = Distribution(Begin(mode)) + Math.Clamp(left, 0, own);
                return Bisection.FindRoot(x => Distribution(x) - target, Begin(mode), End(mode), 1e-12, 200);
            }

            left -= own;
        }

        throw new ArgumentException("A group has at least one mode.", nameof(group));
    }

    private double Begin(int mode) => mode == 0 ? Low : 0.5 * (means[mode - 1] + means[mode]);

    private double End(int mode) => mode == Count - 1 ? High : 0.5 * (means[mode] + means[mode + 1]);

    private double Distribution(double x) => means.Zip(weights, (mean, weight) => weight * Normal.CDF(mean, deviation, x)).Sum();
}
