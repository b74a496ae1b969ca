using System.CommandLine;
using FFF.Tracking;

namespace FFF.Cli.Parsing;

/// <summary>Where runs are tracked, as the user names it.</summary>
internal static class TrackingOption
{
    private const string Variable = "FFF_TRACKING";

    /// <summary>The option.</summary>
    public static Option<string?> Create(string name, string before) => new(name)
    {
        Description = $"{before}http://HOST:PORT of a tracking server of MLflow, a folder, or {TrackingPlace.Mlflow} for what MLFLOW_TRACKING_URI names, "
            + "or else the folder mlruns.",
        HelpName = "PLACE",
    };

    /// <summary>The place that is named, or that the variable FFF_TRACKING names, which reaches the trials of sweeps too; null for none.</summary>
    /// <exception cref="CommandException">It is none.</exception>
    public static string? Place(string? given) =>
        (given ?? Environment.GetEnvironmentVariable(Variable)) is { Length: > 0 } text ? Resolve(text) : null;

    /// <summary>The address of a server, or the full path of a folder.</summary>
    /// <exception cref="CommandException">It is neither.</exception>
    public static string Resolve(string text)
    {
        try
        {
            return TrackingPlace.Resolve(text, Environment.GetEnvironmentVariable);
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.Usage, $"tracking: {e.Message}", e);
        }
    }
}
