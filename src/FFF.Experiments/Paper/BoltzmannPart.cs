using FFF.Datasets.Particles;
using FFF.Evaluation.Boltzmann;

namespace FFF.Paper;

/// <summary>The Boltzmann generators: DW4 here, all three systems at the published size.</summary>
internal sealed class BoltzmannPart : PaperPart
{
    private const string Klein = "Klein et al. 2023";

    /// <summary>
    /// Negative log-likelihoods without ½ (N − 1) d log 2π and effective sample sizes of a continuous flow by likelihood, by flow matching with optimal
    /// transport, and by an equivariant one.
    /// </summary>
    private static readonly Dictionary<string, (string Nll, string Share)> Published = new()
    {
        ["dw4"] = ("1.72, 1.70, 1.68", "87, 92, 89 %"),
        ["lj13"] = ("−15.83, −16.09, −16.07", "40, 54, 58 %"),
    };

    /// <inheritdoc/>
    public override string Name => "boltzmann";

    /// <inheritdoc/>
    public override string Title => "Boltzmann generators";

    /// <inheritdoc/>
    public override string Shows => "E(n)-equivariant free-form flows of particle systems, DW4 (four particles in the plane, double wells), LJ13 and "
        + "LJ55 (clusters with Lennard-Jones energies): negative log-likelihoods beside those of continuous flows, and much faster sampling.";

    /// <inheritdoc/>
    public override IEnumerable<PaperTraining> Trainings(bool isFull) => Systems(isFull).Select(one => one.Training);

    /// <inheritdoc/>
    public override PaperFindings Work(PaperWorkshop workshop)
    {
        var runs = Systems(workshop.IsFull).Select(one => (one.System, Run: workshop.Run(one.Training))).ToList();
        var pictures = runs.Select(one => one.Run.Picture("boltzmann.png", workshop.FolderOf(this), $"{one.System}.png",
            $"{one.System}: energies and pair distances of data, samples and reweighted samples")).ToList();
        return new(workshop.IsFull, pictures,
            [
                new("Nats without ½ (N − 1) d log 2π; effective samples by importance weights",
                    ["system", "NLL here, encoder", "decoder", "above the entropy", $"NLL, {Klein}", "effective samples here", $"effective, {Klein}"],
                    [.. runs.Select(one => Row(one.System, one.Run))]),
            ],
            [
                $"{Klein}: a continuous flow trained by likelihood, by flow matching with optimal transport, and by an equivariant one. "
                    + "The published DW4 file repeats states: the exact density scores 1.68 on it, and 1.61 on fresh data, which are used here. "
                    + "So published and own numbers of DW4 are not to be compared.",
                .. workshop.IsFull ? Array.Empty<string>()
                    : ["LJ13 and LJ55 are trained by fff paper boltzmann --full, for a GPU; LJ13 alone on two cores by "
                        + "fff train --config particles/lj13_small."],
            ],
            [.. runs.Select(one => one.Run.Command)], [.. runs.SelectMany(one => one.Run.Doubts)]);
    }

    private static IEnumerable<(string System, PaperTraining Training)> Systems(bool isFull) =>
        from system in isFull ? (string[])["dw4", "lj13", "lj55"] : ["dw4"]
        let config = isFull ? system : $"{system}_small"
        select (system, new PaperTraining([$"particles/{config}"], $"boltzmann-{config}"));

    private static IReadOnlyList<string> Row(string system, PaperRun run)
    {
        var published = Published.GetValueOrDefault(system, ("–", "–"));
        return
        [
            system, Literature("boltzmann.nll"), Literature("boltzmann.nll_decoder"),
            PaperText.Number(run.Result("boltzmann.distance_to_limit"), 2),
            published.Item1, PaperText.Percent(run.Result("boltzmann.effective_share")), published.Item2,
        ];

        string Literature(string metric) => PaperText.Number(WithoutConstant(system, run.Result(metric)), 2);
    }

    /// <summary>A run keeps likelihoods that are fully normalised; the literature leaves out ½ (N − 1) d log 2π.</summary>
    /// <param name="system">The system's name, such as dw4.</param>
    /// <param name="nll">−log q(x), fully normalised.</param>
    internal static double WithoutConstant(string system, double nll) =>
        nll - SubspaceNll.Constant(ParticleSystems.Get(Enum.Parse<ParticleSystemKind>(system, ignoreCase: true)).Shape.MeanFreeDimension);
}
