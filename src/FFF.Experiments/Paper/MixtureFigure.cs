using FFF.Datasets.Toy;
using FFF.Formats;
using FFF.Runs;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Paper;

/// <summary>Figure 4: what is learnt of a mixture with the true log-determinant and several β.</summary>
internal sealed class MixtureFigure : PaperPart
{
    private const string Config = "paper/fig4";
    private const string Picture = "mixture.png";
    private const int Points = 801;
    private const double Shown = 3.5;

    private static readonly double[] Betas = [0.1, 0.3, 1, 10];

    /// <inheritdoc/>
    public override string Name => "fig4";

    /// <inheritdoc/>
    public override string Title => "Figure 4: solutions for various β";

    /// <inheritdoc/>
    public override string Shows => "Solutions to L^{f⁻¹} for several β, the data being a mixture of two Gaussians on the line: the encoder f as a "
        + "solid line, the decoder g as a dashed one, and the densities below. Where β is small, f is not invertible between the two components.";

    /// <inheritdoc/>
    public override IEnumerable<PaperTraining> Trainings(bool isFull) => Betas.Select(Training);

    /// <inheritdoc/>
    public override PaperFindings Work(PaperWorkshop workshop)
    {
        var runs = Betas.Select(beta => (Beta: beta, Run: workshop.Run(Training(beta)))).ToList();
        var solutions = runs.Select(one => Read(one.Run.Folder, one.Beta)).ToList();
        using (var picture = MixturePlot.Draw(solutions, "Encoder and decoder of a mixture, for several β"))
        {
            picture.Save(Path.Combine(workshop.FolderOf(this), Picture));
        }

        return new(workshop.IsFull,
            [new(Picture, "Above, the encoder f (solid) and the decoder g (dashed, as x over z); below, the data (grey) and the density that the encoder "
                + "gives them.")],
            [
                new("Nats; where f turns back, its density counts codes more than once",
                    ["β", "NLL, encoder", "NLL, decoder", "entropy of the data", "reconstruction", "places where f turns back",
                        "mass of the encoder's density"],
                    [.. solutions.Zip(runs, (one, run) => (IReadOnlyList<string>)[PaperText.Plain(one.Beta),
                        PaperText.Estimate(run.Run.Result("nll"), run.Run.Result("nll.standard_error"), 3),
                        PaperText.Number(run.Run.Result("nll.decoder"), 3), PaperText.Number(one.Entropy, 3),
                        PaperText.Number(run.Run.Result("nll.reconstruction"), 5), NumberText.Count(one.Turns), PaperText.Number(one.Mass, 3)])]),
            ],
            [
                "An NLL below the entropy by more than its error is spurious: no density can have it. The mass, which is 1 for a density, tells by how much. "
                    + "The paper shows the same without numbers.",
            ],
            [.. runs.Select(one => one.Run.Command)], []);
    }

    private static PaperTraining Training(double beta) =>
        new([Config], $"fig4-beta-{PaperText.Plain(beta)}", $"objective.beta={PaperText.Plain(beta)}");

    private static MixtureSolution Read(RunFolder folder, double beta)
    {
        using var scope = NewDisposeScope();
        using var run = LoadedRun.Load(folder, CheckpointName.Best, CPU);
        var mixture = ((MixtureData)run.Experiment.Data).Mixture;
        var grid = linspace(-Shown, Shown, Points, float64);
        var rows = new Samples(grid.to(float32).unsqueeze(1), null);
        var codes = Numbers(run.Flow.Encode(rows));
        var decoded = Numbers(run.Flow.Decode(grid.to(float32).unsqueeze(1)));
        var density = Numbers(run.Flow.LogLikelihood(rows).Encoder.exp());
        return new(beta, Numbers(grid), codes, decoded, Numbers(mixture.LogProb(grid.unsqueeze(1)).exp()), density, mixture.Entropy() ?? double.NaN);
    }

    private static double[] Numbers(Tensor values) => values.to(float64).cpu().contiguous().data<double>().ToArray();
}

/// <summary>What was learnt of a mixture on the line, on one grid that serves as places and as codes.</summary>
/// <param name="Beta">β.</param>
/// <param name="Grid">x, and z.</param>
/// <param name="Codes">f(x).</param>
/// <param name="Decoded">g(z).</param>
/// <param name="Data">The density of the data, p(x).</param>
/// <param name="Density">The density by the encoder, q(x) = p(f(x)) |f′(x)|.</param>
/// <param name="Entropy">That of the data, nats.</param>
internal sealed record MixtureSolution(
    double Beta, double[] Grid, double[] Codes, double[] Decoded, double[] Data, double[] Density, double Entropy)
{
    /// <summary>How often f turns back where there are data.</summary>
    public int Turns
    {
        get
        {
            double[] steps = [.. Enumerable.Range(1, Grid.Length - 1).Where(i => Data[i] > 1e-3 * Data.Max()).Select(i => Codes[i] - Codes[i - 1])];
            return Enumerable.Range(1, steps.Length - 1).Count(i => steps[i] * steps[i - 1] < 0);
        }
    }

    /// <summary>∫ q, by the trapezoidal rule.</summary>
    public double Mass => Enumerable.Range(1, Grid.Length - 1).Sum(i => 0.5 * (Density[i] + Density[i - 1]) * (Grid[i] - Grid[i - 1]));
}
