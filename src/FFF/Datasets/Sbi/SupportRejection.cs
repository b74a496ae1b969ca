using static TorchSharp.torch;

namespace FFF.Datasets.Sbi;

/// <summary>Samples that lie in the prior's support.</summary>
/// <param name="Values">The samples, [N, D].</param>
/// <param name="AcceptedShare">How many of all samples drawn lay in the support, from 0 to 1.</param>
public sealed record AcceptedSamples(Tensor Values, double AcceptedShare);

/// <summary>
/// Posterior samples by rejection: a flow puts some mass outside of a bounded prior's support, where the posterior is zero;
/// its samples there are rejected and drawn again.
/// </summary>
public static class SupportRejection
{
    /// <summary>A smaller accepted share is an error.</summary>
    public const double SmallestShare = 1e-4;

    // With fewer samples the share is not known well enough to give up.
    private const long FewestBeforeError = 100_000;

    /// <summary>Draws until enough samples lie in the support.</summary>
    /// <param name="sample">Draws so many samples, [n, D].</param>
    /// <param name="inSupport">Tells which of them lie in the support, [n]; null where it is unbounded (<see cref="ISbiTask.InSupport"/>).</param>
    /// <param name="count">N, how many samples are wanted.</param>
    /// <exception cref="DatasetException">Hardly any sample lies in the support.</exception>
    public static AcceptedSamples Draw(Func<long, Tensor> sample, Func<Tensor, Tensor?> inSupport, long count)
    {
        using var scope = NewDisposeScope();
        var parts = new List<Tensor>();
        long accepted = 0;
        long drawn = 0;
        while (accepted < count)
        {
            var wanted = NextDraw(count, accepted, drawn);
            using var inner = NewDisposeScope();
            var batch = sample(wanted);
            var inside = inSupport(batch) is { } mask ? batch.index_select(0, mask.nonzero().squeeze(1)) : batch.alias();
            drawn += wanted;
            accepted += inside.shape[0];
            parts.Add(inside.MoveToOuterDisposeScope());
            if (drawn >= FewestBeforeError && accepted < SmallestShare * drawn)
            {
                throw new DatasetException($"Only {accepted} of {drawn} samples lie in the prior's support. The flow has not learnt this posterior: train it longer, or check that it was trained on this task and is given one of its observations.");
            }
        }

        return new AcceptedSamples(cat(parts, 0).narrow(0, 0, count).MoveToOuterDisposeScope(), (double)accepted / drawn);
    }

    /// <summary>As many as are probably needed, and some more; at most what a first draw or the error needs.</summary>
    private static long NextDraw(long count, long accepted, long drawn)
    {
        if (drawn == 0)
        {
            return count;
        }

        var share = Math.Max(accepted, 1) / (double)drawn;
        return (long)Math.Clamp(1.1 * (count - accepted) / share, 16, Math.Max(count, FewestBeforeError));
    }
}
