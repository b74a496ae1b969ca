namespace FFF.Evaluations.Conformations;

/// <summary>Text such as <c>a: one; b: two</c>.</summary>
internal static class NamedParts
{
    /// <summary>Names and what follows each; the name is null where there is none.</summary>
    public static IEnumerable<(string? Name, string Content)> Of(string text) =>
        text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(part =>
            part.Split(':', 2, StringSplitOptions.TrimEntries) is [{ Length: > 0 } name, { Length: > 0 } rest] ? (name, rest) : ((string?)null, part));
}
