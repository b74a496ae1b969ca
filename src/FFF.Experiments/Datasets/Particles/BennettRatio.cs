using FFF.Evaluation.Boltzmann;

namespace FFF.Datasets.Particles;

/// <summary>
/// log Z along a path by Bennett's acceptance ratio (1976), from replica exchange: between neighbouring λ the logarithm
/// −Δ = log Z_{r+1}/Z_r solves Σ s(Δ − u(x_r)) = Σ s(u(x_{r+1}) − Δ), with u = (λ_{r+1} − λ_r) V and s the logistic function. There is no
/// error of a quadrature, as thermodynamic integration has, and draws of both sides are used.
/// </summary>
internal static class BennettRatio
{
    private const int MostSteps = 200;
    private const double Precision = 1e-12;

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
            var root = Root(lower, upper);
            sum -= root;

            // By the implicit function theorem, what each chain moves the root by.
            var slope = Balance(lower, upper, root).Slope;
            for (var chain = 0; chain < chains; chain++)
            {
                influence[chain] += Balance(OfChain(lower, chain), OfChain(upper, chain), root).Value / slope;
            }
        }

        return new(sum, Math.Sqrt(influence.Sum(part => part * part) * chains / Math.Max(1, chains - 1)));

        double[] OfChain(double[] values, int chain) => [.. Enumerable.Range(0, values.Length / chains).Select(draw => values[(draw * chains) + chain])];
    }

    private static double[] Scaled(IReadOnlyList<double[]> draws, double gap) => [.. draws.SelectMany(draw => draw).Select(v => gap * v)];

    /// <summary>
    /// Newton's steps, halved where they leave the interval that the root lies in: the balance rises with Δ. The root is above all u
    /// where some of the lower draws are forbidden, with u = ∞, by no more than log(2n).
    /// </summary>
    private static double Root(double[] lower, double[] upper)
    {
        var finite = lower.Concat(upper).Where(double.IsFinite).ToArray();
        var margin = 1 + Math.Log(2.0 * lower.Length);
        var (low, high) = (finite.Min() - margin, finite.Max() + margin);
        var root = upper.Where(double.IsFinite).Average();
        for (var step = 0; step < MostSteps; step++)
        {
            var (value, slope) = Balance(lower, upper, root);
            (low, high) = value > 0 ? (low, root) : (root, high);
            var newton = root - (value / slope);
            var next = newton > low && newton < high ? newton : 0.5 * (low + high);
            if (Math.Abs(next - root) <= Precision * (1 + Math.Abs(root)))
            {
                return next;
            }

            root = next;
        }

        return root;
    }

    private static (double Value, double Slope) Balance(double[] lower, double[] upper, double root)
    {
        var (value, slope) = (0.0, 0.0);
        foreach (var u in lower)
        {
            var s = 1 / (1 + Math.Exp(u - root));
            value += s;
            slope += s * (1 - s);
        }

        foreach (var u in upper)
        {
            var s = 1 / (1 + Math.Exp(root - u));
            value -= s;
            slope += s * (1 - s);
        }

        return (value, slope);
    }
}
