using FFF.Configuration;
using FFF.Runs;

namespace FFF.Sweeps;

/// <summary>The trials that a search chooses by the results of others, one by one.</summary>
internal sealed class FurtherTrials
{
    private readonly SweepFolder _folder;
    private readonly SweepConfig _sweep;
    private readonly TpeSearch _search;
    private readonly ConfigSurroundings? _surroundings;
    private bool _isDone;

    private FurtherTrials(SweepFolder folder, SweepConfig sweep, TpeSearch search, ConfigSurroundings? surroundings, int left) =>
        (_folder, _sweep, _search, _surroundings, Left) = (folder, sweep, search, surroundings, left);

    /// <summary>How many there were to choose at first.</summary>
    public int Left { get; }

    /// <summary>Those of a sweep; null where all of its trials are known from the start.</summary>
    /// <param name="folder">The sweep's folder.</param>
    /// <param name="plan">The trials that are known.</param>
    /// <param name="surroundings">How the experiment's files are read.</param>
    public static FurtherTrials? Of(SweepFolder folder, SweepPlan plan, ConfigSurroundings? surroundings) =>
        plan.Sweep.Search is TpeSearch tpe ? new(folder, plan.Sweep, tpe, surroundings, tpe.Trials - plan.Trials.Count) : null;

    /// <summary>Why none is chosen any more, as what was chosen makes no valid experiment; null otherwise. Trials that run go on.</summary>
    public string? Problem { get; private set; }

    /// <summary>Chooses one more, and writes it down; null where there are as many as shall be, or there is a problem.</summary>
    /// <exception cref="Formats.FileWriteException">It cannot be written down.</exception>
    public TrialRecord? Next()
    {
        try
        {
            return Problem is null && !_isDone ? Choose() : null;
        }
        catch (ConfigurationException e)
        {
            Problem = e.Message;
            return null;
        }
    }

    private TrialRecord? Choose()
    {
        // Of two sweeps at the same time each chooses its own.
        using var turn = FileTurn.Take(_folder.TrialsFile);
        var states = SweepStatus.Read(_folder, new Dictionary<int, TrialStatus>());
        if (states.Count >= _search.Trials)
        {
            _isDone = true; // It is asked several times a second, and reads all runs for its answer.
            return null;
        }

        var judged = Ranking.Finished(states, _sweep.Metric!, _sweep.Maximize).Select(trial => trial.State.Trial).ToList();
        var numbers = judged.Select(trial => trial.Number).ToHashSet();
        SeenTrial[] seen =
        [
            .. judged.Select(trial => new SeenTrial(trial.Values, true)),
            .. states.Where(state => !numbers.Contains(state.Trial.Number)).Select(state => new SeenTrial(state.Trial.Values, false)),
        ];
        var chosen = TreeParzenSearch.Next(_search, _sweep.Seed, states.Count, seen);
        var plan = SweepPlan.Create(_sweep, _surroundings,
            [.. states.Select(state => state.Trial.Values), chosen.ToDictionary(value => value.Key, value => value.Value.Text)]);
        SweepFolder.Create(_folder.RunsRoot, plan);
        return SweepFolder.Record(plan.Trials[^1]);
    }
}
