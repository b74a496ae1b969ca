using System.Globalization;

namespace FFF.Plots;

/// <summary>Ticks of an axis that shows log₁₀ of positive values.</summary>
internal static class LogAxis
{
    private const string Superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";
    private const double FewDecades = 1.3;
    private const int MaxMajors = 6;
    private const int FewestMajors = 2;
    private const int EvenSteps = 3;

    /// <summary>
    /// Positions in log₁₀ with their labels: powers of ten, at most every so many that six remain; where the range holds few powers, also 2 and 5 times them,
    /// then all multiples of them, and where even of these there are fewer than two, round numbers at even distances.
    /// </summary>
    public static IReadOnlyList<(double Position, string Label)> Majors(AxisRange range)
    {
        var every = Math.Max(1, (int)Math.Ceiling(range.Span / MaxMajors));
        if (range.Span >= FewDecades && Multiples(range, [1], exponent => exponent % every == 0) is { Count: >= FewestMajors } powers)
        {
            return powers;
        }

        return ((int[][])[[1, 2, 5], [1, 2, 3, 4, 5, 6, 7, 8, 9]]).Select(factors => Multiples(range, factors, _ => true))
            .FirstOrDefault(ticks => ticks.Count >= FewestMajors) ?? Even(range);
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

    private static IReadOnlyList<(double Position, string Label)> Multiples(AxisRange range, int[] factors, Func<int, bool> isShown) =>
    [
        .. Exponents(range).Where(isShown).SelectMany(exponent => factors.Select(factor => (exponent + Math.Log10(factor), Label(factor, exponent))))
            .Where(tick => range.Contains(tick.Item1)),
    ];

    /// <summary>Multiples of 1, 2 or 5 times a power of ten that is at most a third of the range.</summary>
    private static IReadOnlyList<(double Position, string Label)> Even(AxisRange range)
    {
        var exponent = (int)Math.Floor(range.High);
        var (low, high) = (Math.Pow(10, range.Low - exponent), Math.Pow(10, range.High - exponent));
        var widest = (high - low) / EvenSteps;
        var power = Math.Pow(10, Math.Floor(Math.Log10(widest)));
        var step = new[] { 5, 2, 1 }.Select(factor => factor * power).First(step => step <= widest);
        var first = (long)Math.Ceiling(low / step);
        return [.. Enumerable.Range(0, (int)(Math.Floor(high / step) - first) + 1).Select(i => (first + i) * step)
            .Select(factor => (exponent + Math.Log10(factor), Label(factor, exponent))).Where(tick => range.Contains(tick.Item1))];
    }

    private static string Label(double factor, int exponent) => exponent is >= -1 and <= 3
        ? (factor * Math.Pow(10, exponent)).ToString("0.########", CultureInfo.InvariantCulture)
        : (factor == 1 ? "" : factor.ToString("0.########", CultureInfo.InvariantCulture) + "·") + "10" + Superscript(exponent);

    /// <summary>The exponent in small raised digits.</summary>
    public static string Superscript(int exponent) =>
        (exponent < 0 ? "⁻" : "") + string.Concat(Math.Abs(exponent).ToString(CultureInfo.InvariantCulture).Select(digit => Superscripts[digit - '0']));
}
