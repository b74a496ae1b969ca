using System.Collections;
using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.Text;
using FFF.Cli.Parsing;

namespace FFF.Cli.Rendering;

/// <summary>All commands as a page of Markdown.</summary>
internal static class CommandReference
{
    /// <summary>The page.</summary>
    public static string Create(Command root)
    {
        var page = new StringBuilder($"""
            # Commands

            What `fff reference commands` prints; `fff COMMAND --help` tells the same of one command. Results go to stdout, progress and logs to
            stderr. Exit codes: 0 done, 1 failed at run time, 2 wrong usage or configuration and nothing written, 3 interrupted after
            saving.


            """);
        foreach (var option in root.Options.Where(option => option.Recursive && option is not HelpOption))
        {
            page.Append(CultureInfo.InvariantCulture, $"Every command takes `{option.Name} {option.HelpName}`: {Text(option.Description)}\n\n");
        }

        foreach (var command in root.Subcommands)
        {
            Write(page, "fff", command);
        }

        return page.ToString().TrimEnd() + "\n";
    }

    private static void Write(StringBuilder page, string parent, Command command)
    {
        var name = $"{parent} {command.Name}";
        (command as ExampledCommand)?.Describe?.Invoke();
        page.Append(CultureInfo.InvariantCulture,
            $"{(parent.Contains(' ', StringComparison.Ordinal) ? "###" : "##")} {name}\n\n{Text(command.Description)}\n\n");
        if (command.Action is not null)
        {
            var options = command.Options.Where(option => !option.Hidden && option is not HelpOption).ToList();
            page.Append(CultureInfo.InvariantCulture,
                $"    {string.Join(' ', [name, .. command.Arguments.Select(Usage), .. options.Count > 0 ? ["[options]"] : Array.Empty<string>()])}\n\n");
            Table(page, [.. command.Arguments.Select(Row), .. options.Select(Row)]);
        }

        if (command is ExampledCommand { Examples: { Count: > 0 } examples })
        {
            page.Append(CultureInfo.InvariantCulture, $"```sh\n{string.Join('\n', examples)}\n```\n\n");
        }

        foreach (var inner in command.Subcommands)
        {
            Write(page, name, inner);
        }
    }

    private static void Table(StringBuilder page, IReadOnlyList<string> rows)
    {
        if (rows.Count > 0)
        {
            page.Append(CultureInfo.InvariantCulture, $"| argument or option | default | meaning |\n|---|---|---|\n{string.Join('\n', rows)}\n\n");
        }
    }

    private static string Usage(Argument argument)
    {
        var name = $"<{argument.HelpName ?? argument.Name}>{(argument.Arity.MaximumNumberOfValues > 1 ? "..." : "")}";
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}]" : name;
    }

    private static string Row(Argument argument) => $"| `<{argument.HelpName ?? argument.Name}>` |  | {Text(argument.Description)} |";

    private static string Row(Option option)
    {
        var value = option.HelpName is { } name ? $" {name}" : "";
        var names = string.Join(", ", new[] { option.Name }.Concat(option.Aliases).Select(alias => $"`{Text(alias + value)}`"));
        var standard = option.Required ? "*required*"
            : option.HasDefaultValue && option.GetDefaultValue() is { } given and not false ? $"`{Literal(given)}`"
            : "";
        return $"| {names} | {standard} | {Text(option.Description)} |";
    }

    private static string Literal(object value) => value is IEnumerable list and not string
        ? string.Join(',', list.Cast<object>().Select(Literal))
        : Convert.ToString(value, CultureInfo.InvariantCulture)!;

    private static string Text(string? text) => (text ?? "").Replace("<", "&lt;", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal);
}
