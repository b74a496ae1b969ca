using System.ComponentModel.DataAnnotations;
using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Molecules;
using FFF.Datasets.Particles;
using FFF.Evaluation.Molecules;
using FFF.Evaluations.Molecules;
using FFF.Formats;
using FFF.Options;
using FFF.Plots.Molecules;
using FFF.Runs;
using FFF.Sampling;
using FFF.Spaces;

[assembly: Kind<EvaluationConfig, MoleculesEvaluation>("molecules", Order = 4)]

namespace FFF.Evaluations.Molecules;

/// <summary>Molecules that the flow draws: their stability, validity, uniqueness and novelty, and the likelihood of some that were held out.</summary>
public sealed record MoleculesEvaluation : EvaluationConfig, IFileEvaluation
{
    /// <summary>The share of stable molecules among a manifest's results.</summary>
    internal const string StabilityMetric = "molecules.molecule_stability";

    private const int DefaultSamples = 1_000;
    private const int DefaultLikelihoods = 200;
    private const int Shown = 25;

    /// <summary>How many molecules the run draws; 1,000 if left out.</summary>
    [CommandOption(Name = "-n")]
    [Range(1, 10_000_000)]
    public int? Samples { get; init; }

    /// <summary>The likelihood of at most so many molecules that were held out is computed; 200 if left out. Exact Jacobians take long.</summary>
    [Range(1, 10_000_000)]
    public int? Likelihoods { get; init; }

    /// <summary>
    /// Reports beside all else what choosing the best of 2, 4 and so on up to so many draws for each sample would give; as many draws in all as samples.
    /// </summary>
    [Range(2, CandidateChoice.MaxCandidates)]
    public int? Candidates { get; init; }

    /// <summary>What the best of the candidates is known by.</summary>
    public CandidateCriterion Choose { get; init; }

    /// <summary>
    /// Reports beside all else what tells codes of held-out molecules from draws, of at most so many: what their codes become when they are mixed with draws.
    /// </summary>
    [Range(2, 1_000_000)]
    public int? Codes { get; init; }

    /// <inheritdoc/>
    string IEvaluation.Summary =>
        "Stability, validity, uniqueness and novelty of molecules, by bonds that are inferred from distances, and how far their bond lengths, "
        + "angles and elements are from those of a reference. Of a run also the same for the molecules that were held out, likelihood, reconstruction "
        + "and time per molecule; draws plots/molecules.png and .html.";

    /// <inheritdoc/>
    IReadOnlyList<string> IEvaluation.Examples =>
    [
        "", "--run qm7", "--run latest -n 10000 --likelihoods 500 --json", "--run qm7 -n 8000 --candidates 8 --choose reconstruction", "--run qm7 --codes 300",
        "--samples samples.xyz --reference qm7",
        "--samples samples.sdf --reference training.xyz.gz --json", "--samples qm9:test --reference qm9:train",
    ];

    /// <inheritdoc/>
    RunKind IEvaluation.Runs => RunKind.Molecules;

    /// <inheritdoc/>
    Headline IEvaluation.Headline => new(StabilityMetric, "stable");

    /// <inheritdoc/>
    string? IEvaluation.SeedOf => "the run's samples";

    /// <inheritdoc/>
    bool IEvaluation.HasFigures => true;

    /// <inheritdoc/>
    string? IEvaluation.ScopeOn(Dataset dataset) => Samples is { } samples ? $"{NumberText.Count(samples)} samples" : null;

    /// <inheritdoc/>
    FileInput IFileEvaluation.Files => new(
        $"Or molecules of anywhere: a file that ends in {MoleculeFile.Endings}, or {MoleculeFile.DataSets}.",
        "What those are compared with, such as the training set: a file, qm7 (its molecules of H, C, N and O), qm9 or qm9:train. "
            + "A run is compared with what it was trained on.",
        ReferenceIsNeeded: false, Seed: null);

    /// <summary>The choice whose yield is reported; null for none.</summary>
    internal CandidateChoice? Choice => Candidates is { } candidates ? new(candidates, Choose) : null;

    /// <summary>How many molecules are drawn.</summary>
    internal int Count => Samples ?? DefaultSamples;

    /// <summary>At most how many likelihoods are computed.</summary>
    internal int LikelihoodCount => Likelihoods ?? DefaultLikelihoods;

    /// <inheritdoc/>
    public override string? Misfit(Experiment experiment) =>
        experiment.Data is MoleculeData ? null : "expected the evaluation molecules only for data of the kind molecules";

    /// <inheritdoc/>
    EvaluationPlan IEvaluation.Prepare(EvaluatedRun run, EvaluationWork work)
    {
        if (run.Experiment.Data is not MoleculeData)
        {
            throw new EvaluationException($"the run '{run.Experiment.Name}' was not trained on data of the kind molecules, which this evaluation is for. "
                + "eval-nll tells how well a density fits any data.");
        }

        var (dataset, own) = (run.Dataset(work), run.Own<MoleculesEvaluation>());
        var progress = work.Watch((SamplingProgress done) => new("evaluation", done.Phase, done.Share));
        return new($"{NumberText.Count(Count)} molecules", () =>
        {
            var (report, molecules) = EvaluationWork.InMemory(
                run.Flow.Device, $"{Count} molecules and {LikelihoodCount} likelihoods", "lower -n, --likelihoods or --codes of eval-molecules",
                () => MoleculeFlowEvaluation.Of(run.Flow, dataset, this, run.Seed, run.Checkpoint, progress, work.Stop));
            return new(report.Json(), report.Metrics(), MoleculeTable.Of(report))
            {
                Doubts = report.Doubts,
                Part = EvaluationPart.Of(("samples", Count, own.Count), ("likelihoods", LikelihoodCount, own.LikelihoodCount),
                    ("candidates", Candidates ?? 0, own.Candidates ?? 0), ("codes", Codes ?? 0, own.Codes ?? 0)),
                Figures =
                [
                    new("molecules", ".png", (name, path) => MoleculeGrid.Save([.. molecules.Take(Shown)], Title(name, report), path)),
                    new("molecules", ".html", (name, path) => MoleculePage.Save([.. molecules.Where(CanBeTurned).Take(Shown)], Title(name, report), path)),
                ],
            };
        });
    }

    /// <inheritdoc/>
    EvaluationPlan IFileEvaluation.Prepare(string samples, string? reference, long? seed, EvaluationWork work)
    {
        var (mine, theirs) = (MoleculeFile.ReadAll(samples), reference is null ? null : MoleculeFile.ReadAll(reference));
        return new($"{NumberText.Count(mine.Count)} molecules", () =>
        {
            var report = MoleculeEvaluation.Of(mine, theirs);
            return new(report.Json(), new Dictionary<string, double>(), MoleculeTable.Of(report));
        });
    }

    private static string Title(string run, MoleculeFlowReport report) => $"{run}: samples, trained on {report.Data}";

    /// <summary>An untrained flow may throw atoms farther than the viewer's format can tell.</summary>
    private static bool CanBeTurned(Molecule molecule) => SdfFile.Holds(new(molecule, MolecularGraph.Of(molecule).Bonds));
}
