namespace FFF.Paper;

/// <summary>What Figure 1 and the table of molecules need: QM7 on two cores, QM9 at the published size.</summary>
internal abstract class MoleculePart : PaperPart
{
    /// <inheritdoc/>
    public sealed override IEnumerable<PaperTraining> Trainings(bool isFull) => [Training(isFull)];

    /// <summary>The run that both share.</summary>
    private protected static PaperRun RunOf(PaperWorkshop workshop) => workshop.Run(Training(workshop.IsFull));

    private static PaperTraining Training(bool isFull) =>
        isFull ? new(["molecules/qm9"], "molecules-qm9") : new(["molecules/qm7_small"], "molecules-qm7_small");
}

/// <summary>Figure 1: molecules, sampled by one evaluation of the decoder.</summary>
internal sealed class MoleculeFigure : MoleculePart
{
    /// <inheritdoc/>
    public override string Name => "fig1";

    /// <inheritdoc/>
    public override string Title => "Figure 1: one-step molecules";

    /// <inheritdoc/>
    public override string Shows => "A scheme of the training, an encoder and a decoder with the maximum-likelihood estimator L_ML^g and the "
        + "reconstruction loss L_R, and below it stable molecules of several sizes that an E(3)-equivariant free-form flow trained on QM9 has drawn, each "
        + "by one "
        + "evaluation of the decoder.";

    /// <inheritdoc/>
    public override PaperFindings Work(PaperWorkshop workshop)
    {
        var run = RunOf(workshop);
        return new(workshop.IsFull,
            [run.Picture("molecules.png", workshop.FolderOf(this), "molecules.png", "Molecules that the flow has drawn, those of the most atoms that fit "
                + "first")],
            [],
            [
                $"{PaperText.Percent(run.Result("molecules.atom_stability"))} of the atoms that are drawn are stable, "
                    + $"{PaperText.Percent(run.Result("molecules.molecule_stability"))} "
                    + "of the molecules; the picture is of draws as they come, not of chosen ones.",
                .. workshop.IsFull ? Array.Empty<string>() : ["Trained on QM7, whose molecules are smaller than QM9's, with atoms in an order "
                    + "that the paper's networks are not told; fff paper fig1 --full trains on QM9, as published."],
            ],
            [run.Command], [.. run.Doubts]);
    }
}

/// <summary>The table of molecules: stability, validity, uniqueness, novelty.</summary>
internal sealed class MoleculeMetrics : MoleculePart
{
    private static readonly (string Name, string Metric)[] Rows =
    [
        ("stable molecules", "molecules.molecule_stability"), ("stable atoms", "molecules.atom_stability"), ("valid", "molecules.validity"),
        ("unique", "molecules.uniqueness"), ("novel", "molecules.novelty"),
    ];

    /// <inheritdoc/>
    public override string Name => "molecules";

    /// <inheritdoc/>
    public override string Title => "Molecule generation";

    /// <inheritdoc/>
    public override string Shows => "Stability, validity and uniqueness of what an E(3)-equivariant free-form flow draws after training on QM9, beside "
        + "invertible flows and diffusion, with the time per sample, of which it needs one evaluation of the decoder.";

    /// <inheritdoc/>
    public override PaperFindings Work(PaperWorkshop workshop)
    {
        var run = RunOf(workshop);
        return new(workshop.IsFull, [],
            [
                new(workshop.IsFull ? "QM9" : "QM7, a quarter of an hour on two cores", ["", "here"],
                    [
                        .. Rows.Select(row => (IReadOnlyList<string>)[row.Name, PaperText.Percent(run.Result(row.Metric))]),
                        ["NLL bound, nats", PaperText.Number(run.Result("molecules.nll"), 1)],
                        ["ms per molecule", PaperText.Number(run.Result("molecules.milliseconds_per_molecule"), 2)],
                    ]),
            ],
            [.. workshop.IsFull ? Array.Empty<string>() : ["These are other molecules than the paper's, in an order that its networks are not told: no "
                + "number of the paper stands beside them. fff paper molecules --full trains on QM9, as published."]],
            [run.Command], [.. run.Doubts]);
    }
}
