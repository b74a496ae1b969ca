using System.Text.Json;
using System.Text.Json.Serialization;

namespace FFF.Cli.Rendering;

/// <summary>A training that ended.</summary>
internal sealed record TrainingResult(string Run, string Path, Runs.RunStatus Status, int Epoch, long Step, IReadOnlyDictionary<string, double> Results);

/// <summary>What a training would do; the path is that of the run that would go on, null where a new one would be begun.</summary>
internal sealed record TrainingPlan(
    string? Path, string Data, long Training, long Validation, long Test, int Dimension, int Conditions, string Method, long Parameters, long Steps,
    int Epochs, long BatchSize, string Device, int Threads, long Seed, IReadOnlyList<string> Evaluations);

/// <summary>Samples that were drawn.</summary>
internal sealed record SampleResult(string Run, IReadOnlyList<string> Files, long Samples, double? AcceptedShare, double Seconds, double SamplesPerSecond)
{
    /// <summary>Of how many draws each sample is the best; null where all are taken as they are drawn.</summary>
    public int? Candidates { get; init; }
}

/// <summary>A run that was exported.</summary>
internal sealed record ExportResult(string Run, IReadOnlyList<string> Files);

/// <summary>Molecules that were drawn.</summary>
internal sealed record MoleculeSampleResult(
    string Run, IReadOnlyList<string> Files, int Samples, long Drawn, long NotFinite, double? StableShare, double Seconds, double SamplesPerSecond,
    double MillisecondsPerMolecule, double MillisecondsPerKept, int Batch)
{
    /// <summary>Of how many draws each molecule is the best; null where all are taken as they are drawn.</summary>
    public int? Candidates { get; init; }
}

/// <summary>
/// A run in a list, with what speaks against its results by the name of the evaluation; but for its place, all is null where its manifest cannot be read.
/// </summary>
internal sealed record RunEntry(
    string Run, string Path, Runs.RunStatus? Status, DateTimeOffset? Started, DateTimeOffset? Ended, int? Epoch, long? Step,
    IReadOnlyDictionary<string, double>? Results, IReadOnlyDictionary<string, double> Metrics, Runs.TrialNote? Trial, string? Problem,
    IReadOnlyDictionary<string, IReadOnlyList<string>>? Doubts);

/// <summary>Methods beside each other on the same data, and what to take.</summary>
internal sealed record MethodComparisonResult(string Sweep, IReadOnlyList<Sweeps.ComparedMethod> Methods, string Advice);

/// <summary>Runs beside each other: the keys in which their configurations differ, and all of their metrics.</summary>
internal sealed record RunComparison(IReadOnlyList<ComparedRun> Runs);

/// <summary>A run in a comparison.</summary>
internal sealed record ComparedRun(
    string Run, string Path, Runs.RunStatus Status, IReadOnlyDictionary<string, string?> Differences, IReadOnlyDictionary<string, double> Metrics,
    IReadOnlyDictionary<string, IReadOnlyList<string>>? Doubts);

/// <summary>Runs that are removed, or would be.</summary>
internal sealed record PruneResult(bool Removed, long Bytes, IReadOnlyList<string> Runs);

/// <summary>All about a run.</summary>
internal sealed record RunDetails(
    string Run, string Path, JsonElement Manifest, string? Config, IReadOnlyDictionary<string, double>? Metrics, IReadOnlyList<RunFile> Files);

/// <summary>A file of a run.</summary>
internal sealed record RunFile(string Path, long Bytes);

/// <summary>What was found on this machine.</summary>
internal sealed record DoctorResult(
    bool Ok, string Program, string Dotnet, string System, int Cores, string CoresReason, bool FusedKernels, int VectorBits, string? Libtorch,
    string? LibtorchFolder, bool? FromEnvironment, bool? Patched,
    bool? FastMkl, bool? KeepsObjects, int? Threads, int? Imports, IReadOnlyList<string>? MissingImports, IReadOnlyList<DeviceResult> Devices,
    IReadOnlyList<string> Problems);

/// <summary>A device, and whether it computes the CPU's numbers up to a relative tolerance.</summary>
internal sealed record DeviceResult(string Device, string? Name, long? MemoryBytes, bool Works, double Tolerance,
    IReadOnlyList<Benchmarks.DeviceCheck> Checks, string? Problem);

/// <summary>The benchmark of the two-sample test.</summary>
internal sealed record C2stBenchmarkResult(string Workload, double Seconds, int Pairs, long Samples, double MeanAccuracy, int Threads, string Device);

/// <summary>A point of the benchmark's figure: a task, a method and a budget, over its seeds.</summary>
internal sealed record BenchmarkResult(
    string Task, string Method, int Simulations, double Mean, double Std, double? PublishedNpe, double? Difference, double? Nll,
    double? TrainingSeconds, double C2stSeconds, IReadOnlyList<ObservationResult> Observations, IReadOnlyList<SeedResult> Runs);

/// <summary>The C2ST of one observation, averaged over the seeds.</summary>
internal sealed record ObservationResult(int Observation, double C2st);

/// <summary>The C2ST of one seed, averaged over the observations.</summary>
internal sealed record SeedResult(string Run, long Seed, double C2st);

/// <summary>Samples of a particle system, how well they were drawn, and what speaks against trusting them.</summary>
internal sealed record GeneratedData(string File, Datasets.Particles.SamplingReport Report, IReadOnlyList<string> Doubts);

/// <summary>A file of a data set, which is there now.</summary>
internal sealed record FetchedFile(string File, string Path, long Bytes, bool Downloaded);
/// <summary>How a sweep stands.</summary>
internal sealed record SweepResult(string Sweep, string Path, IReadOnlyDictionary<string, int> Counts, IReadOnlyList<TrialResult> Trials);

/// <summary>The best trials of a sweep, the best first, and the settings that they are seeds of.</summary>
internal sealed record BestResult(string Sweep, string Metric, bool Maximize, IReadOnlyList<TrialResult> Best, IReadOnlyList<SettingResult> Settings);

/// <summary>
/// What trials of several seeds set, and mean and deviation of what they are judged by over those that have finished, whose numbers are given.
/// </summary>
internal sealed record SettingResult(
    IReadOnlyDictionary<string, string> Values, int Trials, IReadOnlyList<int> Finished, double? Mean, double? Deviation, bool Doubtful);

/// <summary>A trial; its run, path and results are null before it is started. What it is judged by may be another number than the metric's value.</summary>
internal sealed record TrialResult(
    int Number, string Name, string? Run, string? Path, Sweeps.TrialStatus Status, double? Value, double? Judged, long Seed,
    IReadOnlyDictionary<string, string> Values, IReadOnlyDictionary<string, double>? Results, string? Message,
    IReadOnlyDictionary<string, IReadOnlyList<string>>? Doubts);

/// <summary>JSON without reflection, which starts faster.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    NewLine = "\n",
    WriteIndented = true)]
[JsonSerializable(typeof(TrainingResult))]
[JsonSerializable(typeof(TrainingPlan))]
[JsonSerializable(typeof(SampleResult))]
[JsonSerializable(typeof(ExportResult))]
[JsonSerializable(typeof(MoleculeSampleResult))]
[JsonSerializable(typeof(IReadOnlyList<RunEntry>))]
[JsonSerializable(typeof(RunDetails))]
[JsonSerializable(typeof(RunComparison))]
[JsonSerializable(typeof(PruneResult))]
[JsonSerializable(typeof(DoctorResult))]
[JsonSerializable(typeof(Benchmarks.TrainStepTiming))]
[JsonSerializable(typeof(C2stBenchmarkResult))]
[JsonSerializable(typeof(IReadOnlyList<BenchmarkResult>))]
[JsonSerializable(typeof(GeneratedData))]
[JsonSerializable(typeof(IReadOnlyList<FetchedFile>))]
[JsonSerializable(typeof(SweepResult))]
[JsonSerializable(typeof(BestResult))]
[JsonSerializable(typeof(MethodComparisonResult))]
[JsonSerializable(typeof(IReadOnlyList<Configuration.KeyRow>))]
internal sealed partial class ResultJson : JsonSerializerContext;
