using System.Globalization;
using FFF.Formats;

namespace FFF.Paper;

/// <summary>Numbers as the page shows them.</summary>
internal static class PaperText
{
    /// <summary>With so many decimals and a true minus; a dash where there is none.</summary>
    public static string Number(double value, int decimals) =>
        !double.IsFinite(value) ? "–"
        : Math.Round(value, decimals) is var rounded && rounded == 0 ? NumberText.Fixed(0, decimals)
        : NumberText.Fixed(rounded, decimals).Replace('-', '−');

    /// <summary>With its standard error or deviation.</summary>
    public static string Estimate(double value, double error, int decimals) => $"{Number(value, decimals)} ± {Number(error, decimals)}";

    /// <summary>As a configuration has it.</summary>
    public static string Plain(double value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A share in percent.</summary>
    public static string Percent(double share) => double.IsFinite(share) ? NumberText.Percent(share) : "–";
}
