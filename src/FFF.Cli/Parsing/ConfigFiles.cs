using FFF.Cli.Rendering;
using FFF.Configuration;

namespace FFF.Cli.Parsing;

/// <summary>How the command line's configurations are read: <c>-</c> is standard input, and stderr tells what was taken for a name.</summary>
internal static class ConfigFiles
{
    public static ConfigSurroundings Surroundings => new() { StandardInput = StandardStreams.In, Tell = Console.Error.WriteLine, LoadsPlugins = true };
}
