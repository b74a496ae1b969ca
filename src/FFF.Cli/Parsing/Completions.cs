using System.CommandLine;
using System.CommandLine.Completions;
using FFF.Configuration;
using FFF.Runs;
using FFF.Sweeps;

namespace FFF.Cli.Parsing;

/// <summary>What shells may complete that is not fixed: runs, sweeps, and settings of experiments.</summary>
internal static class Completions
{
    /// <summary>The names of runs, and <c>latest</c>; once a name is there, its versions.</summary>
    public static IEnumerable<string> Runs(CompletionContext context)
    {
        var slash = context.WordToComplete.IndexOf('/', StringComparison.Ordinal);
        var folders = RunLocator.Names(Root(context));
        return slash < 0
            ? folders.Append(RunLocator.Latest)
            : RunLocator.List(Root(context), context.WordToComplete[..slash]).Select(run => $"{run.Folder.Name}/{run.Folder.Version}");
    }

    /// <summary>The names of sweeps.</summary>
    public static IEnumerable<string> Sweeps(CompletionContext context) => SweepFolder.Names(Root(context));

    /// <summary><c>key.path=value</c>, one part of the path at a time; after the equals sign, the names that the key may have.</summary>
    public static IEnumerable<string> Settings(CompletionContext context)
    {
        var word = context.WordToComplete;
        if (word.IndexOf('=', StringComparison.Ordinal) is var equals and >= 0)
        {
            var key = word[..equals];
            return ConfigKeys.Find(key)?.Values.Select(value => $"{key}={value}") ?? [];
        }

        return ConfigKeys.All
            .Where(key => key.Path.StartsWith(word, StringComparison.Ordinal))
            .Select(key => key.Path.IndexOf('.', word.Length) is var dot and >= 0 ? key.Path[..(dot + 1)] : key.Path + "=")
            .Distinct();
    }

    private static string Root(CompletionContext context) =>
        context.ParseResult.CommandResult.Command.Options.OfType<Option<string>>().FirstOrDefault(option => option.Name == "--runs") is { } runs
            ? context.ParseResult.GetValue(runs) ?? "runs"
            : "runs";
}
