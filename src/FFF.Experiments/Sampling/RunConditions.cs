using FFF.Runs;
using static TorchSharp.torch;

namespace FFF.Sampling;

/// <summary>Conditions of a run: those of a benchmark task are observations in its own units, of which the flow is given what the task makes of them.</summary>
public static class RunConditions
{
    /// <summary>What the run's flow is conditioned on, [N, C'].</summary>
    /// <param name="run">The run.</param>
    /// <param name="rows">The conditions as they are given, [N, C].</param>
    /// <exception cref="ConditionException">They do not fit the run.</exception>
    public static Tensor ForFlow(LoadedRun run, Tensor rows)
    {
        try
        {
            var condition = run.Experiment.Data.Inference is { } task ? PosteriorSampler.ConditionOf(task, rows) : rows.alias();
            run.Flow.RequireConditions(condition);
            return condition;
        }
        catch (ArgumentException e)
        {
            throw new ConditionException(e.Plain(), e);
        }
    }
}
