using System.Globalization;
using FFF.Datasets.Sbi;

namespace FFF.Plots;

/// <summary>What pictures call the parameters of a benchmark task.</summary>
internal static class ParameterNames
{
    /// <summary>θ₁, θ₂, ..., θ_D.</summary>
    public static IReadOnlyList<string> Of(ISbiTask task) => [.. Enumerable.Range(1, task.ParameterDimension).Select(i => "θ" + Subscript(i))];

    private static string Subscript(int number) => string.Concat(number.ToString(CultureInfo.InvariantCulture).Select(digit => (char)('₀' + (digit - '0'))));
}
