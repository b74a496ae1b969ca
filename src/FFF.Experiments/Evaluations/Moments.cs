using System.Text.Json.Serialization;
using static FFF.Formats.NumberText;

namespace FFF.Evaluations;

/// <summary>Mean and standard deviation of a quantity; of torsions the circular ones (Mardia): mean direction, and √(−2 log R) in degrees.</summary>
internal sealed record Moments(double Mean, double Deviation)
{
    /// <summary>In words.</summary>
    [JsonIgnore]
    public string Text => $"{Number(Mean, 4)} ± {Number(Deviation, 3)}";

    /// <summary>Of values with weights whose sum is 1; all alike if left out.</summary>
    public static Moments Of(IReadOnlyList<double> values, IReadOnlyList<double>? weights, bool isPeriodic)
    {
        double Mean(Func<double, double> of) => weights is null ? values.Average(of) : values.Zip(weights, (value, weight) => weight * of(value)).Sum();
        if (!isPeriodic)
        {
            var mean = Mean(value => value);
            return new(mean, Math.Sqrt(Mean(value => (value - mean) * (value - mean))));
        }

        var radians = Math.PI / 180;
        var (x, y) = (Mean(value => Math.Cos(value * radians)), Mean(value => Math.Sin(value * radians)));
        return new(Math.Atan2(y, x) / radians, Math.Sqrt(-2 * Math.Log(Math.Min(1, double.Hypot(x, y)))) / radians);
    }
}
