using System.Globalization;
using FFF.Transforms;

namespace FFF.Spaces;

/// <summary>What the numbers of a column lie between.</summary>
public sealed record ColumnBounds
{
    /// <summary>
    /// Narrower edges leave more of the inside as it is, but a normal density as wide as the box, of deviation σ = 0.29, would then rise without end towards
    /// the bounds: below 2σ².
    /// </summary>
    private const double UsualEdge = 0.2;

    /// <summary>Bounds of a column.</summary>
    /// <param name="low">The lower one; negative infinity if there is none.</param>
    /// <param name="high">The upper one; infinity if there is none.</param>
    /// <param name="isLogarithmic">Whether the numbers vary by factors, as those of a log-uniform prior do: both bounds are then positive.</param>
    /// <exception cref="ArgumentException">They are the wrong way round, not numbers, or not positive where they have to be.</exception>
    public ColumnBounds(double low, double high, bool isLogarithmic = false)
    {
        var isTooWide = double.IsFinite(low) && double.IsFinite(high) && !double.IsFinite(high - low);
        if (!(low < high) || isTooWide || (isLogarithmic && !(low > 0 && double.IsFinite(high))))
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"Expected a lower bound below the upper one{(isLogarithmic ? ", both positive" : "")}; found {low} and {high}."), nameof(low));
        }

        (Low, High, IsLogarithmic) = (low, high, isLogarithmic);
    }

    /// <summary>
    /// Of a box, the share of its width over which the transform goes over from the numbers themselves to logarithms of the distance to a bound; null for
    /// the logit, as in models of earlier versions.
    /// </summary>
    internal double? Edge { get; init; } = UsualEdge;

    /// <summary>The lower bound; negative infinity if there is none.</summary>
    public double Low { get; }

    /// <summary>The upper bound; infinity if there is none.</summary>
    public double High { get; }

    /// <summary>Whether the numbers vary by factors.</summary>
    public bool IsLogarithmic { get; }

    /// <summary>Whether both are kept by float32: rounding to it then leaves no number outside.</summary>
    internal bool IsSingle => (float)Low == Low && (float)High == High;

    /// <summary>Whether a bound itself is inside: of a box it is, but nothing can lie on a single bound, whose logarithm is infinite.</summary>
    internal bool IsClosed => double.IsFinite(Low) && double.IsFinite(High);

    /// <summary>What takes the numbers between the bounds to all numbers; null where there are no bounds.</summary>
    internal ColumnMap? Map => (double.IsFinite(Low), double.IsFinite(High)) switch
    {
        (true, true) => IsLogarithmic ? new LogMap(Low, High, Box(Math.Log(Low), Math.Log(High))) : Box(Low, High),
        (true, false) => new AboveMap(Low),
        (false, true) => new BelowMap(High),
        _ => null,
    };

    private ColumnMap Box(double low, double high) => Edge is { } edge ? new BoxMap(low, high, edge) : new LogitMap(low, high);

    /// <summary>Such as "0 to 5" or "above 0".</summary>
    public override string ToString() => (double.IsFinite(Low), double.IsFinite(High)) switch
    {
        (true, true) => FormattableString.Invariant($"{Low} to {High}"),
        (true, false) => FormattableString.Invariant($"above {Low}"),
        (false, true) => FormattableString.Invariant($"below {High}"),
        _ => "unbounded",
    };
}
