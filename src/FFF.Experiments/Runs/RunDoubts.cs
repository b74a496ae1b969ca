using FFF.Flows;

namespace FFF.Runs;

/// <summary>Results that something speaks against: they are marked where they are shown, and stand behind the others where runs are ranked.</summary>
internal static class RunDoubts
{
    /// <summary>What a doubtful number ends with.</summary>
    public const string Mark = "?";

    /// <summary>The name of what speaks against the last validation of a training, whose metrics begin with val_.</summary>
    public const string Validation = "validation";

    /// <summary>The scalar that the last validation is judged by.</summary>
    public const string JudgedValidation = "val_nll_judged";

    private static readonly string[] ByDecoder = [".decoder", "_decoder"];
    private static readonly string[] ByJudgement = [".judged", "_judged"];

    /// <summary>What speaks against a metric; empty where nothing does, and for what no evaluation has found.</summary>
    /// <param name="manifest">The run's manifest; null where it cannot be read.</param>
    /// <param name="metric">A metric, such as nll.decoder, whose name begins with that of its evaluation.</param>
    public static IReadOnlyList<string> Of(Manifest? manifest, string metric) =>
        manifest is not null && (manifest.Results.ContainsKey(metric) || IsOfValidation(metric)) ? Of(manifest.Doubts, metric) : [];

    /// <inheritdoc cref="Of(Manifest, string)"/>
    /// <param name="doubts">All that are known of the run; null for none.</param>
    /// <param name="metric">A metric that the run has.</param>
    public static IReadOnlyList<string> Of(IReadOnlyDictionary<string, IReadOnlyList<string>>? doubts, string metric) =>
        doubts?.GetValueOrDefault(IsOfValidation(metric) ? Validation : metric.Split('.')[0]) ?? [];

    /// <summary>The doubts of all evaluations, with those of one in place of its former ones; null where there are none.</summary>
    /// <param name="doubts">The former ones.</param>
    /// <param name="name">The evaluation's name, or <see cref="Validation"/>.</param>
    /// <param name="found">What speaks against its results; null where it was not carried out again.</param>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>>? With(
        IReadOnlyDictionary<string, IReadOnlyList<string>>? doubts, string name, IReadOnlyList<string>? found)
    {
        var all = (doubts ?? new Dictionary<string, IReadOnlyList<string>>()).Where(old => found is null || old.Key != name).ToDictionary();
        if (found is { Count: > 0 })
        {
            all[name] = found;
        }

        return all.Count > 0 ? all : null;
    }

    /// <summary>All sentences.</summary>
    public static IEnumerable<string> All(Manifest manifest) => manifest.Doubts?.Values.SelectMany(doubts => doubts) ?? [];

    /// <summary>The number as it is shown, marked where it is doubtful.</summary>
    public static string Marked(string number, Manifest? manifest, string metric) => Of(manifest, metric).Count > 0 ? number + Mark : number;

    /// <summary>The runs, the best first: those with doubts behind those without, and last those that have no such number.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="manifest">A run's manifest.</param>
    /// <param name="metrics">Its metrics.</param>
    /// <param name="metric">What they are ranked by.</param>
    /// <param name="maximize">Whether the largest is the best.</param>
    public static IEnumerable<T> Ranked<T>(IEnumerable<T> runs, Func<T, Manifest?> manifest, Func<T, IReadOnlyDictionary<string, double>> metrics,
        string metric, bool maximize)
    {
        double Key(T run) => Judged(metrics(run), metric, maximize) is { } value ? maximize ? -value : value : double.NaN;
        return runs.OrderBy(run => double.IsNaN(Key(run))).ThenBy(run => Of(manifest(run), metric).Count > 0).ThenBy(Key);
    }

    /// <summary>
    /// By what a run is judged: of a negative log-likelihood by the encoder and the same by the decoder the larger, since the smaller is
    /// spurious where the two networks are not each other's inverse, and with it what it tells more finely than the reconstruction (<see cref="JudgedNll"/>),
    /// which results of earlier versions lack. Null where the run has no such metric.
    /// </summary>
    public static double? Judged(IReadOnlyDictionary<string, double> metrics, string metric, bool maximize) =>
        !metrics.TryGetValue(metric, out var value) ? null
        : maximize ? value
        : Judgement(metrics, metric) is { } judged ? metrics[judged]
        : ByDecoder.Where(ending => metrics.ContainsKey(metric + ending)).Select(ending => metrics[metric + ending]).Aggregate(value, Math.Max);

    /// <summary>The name of what a metric is judged by in its place, such as nll.judged; null where it is judged by itself.</summary>
    public static string? Judgement(IReadOnlyDictionary<string, double> metrics, string metric) =>
        ByJudgement.Select(ending => metric + ending).FirstOrDefault(metrics.ContainsKey);

    private static bool IsOfValidation(string metric) => metric.StartsWith("val_", StringComparison.Ordinal);
}
