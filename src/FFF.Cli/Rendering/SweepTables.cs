using FFF.Runs;
using FFF.Sweeps;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace FFF.Cli.Rendering;

/// <summary>Sweeps for people and programs.</summary>
internal static class SweepTables
{
    public static IRenderable Plan(IReadOnlyList<TrialRecord> trials)
    {
        var keys = Keys(trials);
        var table = Tables.Create([("run", Justify.Left), .. keys.Select(key => new TableColumn(key, Justify.Right)), ("seed", Justify.Right)]);
        foreach (var trial in trials)
        {
            table.Row([trial.Run, .. Values(trial, keys), $"{trial.Seed}"]);
        }

        return table;
    }

    /// <param name="folder">The sweep.</param>
    /// <param name="states">Its trials.</param>
    /// <param name="metric">What the trials are judged by; not used where no setting has several seeds.</param>
    /// <param name="settings">The trials by what they set.</param>
    public static IRenderable Status(SweepFolder folder, IReadOnlyList<TrialState> states, string? metric, IReadOnlyList<TrialSetting> settings)
    {
        var keys = Keys(states.Select(state => state.Trial));
        var table = Tables.Create([("run", Justify.Left), ("status", Justify.Left), ("epoch", Justify.Right), ("result", Justify.Left),
            .. keys.Select(key => new TableColumn(key, Justify.Right))]);
        foreach (var state in states)
        {
            var manifest = state.Run?.Manifest;
            table.Row([
                state.Run is { } run ? Words.Name(run.Folder) : state.Trial.Run, Word(state.Status), manifest is null ? "" : Words.Count(manifest.Epoch),
                manifest is null ? "" : RunTables.Headline(manifest), .. Values(state.Trial, keys)]);
        }

        var counts = states.GroupBy(state => state.Status).OrderBy(group => group.Key).Select(group => $"{Words.Count(group.Count())} {Word(group.Key)}");
        var total = new Text($"{folder.Name}: {string.Join(", ", counts)}\n");
        return metric is not null && HaveSeeds(settings) ? new Rows(table, Text.Empty, Settings(metric, settings), Text.Empty, total) : new Rows(table, total);
    }

    /// <summary>The best trials, below the settings where these have several seeds each.</summary>
    public static IRenderable Best(string metric, IReadOnlyList<RankedTrial> ranked, IReadOnlyList<TrialSetting> settings)
    {
        var keys = Keys(ranked.Select(trial => trial.State.Trial)).Where(key => key != "seed").ToList();
        var isJudged = ranked.Any(trial => trial.Judged != trial.Value);
        var table = Tables.Create(
        [
            ("run", Justify.Left), (metric, Justify.Right), .. isJudged ? [(Judged, Justify.Right)] : Array.Empty<TableColumn>(),
            .. keys.Select(key => new TableColumn(key, Justify.Right)), ("seed", Justify.Right),
        ]);
        foreach (var trial in ranked)
        {
            table.Row([Words.Name(trial.State.Run!.Folder), RunDoubts.Marked(Words.Number(trial.Value, 6), trial.State.Run.Manifest, metric),
                .. isJudged ? [Words.Number(trial.Judged, 6)] : Array.Empty<string>(), .. Values(trial.State.Trial, keys), $"{trial.State.Trial.Seed}"]);
        }

        return HaveSeeds(settings) ? new Rows(Settings(metric, settings), Text.Empty, table) : table;
    }

    /// <summary>Whether trials are seeds of the same settings.</summary>
    private static bool HaveSeeds(IReadOnlyList<TrialSetting> settings) => settings.Any(setting => setting.Count > 1);

    /// <summary>Mean and deviation over the seeds of each setting.</summary>
    private static FittingTable Settings(string metric, IReadOnlyList<TrialSetting> settings)
    {
        var keys = settings.SelectMany(setting => setting.Values.Keys).Distinct().ToList();
        var table = Tables.Create(
            [.. keys.Select(key => new TableColumn(key, Justify.Right)), ("seeds", Justify.Right), ($"{metric}, mean ± deviation", Justify.Right)]);
        foreach (var setting in settings)
        {
            var mean = double.IsNaN(setting.Mean) ? "" : Words.Number(setting.Mean, 4)
                + (setting.Deviation is { } deviation ? $" ± {Words.Number(deviation, 2)}" : "") + (setting.IsDoubtful ? RunDoubts.Mark : "");
            table.Row([.. keys.Select(key => setting.Values.GetValueOrDefault(key, "")),
                setting.Ranked.Count == setting.Count ? $"{setting.Count}" : $"{setting.Ranked.Count} of {setting.Count}", mean]);
        }

        return table;
    }

    /// <summary>The heading of what decides.</summary>
    private const string Judged = "judged by";

    public static SweepResult Result(SweepFolder folder, IReadOnlyList<TrialState> states) => new(
        folder.Name, folder.Path,
        Enum.GetValues<TrialStatus>().ToDictionary(Word, status => states.Count(state => state.Status == status)),
        [.. states.Select(state => Result(state, null, null))]);

    public static BestResult Result(
        SweepFolder folder, string metric, bool maximize, IReadOnlyList<RankedTrial> ranked, IReadOnlyList<TrialSetting> settings) => new(
        folder.Name, metric, maximize, [.. ranked.Select(trial => Result(trial.State, trial.Value, trial.Judged))],
        [.. settings.Select(setting => new SettingResult(setting.Values, setting.Count, [.. setting.Ranked.Select(trial => trial.State.Trial.Number)],
            double.IsNaN(setting.Mean) ? null : setting.Mean, setting.Deviation, setting.IsDoubtful))]);

    private static TrialResult Result(TrialState state, double? value, double? judged) => new(
        state.Trial.Number, state.Trial.Run, state.Run is { } run ? Words.Name(run.Folder) : null, state.Run?.Folder.Path, state.Status,
        value, judged, state.Trial.Seed,
        state.Trial.Values, state.Run?.Manifest?.Results, state.Failure ?? state.Run?.Manifest?.Message ?? state.Run?.Problem, state.Run?.Manifest?.Doubts);

    private static string Word(TrialStatus status) => status.ToString().ToLowerInvariant();

    private static IReadOnlyList<string> Keys(IEnumerable<TrialRecord> trials) => [.. trials.SelectMany(trial => trial.Values.Keys).Distinct()];

    private static IEnumerable<string> Values(TrialRecord trial, IEnumerable<string> keys) => keys.Select(key => trial.Values.GetValueOrDefault(key, ""));
}
