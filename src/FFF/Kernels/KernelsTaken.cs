namespace FFF.Kernels;

/// <summary>Which ways networks take through their layers, for who measures them: kernels of our own, or libtorch's operations.</summary>
internal static class KernelsTaken
{
    /// <summary>Perceptrons on a value and its tangents, layer by layer.</summary>
    public const string Perceptron = "fused perceptrons";

    /// <summary>All blocks of an equivariant network at once.</summary>
    public const string Graphs = "fused graph blocks";

    /// <summary>One operation after the other.</summary>
    public const string Composed = "libtorch's operations";

    private static readonly AsyncLocal<SortedSet<string>?> Listening = new();

    /// <summary>Notes a way that is taken; does nothing while nobody listens.</summary>
    public static void Note(string way) => Listening.Value?.Add(way);

    /// <summary>The ways that are taken while something is carried out, in alphabetical order.</summary>
    public static IReadOnlyList<string> Within(Action action)
    {
        var taken = new SortedSet<string>(StringComparer.Ordinal);
        Listening.Value = taken;
        try
        {
            action();
        }
        finally
        {
            Listening.Value = null;
        }

        return [.. taken];
    }
}
