namespace FFF.Evaluation.Molecules;

/// <summary>The Wasserstein-1 distance of two sets of numbers: how far mass must be moved on average to turn one into the other.</summary>
/// <remarks>W₁ = ∫ |F(x) − G(x)| dx, F and G being the empirical distribution functions; in the numbers' unit.</remarks>
public static class Wasserstein
{
    /// <summary>The distance; null where a set is empty, not a number where one holds such.</summary>
    public static double? Distance(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        if (first.Count == 0 || second.Count == 0)
        {
            return null;
        }

        double[] a = [.. first.Order()], b = [.. second.Order()];
        var (i, j, sum) = (0, 0, 0.0);
        var at = Math.Min(a[0], b[0]);
        while (i < a.Length || j < b.Length)
        {
            // One number a turn: equal ones are no distance apart, and what is not a number, equal to nothing, ends too.
            var isFirst = j == b.Length || (i < a.Length && a[i] <= b[j]);
            var next = isFirst ? a[i] : b[j];
            sum += (next - at) * Math.Abs(((double)i / a.Length) - ((double)j / b.Length));
            (i, j, at) = isFirst ? (i + 1, j, next) : (i, j + 1, next);
        }

        return sum;
    }
}
