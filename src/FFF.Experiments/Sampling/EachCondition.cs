using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Sampling;

/// <summary>Draws as many samples for each of several conditions, those of a condition after each other.</summary>
/// <param name="inner">Draws those of one condition.</param>
public sealed class EachCondition(ISampler inner) : ISampler
{
    /// <summary>Draws them.</summary>
    /// <param name="request">How many of each; its conditions are several, [R, C].</param>
    /// <returns>R times as many, with the number of the row that each was drawn for.</returns>
    /// <exception cref="ArgumentException">The conditions are not several rows, or do not fit.</exception>
    public DrawnSamples Draw(SampleRequest request)
    {
        if (request.Condition is not { } conditions || conditions.dim() != 2)
        {
            throw new ArgumentException("Several conditions are needed, one a row.", nameof(request));
        }

        using var scope = NewDisposeScope();
        var drawn = Enumerable.Range(0, (int)conditions.shape[0]).Select(row => inner.Draw(request with
        {
            Condition = conditions[row],
            Seed = NamedSeed.Derive(request.Seed, "condition", row),
        })).ToList();
        Tensor? Joined(Func<DrawnSamples, Tensor?> part) =>
            part(drawn[0]) is null ? null : cat([.. drawn.Select(one => part(one)!)]).MoveToOuterDisposeScope();
        return new(Joined(one => one.Values)!, Joined(one => one.LogProb),
            drawn[0].AcceptedShare is null ? null : drawn.Count / drawn.Sum(one => 1 / one.AcceptedShare!.Value))
        {
            Sign = Joined(one => one.Sign),
            Row = arange(conditions.shape[0]).repeat_interleave(request.Count).MoveToOuterDisposeScope(),
        };
    }
}
