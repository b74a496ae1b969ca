using System.CommandLine;
using FFF.Runs;

namespace FFF.Cli.Parsing;

/// <summary><c>--data-root DIR</c>, which every command takes: where the data of runs are by now. Processes that are started from here are told, too.</summary>
internal static class DataRootOption
{
    private static readonly Option<string?> Root = new(RunPaths.Option)
    {
        Description = $"A folder that data files were moved to: those of a run that are not where it knows them are sought there. {RunPaths.RootVariable} "
            + "names it, too.",
        HelpName = "DIR",
        Recursive = true,
    };

    public static Option<string?> Create() => Root;

    /// <summary>Lets what the command line names be known.</summary>
    /// <exception cref="CommandException">There is no such folder.</exception>
    public static void Apply(ParseResult parsed)
    {
        if (parsed.GetValue(Root) is not { } folder)
        {
            return;
        }

        if (!Directory.Exists(folder))
        {
            throw new CommandException(ExitCode.Usage, $"{RunPaths.Option}: there is no folder '{folder}'.");
        }

        Environment.SetEnvironmentVariable(RunPaths.RootVariable, Path.GetFullPath(folder));
    }
}
