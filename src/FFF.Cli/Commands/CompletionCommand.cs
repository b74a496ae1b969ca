using System.CommandLine;
using System.Reflection;
using FFF.Cli.Parsing;

namespace FFF.Cli.Commands;

/// <summary><c>fff completion bash|zsh|powershell</c></summary>
internal static class CompletionCommand
{
    public static Command Create() => new("completion", "Prints the script that makes a shell complete commands, options, runs and settings.")
    {
        Shell("bash", "fff.bash", "source <(fff completion bash)"),
        Shell("zsh", "fff.zsh", "source <(fff completion zsh)"),
        Shell("powershell", "fff.ps1", "fff completion powershell | Out-String | Invoke-Expression"),
    };

    private static ExampledCommand Shell(string name, string file, string use)
    {
        var command = new ExampledCommand(name, $"Prints the script for {name}, which belongs into the file that the shell reads when it starts.", use);
        command.SetAction(_ =>
        {
            using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"FFF.Cli.Completion.{file}")!;
            using var reader = new StreamReader(stream);
            Console.Out.Write(reader.ReadToEnd());
        });
        return command;
    }
}
