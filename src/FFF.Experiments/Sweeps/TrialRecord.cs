using System.Text.Json.Serialization;

namespace FFF.Sweeps;

/// <summary>A trial as trials.jsonl keeps it, one a line.</summary>
/// <param name="Number">Its number, from 0.</param>
/// <param name="Run">The name of its runs.</param>
/// <param name="Seed">Its experiment's seed.</param>
/// <param name="Values">What it sets, by key path, as YAML.</param>
/// <param name="Results">The results that its manifest has once training and all evaluations are done.</param>
internal sealed record TrialRecord(int Number, string Run, long Seed, IReadOnlyDictionary<string, string> Values, IReadOnlyList<string> Results);

/// <summary>A job array that was submitted to Slurm.</summary>
/// <param name="Job">Its number.</param>
/// <param name="Offset">What is added to an index of the array to get a trial's number.</param>
/// <param name="Submitted">When.</param>
internal sealed record SlurmJob(string Job, int Offset, DateTimeOffset Submitted);

/// <summary>JSON without reflection, which starts faster.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(TrialRecord))]
[JsonSerializable(typeof(SlurmJob))]
[JsonSerializable(typeof(RungRecord))]
internal sealed partial class SweepJson : JsonSerializerContext;
