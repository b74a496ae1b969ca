namespace FFF.Build;

/// <summary>A module does something with addresses that the weaver does not understand, so that it cannot promise anything.</summary>
public sealed class WeavingException(IReadOnlyList<string> doubts) : Exception(string.Join('\n', doubts))
{
    /// <summary>A line for each place.</summary>
    public IReadOnlyList<string> Doubts { get; } = doubts;
}
