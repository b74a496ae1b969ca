namespace FFF.Sweeps;

/// <summary>A density on an axis, estimated from points.</summary>
internal interface IParzenEstimator
{
    /// <summary>A draw from the density.</summary>
    /// <param name="component">From 0 to 1 (1 excluded), uniform.</param>
    /// <param name="place">Another such number.</param>
    double Draw(double component, double place);

    /// <summary>The logarithm of the density at a point.</summary>
    double LogDensity(double point);
}

/// <summary>
/// A mixture of bumps of equal weight between two bounds: a wide one in the middle, which stands for knowing nothing, and one at each point, as wide as
/// the farther of its neighbours is away. The bumps are logistic, whose distribution function has an inverse in closed form, and cut at the bounds.
/// </summary>
internal sealed class ParzenEstimator : IParzenEstimator
{
    /// <summary>The deviation of a logistic distribution of scale 1.</summary>
    private static readonly double DeviationOfScale = Math.PI / Math.Sqrt(3);

    /// <summary>However near points are, no bump is narrower than the range by the number of points, of which no more than so many count.</summary>
    private const int MostPoints = 100;

    private readonly double _low;
    private readonly double _high;
    private readonly (double Centre, double Scale, double Below, double Mass)[] _bumps;

    /// <param name="low">The lower bound.</param>
    /// <param name="high">The upper bound, above it.</param>
    /// <param name="points">The points, in any order, within the bounds.</param>
    public ParzenEstimator(double low, double high, IReadOnlyList<double> points)
    {
        (_low, _high) = (low, high);
        double[] sorted = [.. points.Order()];
        var narrowest = (high - low) / Math.Min(MostPoints, sorted.Length + 1);
        double Width(int i)
        {
            var (left, right) = (i == 0 ? low : sorted[i - 1], i == sorted.Length - 1 ? high : sorted[i + 1]);
            return Math.Clamp(Math.Max(sorted[i] - left, right - sorted[i]), narrowest, high - low);
        }

        _bumps = [Bump((low + high) / 2, high - low), .. sorted.Select((point, i) => Bump(point, Width(i)))];
    }

    /// <inheritdoc/>
    public double Draw(double component, double place)
    {
        var (centre, scale, below, mass) = _bumps[(int)(component * _bumps.Length)];
        var share = below + (place * mass);
        return Math.Clamp(centre + (scale * Math.Log(share / (1 - share))), _low, _high);
    }

    /// <inheritdoc/>
    public double LogDensity(double point) => Math.Log(_bumps.Average(bump =>
        Share((point - bump.Centre) / bump.Scale) is var share ? share * (1 - share) / (bump.Scale * bump.Mass) : 0));

    private (double Centre, double Scale, double Below, double Mass) Bump(double centre, double deviation)
    {
        var scale = deviation / DeviationOfScale;
        var below = Share((_low - centre) / scale);
        return (centre, scale, below, Share((_high - centre) / scale) - below);
    }

    private static double Share(double x) => 1 / (1 + Math.Exp(-x));
}

/// <summary>Probabilities of some choices: their counts among the points, and one more of each.</summary>
internal sealed class ChoiceEstimator : IParzenEstimator
{
    private readonly double[] _shares;

    /// <param name="choices">How many choices there are.</param>
    /// <param name="points">Their indices.</param>
    public ChoiceEstimator(int choices, IReadOnlyList<double> points) =>
        _shares = [.. Enumerable.Range(0, choices).Select(choice => (1.0 + points.Count(point => point == choice)) / (points.Count + choices))];

    /// <inheritdoc/>
    public double Draw(double component, double place)
    {
        var choice = 0;
        for (var left = component - _shares[0]; left >= 0 && choice < _shares.Length - 1; left -= _shares[choice])
        {
            choice++;
        }

        return choice;
    }

    /// <inheritdoc/>
    public double LogDensity(double point) => Math.Log(_shares[(int)point]);
}
