using System.Globalization;
using System.Text;
using FFF.Plots;

namespace FFF.Reports;

/// <summary>One curve of a chart.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Y">Its values; those that are not finite are gaps.</param>
/// <param name="X">Where they are.</param>
internal sealed record Series(string Name, double[] X, double[] Y);

/// <summary>A line chart as SVG, which is sharp at any size and printable.</summary>
internal static class SvgChart
{
    private const double Width = 520;
    private const double Height = 250;
    private const double Left = 62;
    private const double Right = 14;
    private const double Top = 12;
    private const double Bottom = 42;
    private const int MaxPoints = 500;
    private const int MaxMarked = 25;
    private const double Largest = 1e300;

    /// <summary>A stretch this much shorter than the numbers on it has room for ticks that are apart still.</summary>
    private const double ShortestShare = 1e-9;

    /// <summary>The curves' colours, apart for every kind of colour vision (Okabe and Ito, 2008).</summary>
    private static readonly string[] Colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#333333", "#767676"];

    /// <summary>The chart with its title and key; empty if there is nothing to show.</summary>
    /// <param name="title">What is shown.</param>
    /// <param name="series">The curves; more than eight share colours.</param>
    /// <param name="logarithmic">Whether the vertical axis is; values that are not positive are left out then.</param>
    public static string Create(string title, IReadOnlyList<Series> series, bool logarithmic)
    {
        var curves = series.Select((one, i) => (one.Name, Points: Points(one, logarithmic), Color: Colors[i % Colors.Length]))
            .Where(curve => curve.Points.Count > 0).ToList();
        if (curves.Count == 0)
        {
            return "";
        }

        var all = curves.SelectMany(curve => curve.Points).ToList();
        var x = new AxisRange(Math.Min(0, all.Min(point => point.X)), Math.Max(1, all.Max(point => point.X)));
        var y = AxisRange.OfCurve([.. all.Select(point => point.Y)]);
        y = y.Widened(ShortestShare * Math.Max(Math.Abs(y.Low), Math.Abs(y.High)));
        var isLogarithmic = logarithmic && y.Span > 0.7;
        if (logarithmic && !isLogarithmic)
        {
            return Create(title, series, logarithmic: false);
        }

        var id = Html.Id(title + curves[0].Name) + all.Count;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Html.Text(title)}\"><defs>"
            + $"<clipPath id=\"{id}\"><rect x=\"{Left}\" y=\"{Top}\" width=\"{Width - Left - Right}\" height=\"{Height - Top - Bottom}\"/></clipPath></defs>");
        foreach (var (position, label) in isLogarithmic ? LogAxis.Majors(y) : Ticks(y, 5))
        {
            var at = Down(position, y);
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"grid\" d=\"M{Left} {at:0.#}H{Width - Right}\"/>"
                + $"<text class=\"tick\" x=\"{Left - 8}\" y=\"{at + 4:0.#}\" text-anchor=\"end\">{Html.Text(label)}</text>");
        }

        foreach (var (position, label) in Ticks(x, 8))
        {
            var at = Along(position, x);
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"mark\" d=\"M{at:0.#} {Height - Bottom}v5\"/>"
                + $"<text class=\"tick\" x=\"{at:0.#}\" y=\"{Height - Bottom + 19}\" text-anchor=\"middle\">{Html.Text(label)}</text>");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"mark\" d=\"M{Left} {Height - Bottom}H{Width - Right}\"/>"
            + $"<text class=\"name\" x=\"{Left + ((Width - Left - Right) / 2)}\" y=\"{Height - 4}\" text-anchor=\"middle\">epoch</text>"
            + $"<g clip-path=\"url(#{id})\">");
        foreach (var (name, points, color) in Enumerable.Reverse(curves))
        {
            var path = string.Join('L', points.Select(point => Invariant($"{Along(point.X, x):0.#} {Down(point.Y, y):0.#}")));
            svg.Append(Invariant($"<path class=\"curve\" stroke=\"{color}\" d=\"M{path}\"><title>{Html.Text(name)}</title></path>"));
            foreach (var point in points.Count <= MaxMarked ? points : [])
            {
                svg.Append(Invariant($"<circle cx=\"{Along(point.X, x):0.#}\" cy=\"{Down(point.Y, y):0.#}\" r=\"3\" fill=\"{color}\"/>"));
            }
        }

        svg.Append("</g></svg>");
        var key = curves.Count == 1 && curves[0].Name == title
            ? ""
            : string.Concat(curves.Select(curve => $"<span class=\"key\"><i style=\"background:{curve.Color}\"></i>{Html.Text(curve.Name)}</span>"));
        return $"<figure class=\"chart\"><figcaption><b>{Html.Text(title)}</b>{key}</figcaption>{svg}</figure>\n";
    }

    /// <summary>
    /// The finite points but those too large for their distances to be numbers, thinned out where a screen could not show them all; the last one stays.
    /// </summary>
    private static List<(double X, double Y)> Points(Series series, bool logarithmic)
    {
        var points = series.X.Zip(series.Y, (x, y) => (X: x, Y: logarithmic ? (y > 0 ? Math.Log10(y) : double.NaN) : y))
            .Where(point => Math.Abs(point.X) < Largest && Math.Abs(point.Y) < Largest).ToList();
        var every = Math.Max(1, (points.Count + MaxPoints - 1) / MaxPoints);
        return [.. points.Where((_, i) => i % every == 0 || i == points.Count - 1)];
    }

    /// <summary>Round numbers, 1, 2 or 5 times a power of ten apart.</summary>
    private static IEnumerable<(double Position, string Label)> Ticks(AxisRange range, int about)
    {
        var rough = range.Span / about;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * ((rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
        var first = Math.Ceiling(range.Low / step);
        for (var i = 0; i <= 2 * about && (first + i) * step <= range.High + (1e-9 * range.Span); i++)
        {
            yield return ((first + i) * step, Panel.Number((first + i) * step, range.Span));
        }
    }

    private static double Along(double x, AxisRange range) => Left + ((x - range.Low) / range.Span * (Width - Left - Right));

    private static double Down(double y, AxisRange range) => Height - Bottom - ((y - range.Low) / range.Span * (Height - Top - Bottom));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
