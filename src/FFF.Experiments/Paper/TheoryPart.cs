using System.Text.Json;
using FFF.Evaluations;
using FFF.Formats;

namespace FFF.Paper;

/// <summary>Theorems 3.1 and 4.1 and what follows from them, measured on runs with several β.</summary>
internal sealed class TheoryPart : PaperPart
{
    private const string Config = "paper/theory";

    private static readonly double[] Betas = [0.3, 3, 30, 300];

    /// <inheritdoc/>
    public override string Name => "theory";

    /// <inheritdoc/>
    public override string Title => "Theory: what β has to do";

    /// <inheritdoc/>
    public override string Shows => "Theorem 3.1 gives the gradient of the log-determinant as a trace, for which the decoder's Jacobian stands in "
        + "where it is the inverse of the encoder's. Section 4 shows that the objective with a reconstruction weighted by β bounds a spread divergence between "
        + "data and model, with noise of variance σ² = 1/(2β) on both, and that it has the minima of maximum likelihood where the reconstruction is good.";

    /// <inheritdoc/>
    public override IEnumerable<PaperTraining> Trainings(bool isFull) => Betas.Select(Training);

    /// <inheritdoc/>
    public override PaperFindings Work(PaperWorkshop workshop)
    {
        var runs = Betas.Select(beta => (Beta: beta, Run: workshop.Run(Training(beta)))).ToList();
        return new(workshop.IsFull, [],
            [
                new("Four Gaussians in the plane, nats; measured by fff eval-theory on held-out data",
                    [
                        "β", "NLL, encoder", "decoder", "spread-KL bound", "entropy of the data", "bias of the surrogate's gradient", "its cosine",
                        "‖J_f J_g − 1‖ / ‖1‖", "shared codes", "verdict",
                    ],
                    [.. runs.Select(one => Row(one.Beta, one.Run))]),
            ],
            [
                "The bound is at least the entropy; what it is above it bounds the divergence of data and samples behind the noise. A likelihood below the "
                    + "entropy is spurious. The bias compares the expected gradient of the surrogate with that of the log-determinant itself: it vanishes "
                    + "where "
                    + "the decoder is the encoder's inverse.",
            ],
            [.. runs.Select(one => one.Run.Command)], []);
    }

    private static PaperTraining Training(double beta) =>
        new([Config], $"theory-beta-{PaperText.Plain(beta)}", $"objective.beta={PaperText.Plain(beta)}");

    private static IReadOnlyList<string> Row(double beta, PaperRun run)
    {
        using var report = JsonDocument.Parse(InputFile.ReadText(EvaluationFiles.Result(run.Folder, "theory")));
        var verdict = report.RootElement.GetProperty("verdict").GetProperty("beta").GetString()!.Replace('_', ' ');
        var entropy = report.RootElement.GetProperty("entropy").GetDouble();
        return
        [
            PaperText.Plain(beta), PaperText.Estimate(run.Result("nll"), run.Result("nll.standard_error"), 3), PaperText.Number(run.Result("nll.decoder"), 3),
            PaperText.Estimate(run.Result("theory.spread_bound"), run.Result("theory.spread_bound.standard_error"), 3),
            PaperText.Number(entropy, 3), PaperText.Percent(run.Result("theory.gradient_bias")), PaperText.Number(run.Result("theory.gradient_cosine"), 4),
            PaperText.Percent(run.Result("theory.inverse_error")), PaperText.Percent(run.Result("theory.shared_codes")), verdict,
        ];
    }
}
