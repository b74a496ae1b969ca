using FFF.Flows;
using FFF.Options;

namespace FFF.Configuration;

/// <summary>The methods' names, and the keys of an experiment that a method leaves unused.</summary>
internal static class MethodKeys
{
    /// <summary>The names of all methods, in the order in which they are shown beside each other.</summary>
    public static IReadOnlyList<string> Names => [.. Kinds.Of(typeof(MethodConfig)).Select(kind => kind.Name)];

    /// <summary>The kind's name in configurations, such as fff.</summary>
    public static string Name(MethodConfig method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return Kinds.NameOf(method);
    }

    /// <summary>The keys that are set to something else than their defaults although the method does not use them.</summary>
    public static IReadOnlyList<string> Unused(Experiment experiment)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        if (experiment.Method.UsesFlow)
        {
            return [];
        }

        // As text, since records that hold lists are compared by the lists' references.
        var text = ExperimentFile.Write(experiment);
        (string Key, Experiment Without)[] candidates =
            [("flow", experiment with { Flow = new() }), ("objective", experiment with { Objective = new() })];
        return [.. candidates.Where(c => ExperimentFile.Write(c.Without) != text).Select(c => c.Key)];
    }
}
