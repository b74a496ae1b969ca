namespace FFF.Tracking;

/// <summary>Where runs are tracked, as the user names it.</summary>
internal static class TrackingPlace
{
    /// <summary>The word that takes the place from MLflow's own variable.</summary>
    public const string Mlflow = "mlflow";

    private const string Variable = "MLFLOW_TRACKING_URI";
    private const string DefaultFolder = "mlruns";
    private const string File = "file:";

    /// <summary>The address of a server or the full path of a folder.</summary>
    /// <param name="text">
    /// http://HOST:PORT, a folder or file:FOLDER, or the word mlflow: what the variable MLFLOW_TRACKING_URI names, or else the folder mlruns.
    /// </param>
    /// <param name="environment">The variables.</param>
    /// <exception cref="ArgumentException">It is something else.</exception>
    public static string Resolve(string text, Func<string, string?> environment)
    {
        var named = text != Mlflow ? text : environment(Variable) is { Length: > 0 } known ? known : DefaultFolder;
        if (IsServer(named))
        {
            return new Uri(named).AbsoluteUri.TrimEnd('/');
        }

        if (named.StartsWith(File, StringComparison.Ordinal))
        {
            return Path.GetFullPath(named.StartsWith(File + '/', StringComparison.Ordinal) ? new Uri(named).LocalPath : named[File.Length..]);
        }

        return named.Contains("://", StringComparison.Ordinal) || named.Length == 0
            ? throw new ArgumentException(
                $"expected http://HOST:PORT of an MLflow tracking server, a folder, or {Mlflow} for what {Variable} names; found '{named}'.")
            : Path.GetFullPath(named);
    }

    /// <summary>The experiment that MLflow's variable names, in place of the run's name; null where it names none.</summary>
    public static string? Experiment(Func<string, string?> environment) => environment("MLFLOW_EXPERIMENT_NAME") is { Length: > 0 } name ? name : null;

    /// <summary>What keeps runs there. Nothing is sent or written yet.</summary>
    public static ITrackingStore Open(string resolved, Func<string, string?> environment) =>
        IsServer(resolved) ? new MlflowServer(new Uri(resolved), environment) : new MlflowFolder(resolved);

    private static bool IsServer(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https");
}
