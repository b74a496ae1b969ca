using FFF.Datasets;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Sampling;

/// <summary>
/// Rejection: a flow puts some mass outside of a bounded support, where the density is zero; its samples there are rejected and
/// drawn again. What is left has the density q(x) / P(support), with P the accepted share of all draws.
/// </summary>
/// <param name="inner">Draws the samples.</param>
/// <param name="inSupport">Which of them, [n, D], lie in the support, [n]; null where it is unbounded.</param>
public sealed class SupportSampler(ISampler inner, Func<Tensor, Tensor?> inSupport) : ISampler
{
    /// <summary>A smaller accepted share is an error.</summary>
    public const double SmallestShare = 1e-4;

    // With fewer samples the share is not known well enough to give up.
    private const long MinBeforeError = 100_000;
    private const int MaxRounds = 10_000;

    // Densities are divided by the share, whose relative error is √((1 − P) / (P n)) after n draws.
    private const long DrawsForShare = 10_000;
    private const long DrawsForShareOfEach = 1_000;
    private const long DrawsAtOnce = 1 << 18;

    /// <summary>What is said where hardly any sample lies there: how many of how many do.</summary>
    internal Func<long, long, string> Problem { get; init; } = (accepted, drawn) =>
        $"Only {accepted} of {drawn} samples lie in the prior's support. The flow has not learnt this posterior: train it longer, or check that it was trained "
            + "on this task and is given one of its observations.";

    /// <inheritdoc/>
    public DrawnSamples Draw(SampleRequest request) => request.Condition?.dim() == 2 ? DrawEach(request) : DrawAll(request);

    /// <summary>Draws until enough samples of the same density lie in the support.</summary>
    private DrawnSamples DrawAll(SampleRequest request)
    {
        using var scope = NewDisposeScope();
        var (values, logProbs, signs) = (new List<Tensor>(), new List<Tensor>(), new List<Tensor>());
        long accepted = 0;
        long drawn = 0;
        for (var round = 0; accepted < request.Count; round++)
        {
            var wanted = NextDraw(request.Count, accepted, drawn);
            using var batch = NewDisposeScope();
            var draw = inner.Draw(request with { Count = wanted, Seed = NamedSeed.Derive(request.Seed, "posterior", request.Stream, round) });
            var inside = inSupport(draw.Values)?.nonzero().squeeze(1);
            Tensor Accepted(Tensor rows) => (inside is null ? rows : rows.index_select(0, inside)).MoveToOuterDisposeScope();
            values.Add(Accepted(draw.Values));
            logProbs.AddRange(draw.LogProb is { } logProb ? [Accepted(logProb)] : Array.Empty<Tensor>());
            signs.AddRange(draw.Sign is { } sign ? [Accepted(sign)] : Array.Empty<Tensor>());
            drawn += wanted;
            accepted += values[^1].shape[0];
            if (drawn >= MinBeforeError && accepted < SmallestShare * drawn)
            {
                throw new DatasetException(Problem(accepted, drawn));
            }
        }

        if (request.LogProb && accepted < drawn && drawn < DrawsForShare)
        {
            using var batch = NewDisposeScope();
            var more = inner.Draw(
                request with { Count = DrawsForShare - drawn, LogProb = false, Seed = NamedSeed.Derive(request.Seed, "posterior/share", request.Stream) });
            (accepted, drawn) = (accepted + inSupport(more.Values)!.sum().item<long>(), DrawsForShare);
        }

        var share = (double)accepted / drawn;
        Tensor First(List<Tensor> parts) => cat([.. parts], 0).narrow(0, 0, request.Count);
        return new(First(values).MoveToOuterDisposeScope(), request.LogProb ? (First(logProbs) - Math.Log(share)).MoveToOuterDisposeScope() : null, share)
        {
            Sign = signs.Count == 0 ? null : First(signs).MoveToOuterDisposeScope(),
        };
    }

    /// <summary>Draws one sample for each condition, until each lies in the support.</summary>
    private DrawnSamples DrawEach(SampleRequest request)
    {
        using var scope = NewDisposeScope();
        var conditions = request.Condition!;
        if (conditions.shape[0] != request.Count)
        {
            throw new ArgumentException($"There are {conditions.shape[0]} conditions for {request.Count} samples: give one, or one for each sample.",
                nameof(request));
        }

        var (values, logProbs, signs) = ((Tensor?)null, request.LogProb ? zeros([request.Count], float64) : null, (Tensor?)null);
        var isBounded = false;
        var pending = arange(request.Count);
        var drawn = 0L;
        for (var round = 0; pending.shape[0] > 0; round++)
        {
            if (round == MaxRounds)
            {
                throw new DatasetException($"Row {pending[0].item<long>() + 1} of the conditions: none of {MaxRounds} samples lies in the prior's support. "
                    + "The flow has not learnt this posterior: train it longer, or check that the condition is one that the task's simulator can give.");
            }

            using var batch = NewDisposeScope();
            var draw = inner.Draw(request with
            {
                Count = pending.shape[0],
                Condition = conditions.index_select(0, pending),
                Seed = NamedSeed.Derive(request.Seed, "posterior/each", round),
            });
            drawn += draw.Values.shape[0];
            var support = inSupport(draw.Values);
            isBounded |= support is not null;
            var inside = support ?? ones(draw.Values.shape[0], dtype: ScalarType.Bool);
            values ??= zeros([request.Count, draw.Values.shape[1]], draw.Values.dtype).MoveToOuterDisposeScope();
            values[pending[inside]] = draw.Values[inside];
            if (logProbs is not null)
            {
                logProbs[pending[inside]] = draw.LogProb![inside];
            }

            if (draw.Sign is { } sign)
            {
                signs ??= zeros([request.Count], sign.dtype).MoveToOuterDisposeScope();
                signs[pending[inside]] = sign[inside];
            }

            pending = pending[inside.logical_not()].MoveToOuterDisposeScope();
        }

        values ??= inner.Draw(request).Values;
        if (logProbs is not null && isBounded)
        {
            logProbs = logProbs - ShareOfEach(request).log();
        }

        return new(values.MoveToOuterDisposeScope(), logProbs?.MoveToOuterDisposeScope(), drawn == 0 ? 1 : (double)request.Count / drawn)
        {
            Sign = signs?.MoveToOuterDisposeScope(),
        };
    }

    /// <summary>The accepted share of each condition, [N], float64, by draws of its own; one of them counts as accepted beforehand, since one was.</summary>
    private Tensor ShareOfEach(SampleRequest request)
    {
        var shares = new List<Tensor>();
        var rows = DrawsAtOnce / DrawsForShareOfEach;
        for (long first = 0; first < request.Count; first += rows)
        {
            using var batch = NewDisposeScope();
            var count = Math.Min(rows, request.Count - first);
            var conditions = request.Condition!.narrow(0, first, count).repeat_interleave(DrawsForShareOfEach, 0);
            var draw = inner.Draw(request with
            {
                Count = conditions.shape[0],
                Condition = conditions,
                LogProb = false,
                Seed = NamedSeed.Derive(request.Seed, "posterior/share-of-each", first),
            });
            var accepted = inSupport(draw.Values)!.reshape(count, DrawsForShareOfEach).sum(1).to(float64);
            shares.Add(((accepted + 1) / (DrawsForShareOfEach + 1)).MoveToOuterDisposeScope());
        }

        return cat([.. shares], 0);
    }

    /// <summary>As many as are probably needed, and some more; at most what a first draw or the error needs.</summary>
    private static long NextDraw(long count, long accepted, long drawn)
    {
        if (drawn == 0)
        {
            return count;
        }

        var share = Math.Max(accepted, 1) / (double)drawn;
        return (long)Math.Clamp(1.1 * (count - accepted) / share, 16, Math.Max(count, MinBeforeError));
    }
}
