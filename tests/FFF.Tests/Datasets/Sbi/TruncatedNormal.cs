namespace FFF.Tests.Datasets.Sbi;

/// <summary>Moments of a Gaussian that is cut off below and above, by Simpson's rule.</summary>
internal sealed record TruncatedNormal(double Location, double Deviation, double Low, double High)
{
    private const int Intervals = 2000;

    /// <summary>How much of the whole Gaussian's mass is left.</summary>
    public double Mass => Integral(_ => 1);

    public double Mean => Integral(t => t) / Mass;

    public double SecondMoment => Integral(t => t * t) / Mass;

    private double Integral(Func<double, double> of)
    {
        var (from, to) = (Math.Max(Low, Location - (12 * Deviation)), Math.Min(High, Location + (12 * Deviation)));
        var width = (to - from) / Intervals;
        return Enumerable.Range(0, Intervals + 1).Sum(i =>
        {
            var t = from + (i * width);
            var weight = i is 0 or Intervals ? 1 : i % 2 == 1 ? 4 : 2;
            return weight * of(t) * Math.Exp(-Math.Pow((t - Location) / Deviation, 2) / 2);
        }) * width / 3 / (Deviation * Math.Sqrt(2 * Math.PI));
    }
}
