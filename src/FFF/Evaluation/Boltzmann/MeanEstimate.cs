namespace FFF.Evaluation.Boltzmann;

/// <summary>An estimate, and its standard error.</summary>
/// <param name="Value">The estimate.</param>
/// <param name="StandardError">Its standard error.</param>
public sealed record MeanEstimate(double Value, double StandardError)
{
    /// <summary>The mean x̄ of values and its standard error √(Σ(x − x̄)² / (n(n − 1))).</summary>
    /// <param name="values">At least two.</param>
    /// <param name="correlation">Of the chains that drew what the values are of; null for independent samples.</param>
    public static MeanEstimate Of(IReadOnlyList<double> values, ChainCorrelation? correlation = null)
    {
        var mean = values.Average();
        return new(mean, (correlation?.Inflation(values.Count) ?? 1) * Math.Sqrt(
            values.Sum(value => (value - mean) * (value - mean)) / ((double)values.Count * (values.Count - 1))));
    }

    /// <summary>The sum of two independent estimates.</summary>
    public static MeanEstimate operator +(MeanEstimate left, MeanEstimate right) => new(left.Value + right.Value, Joint(left, right));

    /// <summary>The difference of two independent estimates.</summary>
    public static MeanEstimate operator -(MeanEstimate left, MeanEstimate right) => new(left.Value - right.Value, Joint(left, right));

    private static double Joint(MeanEstimate left, MeanEstimate right) => double.Hypot(left.StandardError, right.StandardError);
}
