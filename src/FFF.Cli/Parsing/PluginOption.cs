using System.CommandLine;
using FFF.Cli.Rendering;
using FFF.Plugins;

namespace FFF.Cli.Parsing;

/// <summary>
/// <c>--plugin FILE</c>, which every command takes. Plug-ins are loaded before the command line is parsed, since its commands
/// and options are made of the kinds that there are.
/// </summary>
internal static class PluginOption
{
    private const string Name = "--plugin";

    public static Option<string[]> Create() => new(Name)
    {
        Description = "A .NET assembly with kinds of its own, such as data sets and evaluations; may be given again.",
        HelpName = "FILE",
        Recursive = true,
        AllowMultipleArgumentsPerToken = false,
    };

    /// <summary>Loads what the command line names.</summary>
    /// <exception cref="PluginException">A plug-in cannot be loaded.</exception>
    public static void Load(IReadOnlyList<string> args)
    {
        for (var i = 0; i < args.Count && args[i] != "--"; i++)
        {
            if (args[i] == Name && i + 1 < args.Count)
            {
                PluginLoader.Load(args[++i]);
            }
            else if (args[i].StartsWith(Name + "=", StringComparison.Ordinal) || args[i].StartsWith(Name + ":", StringComparison.Ordinal))
            {
                PluginLoader.Load(args[i][(Name.Length + 1)..]);
            }
        }
    }

    /// <summary>What names the loaded plug-ins again at the end of a command; nothing where there are none.</summary>
    public static string Again => string.Concat(PluginLoader.Loaded.Select(plugin => $" {Name} {Words.Place(plugin.Path)}"));
}
