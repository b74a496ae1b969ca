using FFF.Configuration;
using FFF.Datasets.Sbi;
using MathNet.Numerics.Statistics;

namespace FFF.Evaluations.C2st;

/// <summary>A point in the benchmark's figure, over all of its seeds.</summary>
/// <remarks>
/// With several seeds, the C2ST of each observation is averaged over them first; mean and deviation are then taken over the
/// observations, as they are with one seed. So the deviation is that of the observations, not that of the seeds.
/// </remarks>
/// <param name="Point">Task, method and budget.</param>
/// <param name="Runs">Its runs, one per seed, in the seeds' order; at least one.</param>
internal sealed record BenchmarkScore(BenchmarkPoint Point, IReadOnlyList<BenchmarkRun> Runs)
{
    /// <summary>The benchmark's algorithm that results are compared with: neural posterior estimation by a neural spline flow.</summary>
    public const string Reference = "NPE";

    /// <summary>The C2ST of each observation, by its number, averaged over the seeds.</summary>
    public IReadOnlyDictionary<int, double> Observations { get; } = new SortedDictionary<int, double>(
        Runs.SelectMany(run => run.C2st.Observations).GroupBy(o => o.Observation).ToDictionary(seeds => seeds.Key, seeds => seeds.Average(o => o.Accuracy)));

    /// <summary>The mean over the observations: 0.5 is a perfect posterior.</summary>
    public double Mean => Observations.Values.Average();

    /// <summary>The standard deviation (n − 1) over the observations; 0 for one.</summary>
    public double Std => Observations.Count < 2 ? 0 : Observations.Values.StandardDeviation();

    /// <summary>The standard deviation (n − 1) over the seeds of their means over the observations; null for one.</summary>
    public double? StdOfSeeds =>
        Runs.Count < 2 ? null : Runs.Select(run => run.C2st.Observations.Average(observation => observation.Accuracy)).StandardDeviation();

    /// <summary>The published mean of <see cref="Reference"/> over the ten observations; null where none was published for this budget.</summary>
    public double? Published => PublishedC2st.Mean(Point.Task, Reference, Point.Simulations);

    /// <summary>The mean negative log-likelihood in nats, over the seeds for which it is known; null if for none.</summary>
    public double? Nll => Runs.Average(run => run.Nll);

    /// <summary>The mean duration of training, over the seeds for which it is known; null if for none.</summary>
    public double? TrainingSeconds => Runs.Average(run => run.TrainingSeconds);

    /// <summary>The mean duration of the C2ST, over the seeds.</summary>
    public double C2stSeconds => Runs.Average(run => run.C2st.Seconds);

    /// <summary>The points of runs: by budget, then in the benchmark's order of tasks, then by method.</summary>
    public static IReadOnlyList<BenchmarkScore> Of(IEnumerable<BenchmarkRun> runs)
    {
        string[] tasks = [.. SbiTasks.Names];
        string[] methods = [.. MethodKeys.Names];
        return [.. runs
            .GroupBy(run => run.Point)
            .Select(seeds => new BenchmarkScore(seeds.Key, [.. seeds.OrderBy(run => run.Seed)]))
            .OrderBy(score => score.Point.Simulations)
            .ThenBy(score => Array.IndexOf(tasks, score.Point.Task))
            .ThenBy(score => Array.IndexOf(methods, score.Point.Method))];
    }
}
