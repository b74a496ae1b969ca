using System.Text.Json;
using System.Text.Json.Serialization;
using FFF.Native;
using static TorchSharp.torch;

namespace FFF.Datasets.Particles;

/// <summary>Samples of particle systems in files, so that those of a system, number and seed are drawn once; their report is kept with them.</summary>
/// <param name="folder">Where the files are kept; made if it is not there.</param>
/// <param name="warn">Is told of files that are damaged or cannot be written.</param>
internal sealed class ParticleSampleCache(string folder, Action<string>? warn = null)
{
    private const string Purpose = "particles";
    private const string PositionsName = "positions";
    private const string ReportName = "report";

    private readonly DataCache _cache = new(folder, Purpose, warn);

    /// <summary>The cache in the user's cache folder.</summary>
    /// <param name="warn">Is told of files that are damaged or cannot be written.</param>
    public static ParticleSampleCache OfUser(Action<string>? warn) => new(CacheFolder.Of(Purpose), warn);

    /// <summary>The file of these samples.</summary>
    public string PathOf(IParticleSystem system, long count, long seed) => _cache.PathOf(Content(system, count, seed));

    /// <summary>The samples that <see cref="ParticleSampler.Draw"/> gives, read or drawn.</summary>
    /// <inheritdoc cref="ParticleSampler.Draw"/>
    public ParticleSamples Get(IParticleSystem system, long count, long seed, Device? device = null, IProgress<SamplingProgress>? progress = null,
        CancellationToken stop = default) => _cache.Get(
            Content(system, count, seed),
            new Dictionary<string, long[]> { [PositionsName] = [count, system.Shape.Particles, system.Shape.Dimensions] },
            make: () => ParticleSampler.Draw(system, count, seed, device: device, progress: progress, stop: stop),
            describe: drawn => new(
                new Dictionary<string, Tensor> { [PositionsName] = drawn.Positions },
                new Dictionary<string, string> { [ReportName] = JsonSerializer.Serialize(drawn.Report, SamplingReportJson.Default.SamplingReport) }),
            restore: kept => ReportOf(kept.Notes) is { } report ? new ParticleSamples(kept.Tensors[PositionsName], report) : null);

    private static string Content(IParticleSystem system, long count, long seed) =>
        // Another libtorch may draw other numbers by the same seed.
        $"{system.Name}-{count}-seed{seed}-sampler{ParticleSampler.Version}-libtorch{Libtorch.PackageVersion}";

    private static SamplingReport? ReportOf(IReadOnlyDictionary<string, string> notes)
    {
        try
        {
            return notes.TryGetValue(ReportName, out var json) ? JsonSerializer.Deserialize(json, SamplingReportJson.Default.SamplingReport) : null;
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
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SamplingReport))]
internal sealed partial class SamplingReportJson : JsonSerializerContext;
