using System.CommandLine;
using System.CommandLine.Parsing;
using FFF.Configuration;
using FFF.Evaluations;

namespace FFF.Cli.Parsing;

/// <summary>The options that an evaluation's record has, as those of its command.</summary>
internal sealed class EvaluationOptions
{
    private readonly RecordOptions _record;
    private readonly List<(RecordOption Option, Option<object?> Parsed)> _options;

    public EvaluationOptions(Type record)
    {
        _record = RecordOptions.Of(record);
        _options = [.. _record.All.Select(option => (option, Create(option)))];
    }

    public IEnumerable<Option> All => _options.Select(option => option.Parsed);

    /// <summary>The evaluation as it was asked for.</summary>
    public IEvaluation Bind(ParseResult parsed) => (IEvaluation)_record.Bind(Given(parsed.GetResult).Select(given => (given.Option, given.Value!)));

    /// <summary>Tells what does not go together.</summary>
    public void Check(CommandResult result)
    {
        var given = Given(result.GetResult).ToList();
        if (given.Any(option => option.Value is null))
        {
            return; // The parser tells of it.
        }

        foreach (var problem in _record.Problems(_record.Bind(given.Select(option => (option.Option, option.Value!)))))
        {
            result.AddError(problem);
        }
    }

    /// <summary>Gives the options their descriptions, which are read only for the help.</summary>
    public void Describe()
    {
        var descriptions = _record.Describe();
        foreach (var (option, parsed) in _options)
        {
            parsed.Description = descriptions[option];
        }
    }

    /// <summary>The options that are there, and their values; null for those that cannot be read.</summary>
    private IEnumerable<(RecordOption Option, object? Value)> Given(Func<Option, OptionResult?> find)
    {
        foreach (var (option, parsed) in _options)
        {
            if (find(parsed) is { Implicit: false } result)
            {
                yield return (option, option.IsFlag ? option.FlagValue : result.Tokens is [var token] ? option.Parse(token.Value) : null);
            }
        }
    }

    private static Option<object?> Create(RecordOption option)
    {
        var created = new Option<object?>(option.Name)
        {
            HelpName = option.IsFlag ? null : option.HelpName,
            Arity = option.IsFlag ? ArgumentArity.Zero : ArgumentArity.ExactlyOne,
        };
        created.CustomParser = option.IsFlag ? null : result =>
        {
            var text = result.Tokens[0].Value;
            if (option.Parse(text) is { } value)
            {
                return value;
            }

            result.AddError($"{option.Name}: expected {option.Expected}, found '{text}'.");
            return null;
        };
        return created;
    }
}
