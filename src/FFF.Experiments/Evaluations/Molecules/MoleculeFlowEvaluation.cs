using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using FFF.Datasets;
using FFF.Datasets.Molecules;
using FFF.Devices;
using FFF.Evaluation.Molecules;
using FFF.Evaluations.Nll;
using FFF.Randomness;
using FFF.Sampling;
using FFF.Spaces;
using SamplingProgress = FFF.Datasets.Particles.SamplingProgress;

namespace FFF.Evaluations.Molecules;

/// <summary>How good a run on molecules is.</summary>
/// <param name="Samples">Of the molecules that it draws, with the training molecules as reference.</param>
/// <param name="HeldOut">The same of molecules that were held out: what samples could reach; null where there are none.</param>
/// <param name="OfHeldOut">Of molecules that were held out; null where there are none.</param>
/// <param name="Yield">What choosing among candidates would give, which is not part of <paramref name="Samples"/>; null where that is not asked for.</param>
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
internal sealed record MoleculeFlowReport(
    [property: JsonIgnore] MoleculeReport Samples, MoleculeReport? HeldOut, [property: JsonIgnore] MoleculeLikelihood? OfHeldOut, CandidateYield? Yield,
    string Data, string Checkpoint, long Seed,
    double NotFinite, double OwnCharge, double MillisecondsPerMolecule, double? MillisecondsPerStableMolecule, int Batch, string Device, double Seconds)
{
    private NllReport? Likelihood => OfHeldOut?.All;

    /// <summary>The evidence bound on −log p(x) by the encoder's Jacobian, in nats; see <see cref="Flows.Molecules.MoleculeFlow.LogLikelihood"/>.</summary>
    public double? Nll => Likelihood?.Nll;

    /// <summary>Of that mean.</summary>
    public double? NllStandardError => Likelihood?.NllStandardError;

    /// <summary>The same through the decoder's Jacobian.</summary>
    public double? NllDecoder => Likelihood?.NllDecoder;

    /// <summary>Of that mean.</summary>
    public double? NllDecoderStandardError => Likelihood?.NllDecoderStandardError;

    /// <summary>The bound as the E(n) flow's and EDM's code counts it, see <see cref="MoleculeLikelihood"/>.</summary>
    public NllMeans? NllLiterature => OfHeldOut?.Literature;

    /// <summary>The elements that fewer than <see cref="MoleculeLikelihood.RareShare"/> of the training molecules hold.</summary>
    public IReadOnlyList<string>? RareElements => OfHeldOut?.Rare;

    /// <summary>The bound for molecules without those; null where none that was evaluated holds one.</summary>
    public NllMeans? NllWithoutRareElements => OfHeldOut?.Common;

    /// <summary>‖v − g(f(v))‖² of the dequantised molecules: where it is not small, the likelihoods are spurious.</summary>
    public double? Reconstruction => Likelihood?.Reconstruction;

    /// <summary>How many molecules that is of.</summary>
    public long? Likelihoods => Likelihood?.Samples;

    /// <summary>Where these are from: test or validation.</summary>
    public string? Split => Likelihood?.Split;

    /// <summary>What speaks against trusting the likelihoods.</summary>
    public IReadOnlyList<string> Doubts =>
    [
        .. Likelihood?.Doubts ?? [],
        .. LacksCodes
            ? ["Hardly any molecules were held out: there are no codes to mix with draws. Set data.test_fraction or data.validation_fraction and train again."]
            : Array.Empty<string>(),
        .. LacksHydrogen
            ? ["Hydrogen was left out of the molecules: stability, which counts the bonds to it, says nothing of them. Validity does."]
            : Array.Empty<string>(),
    ];

    /// <summary>What tells codes of held-out molecules from draws; null where that is not asked for, or none were held out.</summary>
    public MixedCodes? Mixed { get; init; }

    /// <summary>Whether codes were asked for, and too few molecules were held out.</summary>
    [JsonIgnore]
    public bool LacksCodes { get; init; }

    /// <summary>Whether the training molecules are without hydrogen.</summary>
    [JsonIgnore]
    public bool LacksHydrogen { get; init; }

    /// <summary>As indented JSON with snake_case keys: those of <see cref="MoleculeReport"/> and its own side by side.</summary>
    public string Json()
    {
        var json = JsonNode.Parse(Samples.Json())!.AsObject();
        foreach (var (key, value) in JsonNode.Parse(ReportJson.Of(this))!.AsObject())
        {
            json[key] = value?.DeepClone();
        }

        return ReportJson.Of(json);
    }

    /// <summary>The shares of molecules, the likelihoods and the time for a molecule, for the manifest.</summary>
    internal Dictionary<string, double> Metrics() => new (string Key, double? Value)[]
    {
        (MoleculesEvaluation.StabilityMetric, Samples.MoleculeStability),
        ("molecules.atom_stability", Samples.AtomStability),
        ("molecules.validity", Samples.Validity),
        ("molecules.uniqueness", Samples.Uniqueness),
        ("molecules.novelty", Samples.Novelty),
        ("molecules.connected", Samples.Connected),
        ("molecules.nll", Nll),
        ("molecules.nll_decoder", NllDecoder),
        ("molecules.reconstruction", Reconstruction),
        ("molecules.milliseconds_per_molecule", MillisecondsPerMolecule),
    }.Where(metric => metric.Value is not null).ToDictionary(metric => metric.Key, metric => metric.Value!.Value);
}

/// <summary>Evaluates a flow of molecules: those that it draws, and the likelihood of those that were held out.</summary>
internal static class MoleculeFlowEvaluation
{
    /// <summary>Of the molecules that were held out the first ones are scored; of QM9 all, which are 13,083.</summary>
    private const long MostHeldOut = 20_000;

    /// <summary>Evaluates a flow.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="dataset">The molecules that it was trained on.</param>
    /// <param name="options">How much of all.</param>
    /// <param name="seed">Of the samples.</param>
    /// <param name="checkpoint">The checkpoint that the flow is from, for the report.</param>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="stop">Asks to stop before the next batch, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The report, and the molecules that were drawn.</returns>
    /// <exception cref="MoleculeSamplingException">No molecule is finite.</exception>
    public static (MoleculeFlowReport Report, IReadOnlyList<Molecule> Molecules) Of(
        DensityModel flow, Dataset dataset, MoleculesEvaluation options, long seed, string checkpoint, IProgress<SamplingProgress>? progress = null,
        CancellationToken stop = default)
    {
        var clock = Stopwatch.StartNew();

        // What it takes to get going is no part of the time for a molecule.
        var request = new MoleculeRequest
        {
            Count = options.Count,
            Seed = seed,
            Conditions = MoleculeConditions.Like(dataset),
        };
        var space = (MoleculeSpace)dataset.Train.Space;
        var warmUp = Math.Min(options.Count, MoleculeSampling.Batch(space, null, flow.Device));
        MoleculeSampling.Draw(flow, request with { Count = warmUp, Seed = NamedSeed.Derive(seed, "molecules/warm-up", 0) }, stop: stop);
        var drawn = MoleculeSampling.Draw(flow, request, progress, stop);
        var training = MoleculeFindings.Of(Molecules(dataset.Train, space));
        var report = MoleculeEvaluation.Of(drawn.Molecules, training);
        var rows = dataset.HeldOut.Rows;
        var (heldOut, likelihood) = rows.Count == 0
            ? (null, null)
            : (MoleculeEvaluation.Of(Molecules(rows.Part(0, Math.Min(rows.Count, MostHeldOut)), space), training),
                MoleculeLikelihood.Of(flow, dataset, options.LikelihoodCount));
        var stable = report.MoleculeStability * drawn.Molecules.Count;
        var yield = options.Choice is { } choice ? CandidateYield.Of(flow, request, choice, progress, stop) : null;
        var mixed = options.Codes is { } codes && rows.Count >= MixedCodes.Fewest
            ? MixedCodes.Of(flow, rows.Part(0, Math.Min(rows.Count, codes)), seed, progress, stop)
            : null;
        return (
            new(
                report, heldOut, likelihood, yield, dataset.Name, checkpoint, seed, (double)drawn.NotFinite / drawn.Drawn, drawn.OwnCharge,
                drawn.MillisecondsPerMolecule, stable == 0 ? null : 1000 * drawn.Seconds / stable, drawn.Batch, DeviceName.Of(flow.Device),
                clock.Elapsed.TotalSeconds)
            {
                Mixed = mixed,
                LacksCodes = options.Codes is not null && mixed is null,
                LacksHydrogen = !space.AtomicNumbers.Contains((int)Element.H),
            },
            drawn.Molecules);
    }

    private static Molecule[] Molecules(IRows rows, MoleculeSpace space) => [.. MoleculeSamples.Read(rows.Data, space).OfType<Molecule>()];
}
