using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Molecules;
using FFF.Devices;
using FFF.Evaluation.Molecules;
using FFF.Randomness;
using FFF.Spaces;
using SamplingProgress = FFF.Datasets.Particles.SamplingProgress;

namespace FFF.Experiments;

/// <summary>How a run on molecules is evaluated.</summary>
public sealed record MoleculeSettings
{
    /// <summary>How many molecules the flow draws.</summary>
    public int Samples { get; init; } = 1_000;

    /// <summary>The evidence bound of at most so many molecules that were held out is computed: exact Jacobians are costly.</summary>
    public int Likelihoods { get; init; } = 200;

    /// <summary>Of the samples.</summary>
    public long Seed { get; init; }

    /// <summary>The checkpoint that the flow is from, for the report.</summary>
    public required string Checkpoint { get; init; }
}

/// <summary>How good a run on molecules is.</summary>
/// <param name="Samples">Of the molecules that it draws, with the training molecules as reference.</param>
/// <param name="Likelihood">Of molecules that were held out; null where there are none.</param>
/// <param name="Data">What the data are called.</param>
/// <param name="Checkpoint">The checkpoint that was evaluated.</param>
/// <param name="Seed">Of the samples.</param>
/// <param name="NotFinite">The share of molecules drawn that have a number that is not finite; they are left out of all else.</param>
/// <param name="OwnCharge">The share of atoms whose generated charge is the nuclear charge of the element of their type.</param>
/// <param name="MillisecondsPerMolecule">The time to draw one, decoded in batches, without the time to get going.</param>
/// <param name="MillisecondsPerStableMolecule">The same for a stable one, if the others are thrown away; null where none is stable.</param>
/// <param name="Batch">At most so many were decoded at once.</param>
/// <param name="Device">What they were decoded on.</param>
/// <param name="Seconds">The time for all of the evaluation.</param>
public sealed record MoleculeFlowReport(
    [property: JsonIgnore] MoleculeReport Samples, [property: JsonIgnore] NllReport? Likelihood, string Data, string Checkpoint, long Seed, double NotFinite, double OwnCharge,
    double MillisecondsPerMolecule, double? MillisecondsPerStableMolecule, int Batch, string Device, double Seconds)
{
    /// <summary>The evidence bound on −log p(x) by the encoder's Jacobian, in nats; see <see cref="Flows.Molecules.MoleculeFlow.LogLikelihood"/>.</summary>
    public double? Nll => Likelihood?.Nll;

    /// <summary>Of that mean.</summary>
    public double? NllStandardError => Likelihood?.NllStandardError;

    /// <summary>The same through the decoder's Jacobian.</summary>
    public double? NllDecoder => Likelihood?.NllDecoder;

    /// <summary>Of that mean.</summary>
    public double? NllDecoderStandardError => Likelihood?.NllDecoderStandardError;

    /// <summary>‖v − g(f(v))‖² of the dequantised molecules: where it is not small, the likelihoods are spurious.</summary>
    public double? Reconstruction => Likelihood?.Reconstruction;

    /// <summary>How many molecules that is of.</summary>
    public long? Likelihoods => Likelihood?.Samples;

    /// <summary>Where these are from: test or validation.</summary>
    public string? Split => Likelihood?.Split;

    /// <summary>As indented JSON with snake_case keys: those of <see cref="MoleculeReport"/> and its own side by side.</summary>
    public string Json()
    {
        var json = JsonNode.Parse(Samples.Json())!.AsObject();
        foreach (var (key, value) in JsonSerializer.SerializeToNode(this, MoleculeFlowJson.Default.MoleculeFlowReport)!.AsObject())
        {
            json[key] = value?.DeepClone();
        }

        return json.ToJsonString(MoleculeFlowJson.Default.Options);
    }
}

/// <summary>JSON without reflection, which starts faster.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, NewLine = "\n", WriteIndented = true)]
[JsonSerializable(typeof(MoleculeFlowReport))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class MoleculeFlowJson : JsonSerializerContext;

/// <summary>Evaluates a flow of molecules: those that it draws, and the likelihood of those that were held out.</summary>
public static class MoleculeFlowEvaluation
{
    /// <summary>The data set of a run on molecules.</summary>
    /// <exception cref="DatasetException">The run's data are none, or cannot be read.</exception>
    public static Dataset DataOf(Experiment experiment, Action<string>? warn = null) => experiment.Data is MoleculeData
        ? DatasetFactory.Create(experiment.Data, experiment.Seed, warn)
        : throw new DatasetException($"the run '{experiment.Name}' was not trained on data of the kind molecules, which this evaluation is for. eval-nll tells how well a density fits any data.");

    /// <summary>Evaluates a flow.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="dataset">The molecules that it was trained on.</param>
    /// <param name="settings">How much of all.</param>
    /// <param name="progress">Told after each batch; may throw to stop.</param>
    /// <returns>The report, and the molecules that were drawn.</returns>
    /// <exception cref="MoleculeSamplingException">No molecule is finite.</exception>
    public static (MoleculeFlowReport Report, IReadOnlyList<Molecule> Molecules) Of(
        DensityModel flow, Dataset dataset, MoleculeSettings settings, IProgress<SamplingProgress>? progress = null)
    {
        var clock = Stopwatch.StartNew();

        // What it takes to get going is no part of the time for a molecule.
        var request = new MoleculeRequest { Count = settings.Samples, Seed = settings.Seed };
        var space = (MoleculeSpace)dataset.Train.Space;
        var warmUp = Math.Min(settings.Samples, MoleculeSampling.Batch(space, null, flow.Device));
        MoleculeSampling.Draw(flow, request with { Count = warmUp, Seed = NamedSeed.Derive(settings.Seed, "molecules/warm-up", 0) });
        var drawn = MoleculeSampling.Draw(flow, request, progress);
        var report = MoleculeEvaluation.Of(drawn.Molecules, [.. MoleculeSamples.Read(dataset.Train.Data, space).OfType<Molecule>()]);
        var likelihood = dataset.Test is null && dataset.Validation.Count == 0 ? null : Evaluations.Nll(flow, dataset, settings.Likelihoods);
        var stable = report.MoleculeStability * drawn.Molecules.Count;
        return (
            new(
                report, likelihood, dataset.Name, settings.Checkpoint, settings.Seed, (double)drawn.NotFinite / drawn.Drawn, drawn.OwnCharge, drawn.MillisecondsPerMolecule,
                stable == 0 ? null : 1000 * drawn.Seconds / stable, drawn.Batch, DeviceName.Of(flow.Device), clock.Elapsed.TotalSeconds),
            drawn.Molecules);
    }
}
