using FFF.Runs;
using static TorchSharp.torch;

namespace FFF.Sampling;

/// <summary>Where the density of a run is highest; of a benchmark task inside of its prior's support.</summary>
public static class RunMode
{
    /// <summary>Searches for each condition.</summary>
    /// <param name="run">The run.</param>
    /// <param name="conditions">The conditions, [C] or [R, C], as the user gives them; null where the run has none.</param>
    /// <param name="seed">Of the samples that the search begins from.</param>
    /// <param name="starts">How many of them.</param>
    /// <returns>One for each row of the conditions, or one alone.</returns>
    /// <exception cref="ConditionException">The conditions do not fit the run.</exception>
    public static IReadOnlyList<DensityMode> Of(LoadedRun run, Tensor? conditions, long seed, int starts)
    {
        if (conditions is null)
        {
            return [ModeSearch.Run(run.Flow, null, seed, starts, null)];
        }

        using var rows = RunConditions.ForFlow(run, conditions.dim() == 1 ? conditions.unsqueeze(0) : conditions);
        var task = run.Experiment.Data.Inference;
        return [.. Enumerable.Range(0, (int)rows.shape[0])
            .Select(row => ModeSearch.Run(run.Flow, rows[row], seed, starts, task is null ? null : task.InSupport))];
    }
}
