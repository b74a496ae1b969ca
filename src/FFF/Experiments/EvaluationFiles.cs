using System.Text.Json;
using System.Text.Json.Serialization;
using FFF.Configuration;
using FFF.Formats;
using FFF.Runs;

namespace FFF.Experiments;

/// <summary>The results of evaluations as JSON: files in a run's folder, and headlines in its manifest.</summary>
public static class EvaluationFiles
{
    /// <summary>The negative log-likelihood among a manifest's results.</summary>
    public const string NllResult = "nll";

    /// <summary>The mean C2ST among a manifest's results.</summary>
    public const string C2stResult = "c2st.mean";

    /// <summary>The NLL of an evaluated Boltzmann generator among a manifest's results.</summary>
    public const string BoltzmannResult = "boltzmann.nll";

    /// <summary>The share of stable molecules among a manifest's results.</summary>
    public const string MoleculesResult = "molecules.molecule_stability";

    private const string C2stName = "c2st.json";

    /// <summary>Where the C2ST of a run is kept.</summary>
    public static string C2stFile(RunFolder folder) => Path.Combine(folder.EvaluationFolder, C2stName);

    /// <summary>The results that a manifest has once all evaluations of its experiment are done.</summary>
    public static IReadOnlyList<string> Headlines(Experiment experiment) =>
        [.. experiment.Evaluate.Select(evaluation => evaluation switch
        {
            C2stEvaluation => C2stResult,
            ReweightingEvaluation => BoltzmannResult,
            MoleculeEvaluationConfig => MoleculesResult,
            _ => NllResult,
        }).Distinct()];

    /// <summary>Reads eval/c2st.json.</summary>
    /// <exception cref="FileReadException">The file is missing, or holds no C2ST.</exception>
    public static C2stReport ReadC2st(RunFolder folder)
    {
        var path = C2stFile(folder);
        using var file = InputFile.Open(path);
        try
        {
            return JsonSerializer.Deserialize(file, EvaluationJson.Default.C2stReport) is { Observations.Count: > 0 } report
                ? report
                : throw new FileReadException(path, "holds no observation.");
        }
        catch (JsonException e)
        {
            throw new FileReadException(path, $"holds no C2ST: {e.Message}", e);
        }
    }

    /// <summary>The report as indented JSON with snake_case keys.</summary>
    public static string Json(C2stReport report) => JsonSerializer.Serialize(report, EvaluationJson.Default.C2stReport);

    /// <inheritdoc cref="Json(C2stReport)"/>
    public static string Json(NllReport report) => JsonSerializer.Serialize(report, EvaluationJson.Default.NllReport);

    /// <inheritdoc cref="Json(C2stReport)"/>
    public static string Json(CalibrationReport report) => JsonSerializer.Serialize(report, EvaluationJson.Default.CalibrationReport);

    /// <summary>Writes eval/c2st.json, and mean and standard deviation into the manifest.</summary>
    /// <exception cref="FileWriteException">A file cannot be written.</exception>
    /// <exception cref="RunFolderGoneException">The run's folder is gone.</exception>
    public static void Save(RunFolder folder, C2stReport report) => Save(folder, C2stName, Json(report), new()
    {
        [C2stResult] = report.Mean,
        ["c2st.std"] = report.Std,
    });

    /// <summary>Writes eval/nll.json, and the likelihoods and the reconstruction into the manifest.</summary>
    /// <exception cref="FileWriteException">A file cannot be written.</exception>
    /// <exception cref="RunFolderGoneException">The run's folder is gone.</exception>
    public static void Save(RunFolder folder, NllReport report) => Save(folder, "nll.json", Json(report), new()
    {
        [NllResult] = report.Nll,
        ["nll.standard_error"] = report.NllStandardError,
        ["nll.decoder"] = report.NllDecoder,
        ["nll.reconstruction"] = report.Reconstruction,
    });

    /// <summary>Writes eval/calibration.json, and how far the coverage of the whole posterior is from nominal into the manifest.</summary>
    /// <exception cref="FileWriteException">A file cannot be written.</exception>
    /// <exception cref="RunFolderGoneException">The run's folder is gone.</exception>
    public static void Save(RunFolder folder, CalibrationReport report) => Save(folder, "calibration.json", Json(report), new()
    {
        ["calibration.mean_difference"] = report.Coverage.MeanDifference,
        ["calibration.largest_deviation"] = report.Coverage.LargestDeviation,
    });

    /// <inheritdoc cref="Json(C2stReport)"/>
    public static string Json(BoltzmannReport report) => JsonSerializer.Serialize(report, EvaluationJson.Default.BoltzmannReport);

    /// <summary>Writes eval/boltzmann.json, and likelihoods, reconstruction and effective sample size into the manifest.</summary>
    /// <exception cref="FileWriteException">A file cannot be written.</exception>
    /// <exception cref="RunFolderGoneException">The run's folder is gone.</exception>
    public static void Save(RunFolder folder, BoltzmannReport report)
    {
        var headlines = new Dictionary<string, double>
        {
            [BoltzmannResult] = report.NllEncoder.Normalized,
            ["boltzmann.nll_decoder"] = report.NllDecoder.Normalized,
            ["boltzmann.reconstruction"] = report.Reconstruction.Value,
        };
        if (report.Limit is { } limit)
        {
            headlines["boltzmann.distance_to_limit"] = limit.DistanceEncoder.Value;
        }

        if (report.Weights is { } weights)
        {
            headlines["boltzmann.effective_share"] = weights.EffectiveShare;
        }

        Save(folder, "boltzmann.json", Json(report), headlines);
    }

    /// <summary>Writes eval/molecules.json, and the shares of molecules, the likelihoods and the time for a molecule into the manifest.</summary>
    /// <exception cref="FileWriteException">A file cannot be written.</exception>
    /// <exception cref="RunFolderGoneException">The run's folder is gone.</exception>
    public static void Save(RunFolder folder, MoleculeFlowReport report)
    {
        var samples = report.Samples;
        (string Key, double? Value)[] headlines =
        [
            (MoleculesResult, samples.MoleculeStability),
            ("molecules.atom_stability", samples.AtomStability),
            ("molecules.validity", samples.Validity),
            ("molecules.uniqueness", samples.Uniqueness),
            ("molecules.novelty", samples.Novelty),
            ("molecules.nll", report.Nll),
            ("molecules.nll_decoder", report.NllDecoder),
            ("molecules.reconstruction", report.Reconstruction),
            ("molecules.milliseconds_per_molecule", report.MillisecondsPerMolecule),
        ];
        Save(folder, "molecules.json", report.Json(), headlines.Where(headline => headline.Value is not null).ToDictionary(headline => headline.Key, headline => headline.Value!.Value));
    }

    private static void Save(RunFolder folder, string name, string json, Dictionary<string, double> headlines) => RunPresence.Watch(folder, () =>
    {
        AtomicFile.WriteText(Path.Combine(RunFolders.Ensure(folder, folder.EvaluationFolder), name), json + "\n");
        var manifest = Manifest.Read(folder.ManifestFile);
        var results = manifest.Results.Concat(headlines).GroupBy(result => result.Key).ToDictionary(group => group.Key, group => group.Last().Value);
        (manifest with { Results = results }).Write(folder.ManifestFile);
        return results;
    });
}

/// <summary>JSON without reflection, which starts faster.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    NewLine = "\n",
    WriteIndented = true)]
[JsonSerializable(typeof(C2stReport))]
[JsonSerializable(typeof(NllReport))]
[JsonSerializable(typeof(CalibrationReport))]
[JsonSerializable(typeof(BoltzmannReport))]
internal sealed partial class EvaluationJson : JsonSerializerContext;
