using System.Globalization;

namespace FFF.Formats;

/// <summary>Numbers as people read them, the same on every system.</summary>
internal static class NumberText
{
    /// <summary>From here on numbers are written with an exponent.</summary>
    private const double Written = 1e9;

    /// <summary>Such as 10,000.</summary>
    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Such as 1 column or 2 columns.</summary>
    public static string Counted(long number, string noun) => $"{Count(number)} {noun}{(number == 1 ? "" : "s")}";

    /// <summary>So many significant digits.</summary>
    public static string Number(double number, int digits = 4) => number.ToString($"G{digits}", CultureInfo.InvariantCulture);

    /// <summary>Three significant digits at most, such as 0.0421, 2.64, 28,500 or 1.23E+12.</summary>
    public static string Significant(double number)
    {
        var rounded = double.Parse(Number(number, 3), CultureInfo.InvariantCulture);
        return Math.Abs(rounded) is >= 1e3 and < Written ? Count((long)rounded) : Number(number, 3);
    }

    /// <summary>So many digits after the point; of what is too large to be read so, four with an exponent.</summary>
    public static string Fixed(double number, int digits) =>
        Math.Abs(number) is >= Written and < double.PositiveInfinity ? Number(number) : number.ToString($"F{digits}", CultureInfo.InvariantCulture);

    /// <summary>Such as 1.234 ± 0.056; of a single sample, whose error nobody knows, without it.</summary>
    public static string Estimate(double value, double? error, int digits) =>
        error is { } e ? $"{Fixed(value, digits)} ± {Fixed(e, digits)}" : $"{Fixed(value, digits)} (one sample: error unknown)";

    /// <summary>Such as 12.3 %.</summary>
    public static string Percent(double share) => share.ToString("P1", CultureInfo.InvariantCulture);

    /// <summary>Such as 3:07 or 1:02:45; with days before where there are any.</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalDays: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalDays}d {time:h\\:mm\\:ss}"),
        { TotalHours: >= 1 } => time.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture),
        _ => time.ToString(@"m\:ss", CultureInfo.InvariantCulture),
    };
}
