using FFF.Runs;

namespace FFF.Sweeps;

/// <summary>A finished trial and the metric that it is judged by.</summary>
/// <param name="State">The trial.</param>
/// <param name="Value">Its metric.</param>
/// <param name="Judged">What decides in its place (<see cref="RunDoubts.Judged"/>); the metric itself where that is no likelihood.</param>
/// <param name="IsDoubtful">Whether something speaks against the metric.</param>
internal sealed record RankedTrial(TrialState State, double Value, double Judged, bool IsDoubtful);

/// <summary>Orders trials by a metric.</summary>
internal static class Ranking
{
    /// <summary>
    /// The finished trials, the best first, those with doubts last; those whose metric is missing or NaN are left out, and of equals the earlier is better.
    /// </summary>
    /// <param name="states">The trials.</param>
    /// <param name="metric">A result, such as nll, or a column of metrics.csv, of which the last value counts.</param>
    /// <param name="maximize">Whether the largest value is the best.</param>
    /// <exception cref="RunException">No finished trial has the metric; the message names those that there are.</exception>
    public static IReadOnlyList<RankedTrial> Of(IEnumerable<TrialState> states, string metric, bool maximize)
    {
        var finished = WithMetrics(states);
        if (finished.Count == 0)
        {
            throw new RunException("No trial has finished yet.");
        }

        RunMetrics.Require(metric, [.. finished.Select(trial => trial.Metrics)], "finished trial");
        return Ranked(finished, metric, maximize);
    }

    /// <summary>The same; empty where none has finished or has the metric.</summary>
    /// <inheritdoc cref="Of" path="/param"/>
    public static IReadOnlyList<RankedTrial> Finished(IEnumerable<TrialState> states, string metric, bool maximize) =>
        Ranked(WithMetrics(states), metric, maximize);

    private static List<(TrialState State, IReadOnlyDictionary<string, double> Metrics)> WithMetrics(IEnumerable<TrialState> states) =>
        [.. states.Where(state => state.Status == TrialStatus.Finished).Select(state => (state, RunMetrics.Of(state.Run!)))];

    private static IReadOnlyList<RankedTrial> Ranked(
        List<(TrialState State, IReadOnlyDictionary<string, double> Metrics)> finished, string metric, bool maximize)
    {
        var ranked = RunDoubts.Ranked(finished, trial => trial.State.Run!.Manifest, trial => trial.Metrics, metric, maximize)
            .Where(trial => trial.Metrics.TryGetValue(metric, out var value) && !double.IsNaN(value))
            .Select(trial => new RankedTrial(trial.State, trial.Metrics[metric], RunDoubts.Judged(trial.Metrics, metric, maximize)!.Value,
                RunDoubts.Of(trial.State.Run!.Manifest, metric).Count > 0));
        return [.. ranked];
    }
}
