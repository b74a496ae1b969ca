namespace FFF.Paper;

/// <summary>Figure 5: why a small β lets an encoder use codes several times, and a large one does not.</summary>
internal sealed class PartitionFigure : PaperPart
{
    private const string Picture = "partitions.png";

    /// <summary>Three modes that are well apart, as in the paper's figure.</summary>
    internal static ModesOnLine Modes { get; } = new([-3, 0, 3], 0.5, [1.0 / 3, 1.0 / 3, 1.0 / 3]);

    /// <inheritdoc/>
    public override string Name => "fig5";

    /// <inheritdoc/>
    public override string Title => "Figure 5: solutions that are not invertible";

    /// <inheritdoc/>
    public override string Shows => "Encoders of a mixture of three modes. One that is not invertible may use each latent code once per group of "
        + "modes: its derivative is larger, so its negative log-likelihood is lower, but no decoder can reconstruct the data. Increasing β makes the "
        + "invertible "
        + "encoder the best of them.";

    /// <summary>From which β on each solution has the lowest loss of all; only those that have it anywhere, in the order of β.</summary>
    internal static IReadOnlyList<(Partition Best, double From)> Winners(IReadOnlyList<Partition> solutions)
    {
        var winners = new List<(Partition Best, double From)>();
        var (current, beta) = (solutions.MinBy(one => (one.NegativeLogLikelihood, one.Reconstruction))!, 0.0);
        while (true)
        {
            winners.Add((current, beta));
            var next = solutions.Where(one => one.Reconstruction < current.Reconstruction)
                .Select(one => (one, At: (one.NegativeLogLikelihood - current.NegativeLogLikelihood) / (current.Reconstruction - one.Reconstruction)))
                .OrderBy(one => one.At).ThenBy(one => one.one.Reconstruction)
                .ToList();
            if (next.Count == 0)
            {
                return winners;
            }

            (current, beta) = next[0];
        }
    }

    /// <inheritdoc/>
    public override PaperFindings Work(PaperWorkshop workshop)
    {
        var solutions = Partition.All(Modes).OrderBy(one => one.NegativeLogLikelihood).ThenBy(one => one.Reconstruction).ToList();
        var winners = Winners(solutions);
        using (var picture = PartitionPlot.Draw(Modes, solutions, winners, "Encoders that use codes once per group of modes"))
        {
            picture.Save(Path.Combine(workshop.FolderOf(this), Picture));
        }

        return new(workshop.IsFull,
            [new(Picture, "Above, the encoder of each solution; dotted, its best decoder; below, the data; right, the loss NLL + β·R over β.")],
            [
                new("Solutions: {1, 2} {3} uses each code once for the first two modes and once for the third", ["groups", "NLL, nats", "R", "best of all"],
                    [.. solutions.Select(one => (IReadOnlyList<string>)[one.Name, PaperText.Number(one.NegativeLogLikelihood, 4),
                        PaperText.Number(one.Reconstruction, 4), Best(one, winners)])]),
            ],
            [
                $"The invertible encoder has the lowest loss from β = {PaperText.Number(winners[^1].From, 4)} on, and R = 0; the entropy of the data is "
                    + $"{PaperText.Number(Modes.Entropy, 4)} nats. "
                    + "Each other solution is below it by the entropy of its groups' masses, which is a likelihood that is not one. "
                    + "The paper shows the same without numbers.",
            ],
            [], []);
    }

    private static string Best(Partition one, IReadOnlyList<(Partition Best, double From)> winners)
    {
        var place = winners.Index().Where(winner => winner.Item.Best == one).Select(winner => (int?)winner.Index).FirstOrDefault();
        return place is not { } i ? "nowhere"
            : i + 1 < winners.Count ? $"for β from {PaperText.Number(winners[i].From, 4)} to {PaperText.Number(winners[i + 1].From, 4)}"
            : $"for β from {PaperText.Number(winners[i].From, 4)}";
    }
}
