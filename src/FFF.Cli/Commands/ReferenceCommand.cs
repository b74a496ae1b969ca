using System.CommandLine;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Configuration;
using FFF.Formats;

namespace FFF.Cli.Commands;

/// <summary><c>fff reference commands|keys</c></summary>
internal static class ReferenceCommand
{
    /// <summary>The command's name.</summary>
    public const string Name = "reference";

    public static Command Create() => new(Name, "Prints the reference of all commands, and of all keys of configurations, as Markdown.")
    {
        Page("commands", "Prints every command with its options and examples.", parsed => CommandReference.Create(parsed.RootCommandResult.Command)),
        Page("keys", "Prints every key of experiments and sweeps with its default and meaning.", _ => KeyReference.Create()),
    };

    private static ExampledCommand Page(string name, string description, Func<ParseResult, string> write)
    {
        var file = CommonOptions.Out("Write it to this file instead of printing it.");
        var command = new ExampledCommand(name, description, $"fff reference {name}", $"fff reference {name} --out docs/reference/{name}.md") { file };
        command.SetAction(parsed =>
        {
            var page = write(parsed);
            if (OutputFile.Check(parsed.GetValue(file)) is { } path)
            {
                AtomicFile.WriteText(path, page);
            }
            else
            {
                Console.Out.Write(page);
            }
        });
        return command;
    }
}
