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

    public static IRenderable Status(SweepFolder folder, IReadOnlyList<TrialState> states)
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
        return new Rows(table, new Text($"{folder.Name}: {string.Join(", ", counts)}\n"));
    }

    public static IRenderable Best(string metric, IReadOnlyList<RankedTrial> ranked)
    {
        var keys = Keys(ranked.Select(trial => trial.State.Trial));
        var table = Tables.Create(
            [("run", Justify.Left), (metric, Justify.Right), .. keys.Select(key => new TableColumn(key, Justify.Right)), ("seed", Justify.Right)]);
        foreach (var trial in ranked)
        {
            table.Row([Words.Name(trial.State.Run!.Folder), RunDoubts.Marked(Words.Number(trial.Value, 6), trial.State.Run.Manifest, metric),
                .. Values(trial.State.Trial, keys), $"{trial.State.Trial.Seed}"]);
        }

        return table;
    }

    public static SweepResult Result(SweepFolder folder, IReadOnlyList<TrialState> states) => new(
        folder.Name, folder.Path,
        Enum.GetValues<TrialStatus>().ToDictionary(Word, status => states.Count(state => state.Status == status)),
        [.. states.Select(state => Result(state, null))]);

    public static BestResult Result(SweepFolder folder, string metric, bool maximize, IReadOnlyList<RankedTrial> ranked) =>
        new(folder.Name, metric, maximize, [.. ranked.Select(trial => Result(trial.State, trial.Value))]);

    private static TrialResult Result(TrialState state, double? value) => new(
        state.Trial.Number, state.Trial.Run, state.Run is { } run ? Words.Name(run.Folder) : null, state.Run?.Folder.Path, state.Status,
        value, state.Trial.Seed,
        state.Trial.Values, state.Run?.Manifest?.Results, state.Failure ?? state.Run?.Manifest?.Message ?? state.Run?.Problem, state.Run?.Manifest?.Doubts);

    private static string Word(TrialStatus status) => status.ToString().ToLowerInvariant();

    private static IReadOnlyList<string> Keys(IEnumerable<TrialRecord> trials) => [.. trials.SelectMany(trial => trial.Values.Keys).Distinct()];

    private static IEnumerable<string> Values(TrialRecord trial, IEnumerable<string> keys) => keys.Select(key => trial.Values.GetValueOrDefault(key, ""));
}
