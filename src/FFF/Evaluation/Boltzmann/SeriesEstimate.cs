namespace FFF.Evaluation.Boltzmann;

/// <summary>
/// An estimate θ by a series of rows, such as frames of a trajectory, and by how much each row moves it: to first order its deviation is the mean of the
/// influences ψ_i (the delta method). So its variance is Var ψ · τ/n, with τ the integrated autocorrelation time of ψ, and estimates by the same rows keep what
/// they share when they are added.
/// </summary>
/// <param name="Value">θ.</param>
/// <param name="Influence">ψ_i, of mean zero, n of them, in the order of the series.</param>
internal sealed record SeriesEstimate(double Value, IReadOnlyList<double> Influence)
{
    /// <summary>What the variance has beside, of draws that are not of the series.</summary>
    public double OtherVariance { get; init; }

    /// <summary>The mean x̄ of values, whose influences are x_i − x̄.</summary>
    public static SeriesEstimate Mean(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        return new(mean, [.. values.Select(value => value - mean)]);
    }

    /// <summary>The sum of two estimates by the same rows.</summary>
    public static SeriesEstimate operator +(SeriesEstimate left, SeriesEstimate right) =>
        new(left.Value + right.Value, [.. left.Influence.Zip(right.Influence, (a, b) => a + b)]) { OtherVariance = left.OtherVariance + right.OtherVariance };

    /// <summary>The same with the other sign.</summary>
    public static SeriesEstimate operator -(SeriesEstimate of) =>
        new(-of.Value, [.. of.Influence.Select(value => -value)]) { OtherVariance = of.OtherVariance };

    /// <summary>The difference of two estimates by the same rows.</summary>
    public static SeriesEstimate operator -(SeriesEstimate left, SeriesEstimate right) => left + -right;

    /// <summary>How many independent rows would tell as much: n/τ, at most n.</summary>
    /// <param name="correlation">Of the chains that drew the rows, whose order is not that of the chains; null where the series itself tells.</param>
    public double IndependentRows(ChainCorrelation? correlation = null) => Influence.Count / Inefficiency(correlation);

    /// <summary>The estimate and its standard error.</summary>
    /// <inheritdoc cref="IndependentRows"/>
    public MeanEstimate Estimate(ChainCorrelation? correlation = null)
    {
        var variance = Influence.Sum(value => value * value) / Math.Max(1, Influence.Count - 1);
        return new(Value, Math.Sqrt((variance * Inefficiency(correlation) / Influence.Count) + OtherVariance));
    }

    /// <summary>τ: by the chains, or by Geyer's sequence over the series; 1 where it has no length or no variance to tell.</summary>
    private double Inefficiency(ChainCorrelation? correlation) =>
        correlation is not null ? Math.Pow(correlation.Inflation(Influence.Count), 2)
        : ChainStatistics.Of([[.. Influence]]).AutocorrelationTime is > 1 and var time ? time
        : 1;
}
