namespace FFF.Evaluations;

/// <summary>What an evaluation found.</summary>
/// <param name="Json">All of it, as indented JSON.</param>
/// <param name="Metrics">The numbers for the manifest, the headline among them, by keys that begin with the evaluation's name.</param>
/// <param name="Table">It for people.</param>
public sealed record EvaluationResult(string Json, IReadOnlyDictionary<string, double> Metrics, ResultTable Table)
{
    /// <summary>What speaks against trusting the results.</summary>
    public IReadOnlyList<string> Doubts { get; init; } = [];

    /// <summary>What can be drawn of them.</summary>
    public IReadOnlyList<Figure> Figures { get; init; } = [];

    /// <summary>Which part of the evaluation they are, such as observations-2, where they must not pass for all of it; null if they are all.</summary>
    public string? Part { get; init; }

    /// <summary>Whether that is because they are of other data, and not of less.</summary>
    internal bool IsOfOtherData { get; init; }
}

/// <summary>A figure of a result.</summary>
/// <param name="Name">Its name in the run's folder of plots, without ending.</param>
/// <param name="Ending">Its ending, such as .png.</param>
/// <param name="Draw">Draws it: with a title into a file.</param>
public sealed record Figure(string Name, string Ending, Action<string, string> Draw)
{
    /// <summary>Its name beside a result in another file, whose name it follows.</summary>
    public string Suffix { get; init; } = Name;
}
