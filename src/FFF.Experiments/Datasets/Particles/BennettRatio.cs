using FFF.Evaluation.Boltzmann;

namespace FFF.Datasets.Particles;

/// <summary>
/// log Z along a path by Bennett's acceptance ratio, from replica exchange: between neighbouring λ the logarithm log Z_{r+1}/Z_r is that of
/// <see cref="AcceptanceRatio"/> with u = (λ_{r+1} − λ_r) V. There is no error of a quadrature, as thermodynamic integration has, and draws of both sides are
/// used.
/// </summary>
internal static class BennettRatio
{
    /// <summary>log Z at the last λ minus that at the first. Its error is by the chains, which are independent, however alike their draws are.</summary>
    /// <param name="lambdas">λ_r, [R], ascending.</param>
    /// <param name="differences">V at each λ, in each draw, of each chain: R lists of draws, each [C].</param>
    public static MeanEstimate LogZ(IReadOnlyList<double> lambdas, IReadOnlyList<IReadOnlyList<double[]>> differences)
    {
        var chains = differences[0][0].Length;
        var (sum, influence) = (0.0, new double[chains]);
        for (var r = 0; r + 1 < lambdas.Count; r++)
        {
            var gap = lambdas[r + 1] - lambdas[r];
            var (lower, upper) = (Scaled(differences[r], gap), Scaled(differences[r + 1], gap));
            var root = AcceptanceRatio.Root(lower, upper);
            sum -= root;

            // By the implicit function theorem, what each chain moves the root by.
            var slope = AcceptanceRatio.Balance(lower, upper, root).Slope;
            for (var chain = 0; chain < chains; chain++)
            {
                influence[chain] += AcceptanceRatio.Balance(OfChain(lower, chain), OfChain(upper, chain), root).Value / slope;
            }
        }

        return new(sum, Math.Sqrt(influence.Sum(part => part * part) * chains / Math.Max(1, chains - 1)));

        double[] OfChain(double[] values, int chain) => [.. Enumerable.Range(0, values.Length / chains).Select(draw => values[(draw * chains) + chain])];
    }

    private static double[] Scaled(IReadOnlyList<double[]> draws, double gap) => [.. draws.SelectMany(draw => draw).Select(v => gap * v)];
}
