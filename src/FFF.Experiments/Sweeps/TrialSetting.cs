using MathNet.Numerics.Statistics;

namespace FFF.Sweeps;

/// <summary>Trials that differ in their seeds only.</summary>
/// <param name="Values">What they set but for the seed, by key path, as YAML.</param>
/// <param name="Count">How many trials there are.</param>
/// <param name="Ranked">Those that have finished and have the metric, the best first; of some settings there may be none.</param>
internal sealed record TrialSetting(IReadOnlyDictionary<string, string> Values, int Count, IReadOnlyList<RankedTrial> Ranked)
{
    private const string SeedKey = "seed";

    /// <summary>The mean of what decides over the seeds; NaN without any.</summary>
    public double Mean => Ranked.Count == 0 ? double.NaN : Ranked.Average(trial => trial.Judged);

    /// <summary>The standard deviation over the seeds; null for fewer than two.</summary>
    public double? Deviation => Ranked.Count < 2 ? null : Ranked.Select(trial => trial.Judged).StandardDeviation();

    /// <summary>Whether something speaks against one of them.</summary>
    public bool IsDoubtful => Ranked.Any(trial => trial.IsDoubtful);

    /// <summary>
    /// The settings of a sweep, the best first: those with doubts behind those without, and last those of which nothing has finished. Among some
    /// seeds the best one is luck, so that the mean decides.
    /// </summary>
    /// <param name="trials">All trials.</param>
    /// <param name="ranked">Those that have finished, the best first.</param>
    /// <param name="maximize">Whether the largest value is the best.</param>
    public static IReadOnlyList<TrialSetting> Of(IEnumerable<TrialRecord> trials, IReadOnlyList<RankedTrial> ranked, bool maximize)
    {
        var finished = ranked.ToLookup(trial => Name(trial.State.Trial));
        return
        [
            .. trials.GroupBy(Name)
                .Select(group => new TrialSetting(group.First().Values.Where(value => value.Key != SeedKey).ToDictionary(), group.Count(),
                    [.. finished[group.Key]]))
                .OrderBy(setting => double.IsNaN(setting.Mean))
                .ThenBy(setting => setting.IsDoubtful)
                .ThenBy(setting => maximize ? -setting.Mean : setting.Mean),
        ];
    }

    private static string Name(TrialRecord trial) =>
        string.Join('\n', trial.Values.Where(value => value.Key != SeedKey).Select(value => $"{value.Key}={value.Value}"));
}
