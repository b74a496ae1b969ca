using FFF.Datasets.Sbi;
using FFF.Spaces;

namespace FFF.Runs;

/// <summary>What a run knows of the limits of its parameters.</summary>
internal static class RunLimits
{
    /// <summary>The limits of each column, D of them, null where a column has none: those that the flow cannot leave, or those of its task's prior.</summary>
    /// <returns>Null where no column is known to have any.</returns>
    public static IReadOnlyList<ColumnBounds?>? Of(LoadedRun run) =>
        run.Flow.Space is BoundedVectors { Bounds: var bounds } ? bounds
        : run.Experiment.Data.Benchmark is { } benchmark ? SbiTasks.Get(benchmark.Name).Box
        : null;
}
