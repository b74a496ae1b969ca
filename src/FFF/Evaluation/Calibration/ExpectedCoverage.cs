namespace FFF.Evaluation.Calibration;

/// <summary>Expected coverage: how often credible regions of nominal level α hold the parameters that the data were simulated from.</summary>
/// <remarks>
/// Every simulation i has a smallest level a_i from which on its regions hold the true parameters; a_i is uniform on
/// [0, 1] if the posterior is calibrated, and the empirical coverage at α is the share of the simulations with a_i ≤ α.
/// <code>
/// central intervals of one parameter   a = |2u − 1|, with u its randomised rank
/// highest-density regions              a = randomised rank of −log q(θ* | x*) among −log q(θ_l | x*), l = 1..L
/// </code>
/// The latter is the share of the posterior's samples whose density is higher than that of the true parameters (Hermans,
/// Delaunoy, Rozet, Wehenkel, Begy and Louppe, "A Crisis In Simulation-Based Inference? Beware, Your Posterior
/// Approximations Can Be Unfaithful", TMLR 2022). It compares densities of the same x only, and so needs no normalisation.
/// </remarks>
/// <param name="Empirical">The empirical coverage at each of <see cref="Levels"/>.</param>
/// <param name="MeanDifference">
/// The mean over the levels of empirical minus nominal coverage: below 0 the posterior is over-confident (too narrow), above 0 under-confident (too wide).
/// </param>
/// <param name="LargestDeviation">The difference of largest magnitude, with its sign.</param>
/// <param name="LargestDeviationLevel">The nominal level where it is.</param>
public sealed record ExpectedCoverage(IReadOnlyList<double> Empirical, double MeanDifference, double LargestDeviation, double LargestDeviationLevel)
{
    private const int Steps = 20;

    /// <summary>The nominal levels: 0.05, 0.1, ..., 0.95.</summary>
    public static IReadOnlyList<double> Levels { get; } = [.. Enumerable.Range(1, Steps - 1).Select(k => (double)k / Steps)];

    /// <summary>The coverage by regions whose smallest levels that hold the true parameters are these.</summary>
    /// <param name="smallestLevels">a, one for each simulation.</param>
    public static ExpectedCoverage Of(IReadOnlyList<double> smallestLevels)
    {
        double[] empirical = [.. Levels.Select(level => (double)smallestLevels.Count(a => a <= level) / smallestLevels.Count)];
        double[] differences = [.. empirical.Zip(Levels, (e, nominal) => e - nominal)];
        var largest = Enumerable.Range(0, differences.Length).MaxBy(i => Math.Abs(differences[i]));
        return new(empirical, differences.Average(), differences[largest], Levels[largest]);
    }

    /// <summary>The coverage by central credible intervals of one parameter.</summary>
    /// <param name="ranks">u, its randomised ranks.</param>
    public static ExpectedCoverage OfCentralIntervals(IReadOnlyList<double> ranks) => Of([.. ranks.Select(u => Math.Abs((2 * u) - 1))]);
}
