using System.Text.Json;
using System.Text.Json.Serialization;
using FFF.Native;
using static TorchSharp.torch;

namespace FFF.Datasets.Particles;

/// <summary>Estimates of log Z in files, so that those of a system, settings and seed are made once.</summary>
/// <param name="folder">Where the files are kept; made if it is not there.</param>
/// <param name="warn">Is told of files that are damaged or cannot be written.</param>
internal sealed class LogPartitionCache(string folder, Action<string>? warn = null)
{
    private const string Purpose = "estimates";
    private const string EstimateName = "log_partition";

    private readonly DataCache _cache = new(folder, Purpose, warn);

    /// <summary>The cache in the user's cache folder.</summary>
    /// <param name="warn">Is told of files that are damaged or cannot be written.</param>
    public static LogPartitionCache OfUser(Action<string>? warn) => new(CacheFolder.Of(Purpose), warn);

    /// <summary>What <see cref="AnnealedImportanceSampling.Estimate"/> gives, read or estimated.</summary>
    /// <inheritdoc cref="AnnealedImportanceSampling.Estimate"/>
    public LogPartition Get(
        IParticleSystem system, long seed, AnnealingSettings settings, Device? device = null, IProgress<SamplingProgress>? progress = null,
        CancellationToken stop = default) => _cache.Get(
        Content(system, seed, settings),
        new Dictionary<string, long[]>(),
        make: () => AnnealedImportanceSampling.Estimate(system, seed, settings, device, progress, stop),
        describe: estimate => new(
            new Dictionary<string, Tensor>(),
            new Dictionary<string, string> { [EstimateName] = JsonSerializer.Serialize(estimate, LogPartitionJson.Default.LogPartition) }),
        restore: kept => EstimateOf(kept.Notes));

    private static string Content(IParticleSystem system, long seed, AnnealingSettings settings) =>
        $"{system.Name}-chains{settings.Chains}-steps{settings.Steps}-leapfrog{settings.LeapfrogSteps}-seed{seed}-"
        + $"annealing{AnnealedImportanceSampling.Version}-libtorch{Libtorch.PackageVersion}";

    private static LogPartition? EstimateOf(IReadOnlyDictionary<string, string> notes)
    {
        try
        {
            return notes.TryGetValue(EstimateName, out var json) ? JsonSerializer.Deserialize(json, LogPartitionJson.Default.LogPartition) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>JSON without reflection, which starts faster.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    IgnoreReadOnlyProperties = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(LogPartition))]
internal sealed partial class LogPartitionJson : JsonSerializerContext;
