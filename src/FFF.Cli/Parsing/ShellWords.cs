using FFF.Formats;

namespace FFF.Cli.Parsing;

/// <summary>The program's arguments as the shell passed them.</summary>
internal static class ShellWords
{
    /// <summary>
    /// The same words with the home folder in place of a <c>~</c> at the start of a word or of an option's value, as in
    /// <c>--runs=~/runs</c>, where shells leave it. What follows the = of a setting, only its key can tell the meaning of.
    /// </summary>
    /// <exception cref="CommandException">A word names another user's home folder.</exception>
    public static string[] WithHome(IReadOnlyList<string> args) => [.. args.Select(WithHome)];

    private static string WithHome(string word)
    {
        var start = word.StartsWith("--", StringComparison.Ordinal) ? word.IndexOf('=', StringComparison.Ordinal) + 1 : 0;
        return HomeFolder.Problem(word[start..]) is { } problem
            ? throw new CommandException(ExitCode.Usage, $"{word}: {problem}.")
            : word[..start] + HomeFolder.Expand(word[start..]);
    }
}
