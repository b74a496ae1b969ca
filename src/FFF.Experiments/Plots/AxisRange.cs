namespace FFF.Plots;

/// <summary>The stretch of an axis that a picture shows.</summary>
/// <param name="Low">Its lower end.</param>
/// <param name="High">Its upper end, above the lower.</param>
internal readonly record struct AxisRange(double Low, double High)
{
    private const double TailShare = 0.001;
    private const double Margin = 0.05;
    private const double MaxOvershoot = 1;
    private const double Decile = 0.1;

    /// <summary>High − Low.</summary>
    public double Span => High - Low;

    /// <summary>Whether the value is shown.</summary>
    public bool Contains(double value) => value >= Low && value <= High;

    /// <summary>
    /// The range that shows samples, from their 0.1 % to their 99.9 % quantile (all where there are fewer than 1,000), and
    /// a reference likewise. Samples stretch the reference's range by at most its own span to either side, so that a bad flow
    /// does not hide what it should look like.
    /// </summary>
    /// <param name="samples">Finite values; may be empty.</param>
    /// <param name="reference">Finite values; may be empty.</param>
    public static AxisRange Of(IReadOnlyList<double> samples, IReadOnlyList<double> reference)
    {
        var range = (Central(samples), Central(reference)) switch
        {
            (null, null) => new AxisRange(0, 0),
            ({ } only, null) => only,
            (null, { } only) => only,
            ({ } s, { Span: 0 } r) => new(Math.Min(s.Low, r.Low), Math.Max(s.High, r.High)),
            ({ } s, { } r) => new(
                Math.Min(r.Low, Math.Max(s.Low, r.Low - (MaxOvershoot * r.Span))), Math.Max(r.High, Math.Min(s.High, r.High + (MaxOvershoot * r.Span)))),
        };
        return range.Padded();
    }

    /// <summary>
    /// The range that shows a curve: all of its values but those beyond the first or last decile by more than the distance
    /// between the two, such as a likelihood's at the start of training, which would leave the rest a flat line.
    /// </summary>
    /// <param name="values">Finite values; may be empty.</param>
    public static AxisRange OfCurve(IReadOnlyList<double> values)
    {
        if (values.Count == 0)
        {
            return new AxisRange(0, 0).Padded();
        }

        double[] sorted = [.. values.Order()];
        var tail = (int)(Decile * sorted.Length);
        var (first, last) = (sorted[tail], sorted[^(tail + 1)]);
        var reach = last - first;
        return reach == 0
            ? new AxisRange(sorted[0], sorted[^1]).Padded()
            : new AxisRange(Math.Max(sorted[0], first - reach), Math.Min(sorted[^1], last + reach)).Padded();
    }

    /// <summary>The range that shows what either of the two does.</summary>
    public AxisRange Joined(AxisRange other) => new(Math.Min(Low, other.Low), Math.Max(High, other.High));

    /// <summary>The same centre, and this span where it is larger.</summary>
    public AxisRange Widened(double span) =>
        span <= Span ? this : new(((Low + High) / 2) - (span / 2), ((Low + High) / 2) + (span / 2));

    /// <summary>Stretched so far that it shows this value with a margin; unchanged if there is none, or it is shown.</summary>
    public AxisRange With(double? value) => value is { } x && !Contains(x)
        ? new AxisRange(Math.Min(Low, x - (Margin * Span)), Math.Max(High, x + (Margin * Span)))
        : this;

    private static AxisRange? Central(IReadOnlyList<double> values)
    {
        if (values.Count == 0)
        {
            return null;
        }

        double[] sorted = [.. values.Order()];
        var tail = (int)(TailShare * sorted.Length);
        return new(sorted[tail], sorted[^(tail + 1)]);
    }

    private AxisRange Padded()
    {
        var pad = Span > 0 ? Margin * Span : Math.Max(0.5, Math.Abs(Low) * Margin);
        return new(Low - pad, High + pad);
    }
}
