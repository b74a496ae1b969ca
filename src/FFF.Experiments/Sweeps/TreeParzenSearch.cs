using FFF.Configuration;

namespace FFF.Sweeps;

/// <summary>A trial that was begun, for the choice of the next one.</summary>
/// <param name="Values">What it sets, by key path, as YAML.</param>
/// <param name="IsJudged">Whether it has finished and is judged by its result; those that run, failed or were dropped count as bad.</param>
internal sealed record SeenTrial(IReadOnlyDictionary<string, string> Values, bool IsJudged);

/// <summary>
/// The tree-structured Parzen estimator of Bergstra, Bardenet, Bengio and Kégl, Algorithms for hyper-parameter optimization, 2011: p(value | good) and
/// p(value | others), each key for itself, and of some draws from the first that with the largest quotient, which has the largest expected improvement.
/// </summary>
internal static class TreeParzenSearch
{
    /// <summary>The share of the trials that counts as good, γ of the paper.</summary>
    private const double GoodShare = 0.15;

    private const int Candidates = 24;

    /// <summary>What the next trial sets. It depends on the sweep's seed, the trial's number, the keys' paths and the trials that were seen only.</summary>
    /// <param name="search">The search.</param>
    /// <param name="seed">The sweep's seed.</param>
    /// <param name="trial">The number of the next trial.</param>
    /// <param name="seen">All others, the best first.</param>
    public static IReadOnlyList<KeyedValue<ConfigValue>> Next(TpeSearch search, long seed, int trial, IReadOnlyList<SeenTrial> seen)
    {
        var good = Math.Min((int)Math.Ceiling(GoodShare * seen.Count), seen.Count(one => one.IsJudged));
        return trial < search.Startup || good == 0
            ? SearchSpace.Drawn(search.Keys, seed, trial)
            : [.. search.Keys.Select(key => SearchSpace.Keyed(key, Choose(key, seed, trial, seen, good)))];
    }

    private static ConfigValue Choose(KeyedValue<SpaceConfig> key, long seed, int trial, IReadOnlyList<SeenTrial> seen, int good)
    {
        var axis = SearchAxis.Of(key.Value);
        List<double> Places(IEnumerable<SeenTrial> trials) =>
            [.. trials.Select(one => one.Values.TryGetValue(key.Key, out var text) ? axis.At(text) : null).OfType<double>()];
        var (likely, unlikely) = (axis.Estimate(Places(seen.Take(good))), axis.Estimate(Places(seen.Skip(good))));
        double Uniform(int candidate, int draw) => SearchSpace.Uniform(seed, key.Key, trial, candidate, draw);
        return axis.Value(Enumerable.Range(0, Candidates).Select(candidate => likely.Draw(Uniform(candidate, 0), Uniform(candidate, 1)))
            .MaxBy(place => likely.LogDensity(place) - unlikely.LogDensity(place)));
    }
}
