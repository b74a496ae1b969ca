using System.IO.Enumeration;
using FFF.Configuration;
using FFF.Formats;

namespace FFF.Runs;

/// <summary>Which runs are meant: those that meet all conditions that are given.</summary>
internal sealed record RunSelection
{
    /// <summary>The run's name, with * for any text and ? for any character; null for any name.</summary>
    public string? Name { get; init; }

    /// <summary>How they stand; any if empty.</summary>
    public IReadOnlyList<RunStatus> Statuses { get; init; } = [];

    /// <summary>Values in their configurations, by key path.</summary>
    public IReadOnlyList<(string Key, string Value)> Settings { get; init; } = [];

    /// <summary>Ended, or else started, before this; null for any time.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>The runs that meet the conditions, in the same order. Configurations are read only if they are asked about.</summary>
    public IReadOnlyList<RunSummary> Of(IEnumerable<RunSummary> runs)
    {
        var cheap = runs.Where(run =>
            (Name is null || FileSystemName.MatchesSimpleExpression(Name, run.Folder.Name, ignoreCase: false))
            && (Statuses.Count == 0 || (run.Manifest is { } manifest && Statuses.Contains(manifest.Status)))
            && (Before is null || (run.Manifest is { } old && (old.Ended ?? old.Started) < Before)));
        return Settings.Count == 0 ? [.. cheap] : [.. cheap.AsParallel().AsOrdered().Where(HasSettings)];
    }

    private bool HasSettings(RunSummary run)
    {
        try
        {
            if (!Settings.All(setting => ResolvedConfig.MayHave(run.Folder.ConfigFile, setting.Key, setting.Value)))
            {
                return false;
            }

            var values = ResolvedConfig.Read(run.Folder.ConfigFile);
            return Settings.All(setting => ResolvedConfig.Has(values, setting.Key, setting.Value));
        }
        catch (FileReadException)
        {
            return false;
        }
    }
}
