using System.CommandLine;

namespace FFF.Cli.Parsing;

/// <summary>A command whose help ends with examples.</summary>
/// <param name="name">The command's name.</param>
/// <param name="description">What it does.</param>
/// <param name="examples">Whole command lines.</param>
internal sealed class ExampledCommand(string name, string description, params string[] examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples { get; } = examples;

    /// <summary>Gives the options their descriptions, where these take a while to read and only the help needs them.</summary>
    public Action? Describe { get; set; }
}
