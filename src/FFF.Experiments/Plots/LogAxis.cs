using System.Globalization;

namespace FFF.Plots;

/// <summary>Ticks of an axis that shows log₁₀ of positive values.</summary>
internal static class LogAxis
{
    private const string Superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";
    private const double FewDecades = 1.3;
    private const int MaxMajors = 6;

    /// <summary>
    /// Positions in log₁₀ with their labels: powers of ten, at most every so many that six remain; where the range holds few
    /// powers, also 2 and 5 times them.
    /// </summary>
    public static IReadOnlyList<(double Position, string Label)> Majors(AxisRange range)
    {
        var every = Math.Max(1, (int)Math.Ceiling(range.Span / MaxMajors));
        int[] factors = range.Span < FewDecades ? [1, 2, 5] : [1];
        return [.. Exponents(range)
            .Where(exponent => exponent % every == 0)
            .SelectMany(exponent => factors.Select(factor => (exponent + Math.Log10(factor), Label(factor, exponent))))
            .Where(tick => range.Contains(tick.Item1))];
    }

    /// <summary>Positions in log₁₀ of the other multiples of powers of ten; none where they would crowd.</summary>
    public static IReadOnlyList<double> Minors(AxisRange range) =>
        range.Span > MaxMajors ? []
            : [.. Exponents(range).SelectMany(exponent => Enumerable.Range(2, 8).Select(factor => exponent + Math.Log10(factor))).Where(range.Contains)];

    private static IEnumerable<int> Exponents(AxisRange range)
    {
        var first = (int)Math.Floor(range.Low);
        return Enumerable.Range(first, (int)Math.Ceiling(range.High) - first + 1);
    }

    private static string Label(int factor, int exponent) => exponent is >= -1 and <= 3
        ? (factor * Math.Pow(10, exponent)).ToString("0.#", CultureInfo.InvariantCulture)
        : (factor == 1 ? "" : factor.ToString(CultureInfo.InvariantCulture) + "·") + "10" + Superscript(exponent);

    /// <summary>The exponent in small raised digits.</summary>
    public static string Superscript(int exponent) =>
        (exponent < 0 ? "⁻" : "") + string.Concat(Math.Abs(exponent).ToString(CultureInfo.InvariantCulture).Select(digit => Superscripts[digit - '0']));
}
