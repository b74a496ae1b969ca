using FFF.Errors;

namespace FFF.Configuration;

/// <summary>A configuration that cannot be used, with everything that is wrong with it.</summary>
/// <param name="problems">All problems; at least one.</param>
public sealed class ConfigurationException(IReadOnlyList<Problem> problems) : InputException(string.Join('\n', problems))
{
    /// <summary>All problems, file by file and line by line. The exception's message lists them, one a line.</summary>
    public IReadOnlyList<Problem> Problems { get; } = problems;
}
