using System.Globalization;
using FFF.Formats;

namespace FFF.Tracking;

/// <summary>
/// A folder as MLflow's file store keeps it, which <c>mlflow ui --backend-store-uri FOLDER</c> shows: a folder for each experiment, in it one for each run,
/// with meta.yaml and a file for each parameter, tag and metric.
/// </summary>
/// <param name="root">The folder, such as mlruns.</param>
internal sealed class MlflowFolder(string root) : ITrackingStore
{
    private const string Meta = "meta.yaml";

    /// <summary>The file store's numbers of its words.</summary>
    private static readonly Dictionary<string, int> Statuses = new() { ["RUNNING"] = 1, ["FINISHED"] = 3, ["FAILED"] = 4, ["KILLED"] = 5 };

    private readonly string _root = Path.GetFullPath(root);

    /// <inheritdoc/>
    public string Experiment(string name) => Try(() =>
    {
        Directory.CreateDirectory(_root);
        foreach (var folder in Directory.EnumerateDirectories(_root).Where(folder => File.Exists(Path.Combine(folder, Meta))).Order())
        {
            if (InputFile.ReadText(Path.Combine(folder, Meta)).Split('\n').Contains($"name: {Quoted(name)}"))
            {
                return Path.GetFileName(folder);
            }
        }

        var (id, now) = (Digits(), DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        var made = Directory.CreateDirectory(Path.Combine(_root, id)).FullName;
        AtomicFile.WriteText(Path.Combine(made, Meta), Lines(
            ("artifact_location", Quoted(new Uri(made).AbsoluteUri)), ("creation_time", Number(now)), ("experiment_id", Quoted(id)),
            ("last_update_time", Number(now)), ("lifecycle_stage", "active"), ("name", Quoted(name))));
        return id;
    });

    /// <inheritdoc/>
    public string Create(string experiment, string name, DateTimeOffset started) => Try(() =>
    {
        var id = Guid.NewGuid().ToString("N");
        var folder = Path.Combine(_root, experiment, id);
        foreach (var part in (string[])["params", "metrics", "tags", "artifacts"])
        {
            Directory.CreateDirectory(Path.Combine(folder, part));
        }

        WriteMeta(experiment, id, name, started, "RUNNING", null);
        AtomicFile.WriteText(Path.Combine(folder, "tags", "mlflow.runName"), name);
        return $"{experiment}/{id}";
    });

    /// <inheritdoc/>
    public void Log(string run, TrackedValues values) => Try(() =>
    {
        var folder = Path.Combine(_root, run);
        foreach (var (kind, pairs) in new[] { ("params", values.Parameters), ("tags", values.Tags) })
        {
            foreach (var (key, value) in pairs)
            {
                AtomicFile.WriteText(Place(folder, kind, key), value);
            }
        }

        foreach (var metric in values.Metrics.GroupBy(metric => metric.Key))
        {
            File.AppendAllText(Place(folder, "metrics", metric.Key), string.Concat(metric.Select(one => string.Create(CultureInfo.InvariantCulture,
                $"{one.Time.ToUnixTimeMilliseconds()} {one.Value:R} {one.Step}\n"))));
        }

        return true;
    });

    /// <inheritdoc/>
    public void Update(string run, string status, DateTimeOffset? ended) => Try(() =>
    {
        var (experiment, id) = (run.Split('/')[0], run.Split('/')[1]);
        var meta = InputFile.ReadText(Path.Combine(_root, run, Meta)).Split('\n').Select(line => line.Split(": ", 2)).Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0], pair => pair[1]);
        var started = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(meta["start_time"], CultureInfo.InvariantCulture));
        WriteMeta(experiment, id, Plain(meta["run_name"]), started, status, ended);
        return true;
    });

    private static T Try<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (FileFailure.Is(e) || e is FormatException or KeyNotFoundException)
        {
            throw new TrackingException($"The folder of tracked runs cannot be written: {e.Message}", e);
        }
    }

    private static string Place(string folder, string kind, string key)
    {
        var path = Path.Combine(folder, kind, key);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    private void WriteMeta(string experiment, string id, string name, DateTimeOffset started, string status, DateTimeOffset? ended) => AtomicFile.WriteText(
        Path.Combine(_root, experiment, id, Meta), Lines(
            ("artifact_uri", Quoted(new Uri(Path.Combine(_root, experiment, id, "artifacts")).AbsoluteUri)),
            ("end_time", ended is { } time ? Number(time.ToUnixTimeMilliseconds()) : "null"), ("entry_point_name", "''"), ("experiment_id", Quoted(experiment)),
            ("lifecycle_stage", "active"), ("run_id", Quoted(id)), ("run_name", Quoted(name)), ("run_uuid", Quoted(id)), ("source_name", "''"),
            ("source_type", "4"), ("source_version", "''"), ("start_time", Number(started.ToUnixTimeMilliseconds())), ("status", Number(Statuses[status])),
            ("tags", "[]"), ("user_id", Quoted(Environment.UserName))));

    private static string Lines(params (string Key, string Value)[] pairs) => string.Concat(pairs.Select(pair => $"{pair.Key}: {pair.Value}\n"));

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A scalar of YAML in single quotes, in which only these are doubled.</summary>
    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string Plain(string quoted) => quoted.Trim('\'').Replace("''", "'", StringComparison.Ordinal);

    /// <summary>Experiments are known by eighteen digits.</summary>
    private static string Digits() => (100_000_000_000_000_000 + (BitConverter.ToUInt64(Guid.NewGuid().ToByteArray()) % 899_999_999_999_999_999))
        .ToString(CultureInfo.InvariantCulture);
}
