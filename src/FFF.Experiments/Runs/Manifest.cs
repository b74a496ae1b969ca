using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using FFF.Datasets;
using FFF.Formats;
using FFF.Plugins;
using TorchSharp;

namespace FFF.Runs;

/// <summary>How a run stands.</summary>
public enum RunStatus
{
    /// <summary>It is training; in a manifest, or it was ended by force.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>It reached its end.</summary>
    [JsonStringEnumMemberName("finished")]
    Finished,

    /// <summary>It was asked to stop, and saved a checkpoint first.</summary>
    [JsonStringEnumMemberName("interrupted")]
    Interrupted,

    /// <summary>It ended with an error.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>It was ended by force, so that its manifest still says that it is running. No manifest says this.</summary>
    [JsonStringEnumMemberName("stopped")]
    Stopped,

    /// <summary>Its sweep dropped it early, as others were better after as many epochs; it saved a checkpoint first.</summary>
    [JsonStringEnumMemberName("dropped")]
    Dropped,
}

/// <summary>Which trial of a sweep a run is.</summary>
/// <param name="Sweep">The sweep's name.</param>
/// <param name="Number">The trial's number.</param>
/// <param name="Values">What the trial sets, by key path, as YAML.</param>
public sealed record TrialNote(string Sweep, int Number, IReadOnlyDictionary<string, string> Values);

/// <summary>A run went on to more epochs than it had been given.</summary>
/// <param name="Extended">When, in UTC.</param>
/// <param name="Epoch">The epochs that were completed then.</param>
/// <param name="Before">For how many it had been planned.</param>
/// <param name="Epochs">For how many it is planned now.</param>
public sealed record RunExtension(DateTimeOffset Extended, int Epoch, int Before, int Epochs);

/// <summary>A run that another one descends from.</summary>
/// <param name="Run">Its name and version.</param>
/// <param name="Checkpoint">The file of the weights that the next one began with, where it was then.</param>
/// <param name="Epoch">The epochs that these weights were trained for in that run.</param>
/// <param name="Step">The steps.</param>
/// <param name="Sha256">The digest of the file.</param>
public sealed record AncestorNote(string Run, string Checkpoint, int Epoch, long Step, string Sha256);

/// <summary>Data that were taken although they are not those that the run was started with.</summary>
/// <param name="Accepted">When, in UTC.</param>
/// <param name="By">For what: train, or an evaluation such as eval-nll.</param>
/// <param name="Data">The data.</param>
public sealed record AcceptedData(DateTimeOffset Accepted, string By, DataNote Data);

/// <summary>What a run is, what it ran on, and how it stands; kept as <c>manifest.json</c>.</summary>
public sealed record Manifest
{
    /// <summary>The run's name.</summary>
    public required string Name { get; init; }

    /// <summary>The run's version, such as v0001.</summary>
    public required string Version { get; init; }

    /// <summary>How it stands.</summary>
    public RunStatus Status { get; init; }

    /// <summary>Why it failed; null otherwise.</summary>
    public string? Message { get; init; }

    /// <summary>When it started, in UTC.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>When it ended, in UTC; null while it is running.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>How many seconds it stood still between its start and its end, before it was gone on with; null in runs of earlier versions.</summary>
    public double? PausedSeconds { get; init; }

    /// <summary>How long it was worked on, in all sessions together; null while it is running.</summary>
    [JsonIgnore]
    public TimeSpan? Took => Ended is { } ended ? ended - Started - TimeSpan.FromSeconds(PausedSeconds ?? 0) : null;

    /// <summary>The program's arguments.</summary>
    public required IReadOnlyList<string> CommandLine { get; init; }

    /// <summary>The seed of all random numbers.</summary>
    public required long Seed { get; init; }

    /// <summary>Where the tensors lived, such as cpu or cuda:0.</summary>
    public required string Device { get; init; }

    /// <summary>What was asked for, such as auto; null in runs of earlier versions.</summary>
    public string? DeviceAsked { get; init; }

    /// <summary>Threads for the arithmetic on a CPU.</summary>
    public required int Threads { get; init; }

    /// <summary>How many processes trained it together, each with so many threads; null in runs of earlier versions, which had one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Processes { get; init; }

    /// <summary>How many flows it is the mixture of; null where it is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Ensemble { get; init; }

    /// <summary>The program's version.</summary>
    public required string ProgramVersion { get; init; }

    /// <summary>The version of TorchSharp.</summary>
    public required string TorchSharpVersion { get; init; }

    /// <summary>The version of libtorch.</summary>
    public required string LibtorchVersion { get; init; }

    /// <summary>The version of .NET.</summary>
    public required string DotnetVersion { get; init; }

    /// <summary>The operating system.</summary>
    public required string OperatingSystem { get; init; }

    /// <summary>The commit that the working directory had checked out, which need not be the program's; null outside of git.</summary>
    public string? Commit { get; init; }

    /// <summary>The trial of a sweep that the run is; null for a run of its own.</summary>
    public TrialNote? Trial { get; init; }

    /// <summary>The plug-ins that were loaded when the run started, which it cannot be read without; null where there were none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PluginNote>? Plugins { get; init; }

    /// <summary>The data that the run is trained on, by whose rows they are split; null in runs of earlier versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DataNote? Data { get; init; }

    /// <summary>The files that the configuration names, in full, as config.yaml has them relative to its folder; null where it names none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PathNote>? Paths { get; init; }

    /// <summary>Other data that were accepted in place of them since; null where there were none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<AcceptedData>? AcceptedData { get; init; }

    /// <summary>How often the run was given more epochs than it was begun with, and when; null where it was not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RunExtension>? Extensions { get; init; }

    /// <summary>The runs that it descends from by their weights, the first one first; null where it began with initial weights.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<AncestorNote>? Lineage { get; init; }

    /// <summary>Epochs that were completed.</summary>
    public int Epoch { get; init; }

    /// <summary>Steps that were made.</summary>
    public long Step { get; init; }

    /// <summary>Steps that were skipped because the loss was not finite.</summary>
    public long SkippedSteps { get; init; }

    /// <summary>Steps whose loss was far above what it had been.</summary>
    public long Spikes { get; init; }

    /// <summary>How often the run went back to its last good state.</summary>
    public int Returns { get; init; }

    /// <summary>The headline results, such as c2st.mean.</summary>
    public IReadOnlyDictionary<string, double> Results { get; init; } = new Dictionary<string, double>();

    /// <summary>What speaks against trusting the results, in sentences by the name of their evaluation, such as nll; null where nothing does.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Doubts { get; init; }

    /// <summary>The manifest of a run that starts now, on this system.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="libtorchVersion">The version of the libtorch that was loaded.</param>
    /// <param name="device">Where the tensors live.</param>
    /// <param name="threads">Threads for the arithmetic on a CPU.</param>
    /// <param name="seed">The seed of all random numbers.</param>
    /// <param name="commandLine">The program's arguments.</param>
    public static Manifest Start(RunFolder folder, string libtorchVersion, string device, int threads, long seed, IReadOnlyList<string> commandLine) => new()
    {
        Name = folder.Name,
        Version = folder.Version,
        Started = DateTimeOffset.UtcNow,
        PausedSeconds = 0,
        CommandLine = commandLine,
        Seed = seed,
        Device = device,
        Threads = threads,
        ProgramVersion = ThisProgram,
        TorchSharpVersion = VersionOf(typeof(torch)),
        LibtorchVersion = libtorchVersion,
        DotnetVersion = Environment.Version.ToString(),
        OperatingSystem = $"{RuntimeInformation.OSDescription} ({RuntimeInformation.OSArchitecture})",
        Commit = GitCommit.Of(Environment.CurrentDirectory),
        Plugins = PluginLoader.Loaded is { Count: > 0 } plugins ? plugins : null,
    };

    /// <summary>The same run, ended now.</summary>
    public Manifest End(RunStatus status, string? message = null) => this with { Status = status, Message = message, Ended = DateTimeOffset.UtcNow };

    /// <summary>Writes the manifest in place of the old one.</summary>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    public void Write(string path) => AtomicFile.WriteText(path, JsonSerializer.Serialize(this, ManifestJson.Default.Manifest) + "\n");

    /// <summary>Changes a run's manifest. Processes that do so at the same time take turns, so that none undoes what another one wrote.</summary>
    /// <param name="path">The manifest.</param>
    /// <param name="change">Gives the new one; must not take long.</param>
    /// <returns>The new one.</returns>
    /// <exception cref="FileReadException">The manifest is missing or damaged.</exception>
    /// <exception cref="FileWriteException">It cannot be written.</exception>
    internal static Manifest Change(string path, Func<Manifest, Manifest> change)
    {
        using var turn = FileTurn.Take(path);
        var changed = change(Read(path));
        changed.Write(path);
        return changed;
    }

    /// <summary>Reads a manifest. Keys that a later version of the program may have added are passed over.</summary>
    /// <exception cref="FileReadException">The file is missing, or is no manifest.</exception>
    public static Manifest Read(string path)
    {
        using var file = InputFile.Open(path);
        try
        {
            var manifest = JsonSerializer.Deserialize(file, ManifestJson.Default.Manifest)
                ?? throw new FileReadException(path, "is no manifest: it holds null.");

            // Where the key is missing, the generated reader puts null in place of the property's default.
            return manifest with { Results = manifest.Results ?? new Dictionary<string, double>() };
        }
        catch (JsonException e)
        {
            throw new FileReadException(path, $"is no manifest: {e.Message}", e);
        }
    }

    /// <summary>The version of this program.</summary>
    internal static string ThisProgram => VersionOf(typeof(Manifest));

    private static string VersionOf(Type type) => type.Assembly.GetName().Version?.ToString(3) ?? "";
}

/// <summary>JSON without reflection, which starts faster.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true,
    AllowDuplicateProperties = false,
    NewLine = "\n",
    WriteIndented = true)]
[JsonSerializable(typeof(Manifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
