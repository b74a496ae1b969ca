using System.CommandLine;
using System.CommandLine.Parsing;

namespace FFF.Cli.Parsing;

/// <summary>Options that were given no value: the parser leaves one out at the end, and takes the option that follows for it elsewhere.</summary>
internal static class MissingValues
{
    /// <summary>What is wrong, an option each.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="args">Its words: a value that looks like an option is one where it is written in the same word, as in <c>--runs=--x</c>.</param>
    public static IEnumerable<string> Of(ParseResult parsed, IReadOnlyCollection<string> args)
    {
        foreach (var result in parsed.CommandResult.Children.OfType<OptionResult>().Where(result => !result.Implicit && TakesValue(result.Option)))
        {
            var name = result.IdentifierToken?.Value ?? result.Option.Name;
            if (result.Tokens.FirstOrDefault(token => args.Contains(token.Value) && IsOption(token.Value, parsed.CommandResult.Command)) is { } swallowed)
            {
                yield return $"{name}: expected a value, found the option '{swallowed.Value}'. A value that begins so is written {name}={swallowed.Value}";
            }
            else if (result.IdentifierTokenCount > result.Tokens.Count)
            {
                yield return $"{name}: expected a value, found none.";
            }
        }
    }

    private static bool TakesValue(Option option) => option.Arity.MaximumNumberOfValues > 0 && option.ValueType != typeof(bool);

    private static bool IsOption(string word, Command command) =>
        word.StartsWith("--", StringComparison.Ordinal) || command.Options.Any(option => option.Name == word || option.Aliases.Contains(word));
}
