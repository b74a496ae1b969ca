using FFF.Configuration;

namespace FFF.Experiments;

/// <summary>The methods that the benchmark compares.</summary>
public static class BenchmarkMethods
{
    /// <summary>Their names, in the order in which they are shown.</summary>
    public static IReadOnlyList<string> Names { get; } = ["fff", "spline-flow", "flow-matching"];

    /// <summary>The name of an experiment's method.</summary>
    public static string Of(Experiment experiment)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        return Names[0];
    }
}
