using System.Globalization;

namespace FFF.Paper;

/// <summary>Numbers as the page shows them.</summary>
internal static class PaperText
{
    /// <summary>With so many decimals and a true minus; a dash where there is none.</summary>
    public static string Number(double value, int decimals) =>
        !double.IsFinite(value) ? "–"
        : Math.Round(value, decimals) is var rounded && rounded == 0 ? 0.0.ToString($"F{decimals}", CultureInfo.InvariantCulture)
        : rounded.ToString($"F{decimals}", CultureInfo.InvariantCulture).Replace('-', '−');

    /// <summary>With its standard error or deviation.</summary>
    public static string Estimate(double value, double error, int decimals) => $"{Number(value, decimals)} ± {Number(error, decimals)}";

    /// <summary>As a configuration has it.</summary>
    public static string Plain(double value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A share in percent.</summary>
    public static string Percent(double share) => double.IsFinite(share) ? share.ToString("P1", CultureInfo.InvariantCulture) : "–";

    /// <summary>A count with groups of three digits.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
