using System.CommandLine;
using FFF.Formats;

namespace FFF.Cli.Parsing;

/// <summary>Tells what is wrong with a command line.</summary>
internal static class UsageErrors
{
    /// <summary>Writes everything that is wrong to stderr.</summary>
    /// <returns>The exit code.</returns>
    public static int Report(ParseResult parsed) => Report(parsed, Messages(parsed));

    /// <summary>Writes these messages to stderr.</summary>
    /// <returns>The exit code.</returns>
    public static int Report(ParseResult parsed, IEnumerable<string> messages)
    {
        foreach (var message in messages)
        {
            Console.Error.WriteLine($"fff: {message}");
        }

        Console.Error.WriteLine($"See '{Path(parsed.CommandResult.Command)} --help'.");
        return ExitCode.Usage;
    }

    /// <summary>A text that looks like an option, and the option that was probably meant.</summary>
    public static string Unknown(string token, Command command)
    {
        if (PlainNumber.TryParse(token, out _))
        {
            return $"the number '{token}' stands alone. Several numbers are one word, joined by commas, such as --condition 0.1,-0.2; "
                + "PowerShell needs quotes around it: '0.1,-0.2'.";
        }

        var isOption = token.StartsWith('-');
        string[] known = isOption
            ? [.. command.Options.Select(option => option.Name), "--help"]
            : [.. command.Subcommands.Select(subcommand => subcommand.Name)];
        var what = isOption ? "option" : known.Length > 0 ? "command" : "argument";
        return known.Length == 0
            ? $"'{token}' is not expected here."
            : $"there is no {what} '{token}'.{Near(token.Split('=')[0], known)}";
    }

    /// <summary>A question: all that begin with the text, which was cut short, or else the nearest; empty where nothing is near.</summary>
    private static string Near(string text, string[] known)
    {
        var longer = known.Where(name => text.Length > 1 && name.StartsWith(text + "-", StringComparison.Ordinal)).Select(name => $"'{name}'").ToList();
        return longer.Count > 0 ? $" Did you mean {string.Join(", ", longer)}?" : NearestKey.Question(text, known);
    }

    private static IEnumerable<string> Messages(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens.Count > 0 && !command.Arguments.Any())
        {
            // Whatever else is reported follows from these.
            return parsed.UnmatchedTokens.Select(token => Unknown(token, command)).Take(1)
                .Concat(parsed.Errors.Where(error => error.SymbolResult is System.CommandLine.Parsing.OptionResult).Select(error => error.Message))
                .Distinct();
        }

        return command.Subcommands.Count > 0 && command.Action is null
            ? [$"name a command: {string.Join(", ", command.Subcommands.Select(subcommand => subcommand.Name))}."]
            : parsed.Errors.Select(error => error.Message).Distinct();
    }

    private static string Path(Command command) =>
        command is RootCommand ? "fff" : $"{Path(command.Parents.OfType<Command>().First())} {command.Name}";
}
