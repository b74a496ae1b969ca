namespace FFF.Evaluation.Boltzmann;

/// <summary>The straight line of −log q against U by least squares: slope 1 where q follows exp(−U), and kT/kT′ where it follows a temperature T′.</summary>
/// <param name="Slope">The slope b.</param>
/// <param name="Intercept">−log q at U = 0.</param>
/// <param name="Correlation">Of −log q and U; NaN where either is constant.</param>
internal sealed record EnergyLine(SeriesEstimate Slope, double Intercept, double Correlation)
{
    /// <summary>The line through points, whose influences on the slope are (x − x̄)(y − ȳ − b (x − x̄)) / Var x.</summary>
    /// <param name="x">U, in the order of the series.</param>
    /// <param name="y">−log q.</param>
    public static EnergyLine Of(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        var (meanX, meanY) = (x.Average(), y.Average());
        var (ofX, ofY) = (x.Average(a => (a - meanX) * (a - meanX)), y.Average(b => (b - meanY) * (b - meanY)));
        var both = x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Average();
        var slope = both / ofX;
        return new(
            new(slope, [.. x.Zip(y, (a, b) => (a - meanX) * (b - meanY - (slope * (a - meanX))) / ofX)]), meanY - (slope * meanX),
            both / Math.Sqrt(ofX * ofY));
    }
}
