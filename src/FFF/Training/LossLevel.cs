namespace FFF.Training;

/// <summary>
/// Where the loss has been of late: m ← m + (1 − d)(L − m) and s ← s + (1 − d)(|L − m| − s), running means of the loss and of
/// its absolute deviation. A loss far above it is a spike, the first sign of training that diverges.
/// </summary>
/// <param name="Mean">m.</param>
/// <param name="Deviation">s.</param>
/// <param name="Count">Losses so far.</param>
public readonly record struct LossLevel(double Mean, double Deviation, long Count)
{
    /// <summary>d, a memory of about a hundred steps; while there are fewer, all count alike.</summary>
    private const double Decay = 0.99;

    /// <summary>Losses before which nothing is called a spike: their deviation is not known yet.</summary>
    private const long Known = 100;

    /// <summary>With one more loss.</summary>
    public LossLevel Add(double loss)
    {
        var weight = Math.Max(1 - Decay, 1.0 / (Count + 1));
        var distance = Math.Abs(loss - Mean);
        return new(Mean + weight * (loss - Mean), Count == 0 ? 0 : Deviation + weight * (distance - Deviation), Count + 1);
    }

    /// <summary>Whether L > m + k·s.</summary>
    /// <param name="loss">L.</param>
    /// <param name="deviations">k.</param>
    public bool IsSpike(double loss, double deviations) => Count >= Known && loss > Mean + deviations * Deviation;
}
