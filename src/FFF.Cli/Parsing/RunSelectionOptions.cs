using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using FFF.Configuration;
using FFF.Runs;

namespace FFF.Cli.Parsing;

/// <summary>The options that choose among runs.</summary>
internal sealed class RunSelectionOptions
{
    private readonly Option<string?> _name = new("--name")
    {
        Description = "Runs of this name only; * stands for any text, as in 'beta-*'.",
        HelpName = "NAME",
    };

    private readonly Option<RunStatus[]> _status = new("--status")
    {
        Description = "Runs of this status only: running, finished, interrupted, dropped, failed or stopped; may be given again.",
        HelpName = "STATUS",
        CustomParser = Statuses,
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<string[]> _where = new("--where")
    {
        Description = "Runs whose configuration has this value only, such as objective.beta=100; may be given again.",
        HelpName = "KEY=VALUE",
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<TimeSpan?> _olderThan = new("--older-than")
    {
        Description = "Runs that ended so long ago only, such as 30d, 12h or 45m.",
        HelpName = "TIME",
        CustomParser = Age,
    };

    public RunSelectionOptions()
    {
        _status.CompletionSources.Add([.. Enum.GetNames<RunStatus>().Select(name => name.ToLowerInvariant())]);
        _where.CompletionSources.Add(Completions.Settings);
        _where.Validators.Add(CheckSettings);
    }

    public IEnumerable<Option> All => [_name, _status, _where, _olderThan];

    /// <summary>What was asked for.</summary>
    public RunSelection Parse(ParseResult parsed) => new()
    {
        Name = parsed.GetValue(_name),
        Statuses = parsed.GetValue(_status) ?? [],
        Settings = [.. (parsed.GetValue(_where) ?? [])
            .Select(text => (text[..text.IndexOf('=', StringComparison.Ordinal)], text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..]))],
        Before = parsed.GetValue(_olderThan) is { } age ? DateTimeOffset.UtcNow - age : null,
    };

    /// <summary>Whether anything was asked for.</summary>
    public bool IsGiven(ParseResult parsed) => All.Any(option => parsed.GetResult(option) is { Implicit: false });

    private static void CheckSettings(OptionResult result)
    {
        foreach (var token in result.Tokens)
        {
            var key = token.Value.Split('=')[0];
            if (!token.Value.Contains('=', StringComparison.Ordinal))
            {
                result.AddError($"--where: expected KEY=VALUE, such as objective.beta=100, found '{token.Value}'.");
            }
            else if (ConfigKeys.Find(key) is null)
            {
                result.AddError($"--where: no experiment has the key '{key}'.{ConfigKeys.Question(key)}");
            }
        }
    }

    private static RunStatus[] Statuses(ArgumentResult result)
    {
        var statuses = new List<RunStatus>();
        foreach (var token in result.Tokens)
        {
            if (Enum.TryParse<RunStatus>(token.Value, ignoreCase: true, out var status) && !char.IsAsciiDigit(token.Value[0]))
            {
                statuses.Add(status);
            }
            else
            {
                result.AddError($"--status: expected running, finished, interrupted, dropped, failed or stopped, found '{token.Value}'.");
            }
        }

        return [.. statuses];
    }

    private static TimeSpan? Age(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var unit = text.Length == 0
            ? null
            : text[^1] switch { 'd' => TimeSpan.FromDays(1), 'h' => TimeSpan.FromHours(1), 'm' => TimeSpan.FromMinutes(1), _ => (TimeSpan?)null };
        if (unit is { } one && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) && count < 1e5)
        {
            return one * count;
        }

        result.AddError($"--older-than: expected a time such as 30d, 12h or 45m, found '{text}'.");
        return null;
    }
}
