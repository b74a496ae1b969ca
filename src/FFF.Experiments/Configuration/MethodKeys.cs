using FFF.Flows;
using FFF.Options;

namespace FFF.Configuration;

/// <summary>The methods' names.</summary>
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
}
