using System.Globalization;

namespace FFF.Formats;

/// <summary>Numbers as people read them, the same on every system.</summary>
internal static class NumberText
{
    /// <summary>Such as 10,000.</summary>
    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Such as 1 column or 2 columns.</summary>
    public static string Counted(long number, string noun) => $"{Count(number)} {noun}{(number == 1 ? "" : "s")}";

    /// <summary>So many significant digits.</summary>
    public static string Number(double number, int digits = 4) => number.ToString($"G{digits}", CultureInfo.InvariantCulture);

    /// <summary>So many digits after the point.</summary>
    public static string Fixed(double number, int digits) => number.ToString($"F{digits}", CultureInfo.InvariantCulture);

    /// <summary>Such as 1.234 ± 0.056; of a single sample, whose error nobody knows, without it.</summary>
    public static string Estimate(double value, double? error, int digits) =>
        error is { } e ? $"{Fixed(value, digits)} ± {Fixed(e, digits)}" : $"{Fixed(value, digits)} (one sample: error unknown)";

    /// <summary>Such as 12.3 %.</summary>
    public static string Percent(double share) => share.ToString("P1", CultureInfo.InvariantCulture);
}
