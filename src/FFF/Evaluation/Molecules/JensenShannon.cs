namespace FFF.Evaluation.Molecules;

/// <summary>The Jensen-Shannon divergence of two distributions over kinds.</summary>
/// <remarks>JS(p, q) = ½ KL(p ‖ m) + ½ KL(q ‖ m), m = ½ (p + q), in bits: 0 where they are equal, 1 where they share no kind.</remarks>
public static class JensenShannon
{
    /// <summary>The divergence of the relative frequencies; null where there is nothing in one of them.</summary>
    /// <typeparam name="T">What tells kinds apart.</typeparam>
    public static double? Divergence<T>(IReadOnlyDictionary<T, long> first, IReadOnlyDictionary<T, long> second)
        where T : notnull
    {
        var (firstTotal, secondTotal) = ((double)first.Values.Sum(), (double)second.Values.Sum());
        if (firstTotal == 0 || secondTotal == 0)
        {
            return null;
        }

        var sum = 0.0;
        foreach (var kind in first.Keys.Union(second.Keys))
        {
            var (p, q) = (first.GetValueOrDefault(kind) / firstTotal, second.GetValueOrDefault(kind) / secondTotal);
            var m = (p + q) / 2;
            sum += Part(p, m) + Part(q, m);
        }

        return sum / 2;

        static double Part(double p, double m) => p == 0 ? 0 : p * Math.Log2(p / m);
    }
}
