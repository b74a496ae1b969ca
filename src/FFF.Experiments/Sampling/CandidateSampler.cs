using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Sampling;

/// <summary>Samples of a model, each the best of several.</summary>
/// <param name="model">The model.</param>
/// <param name="choice">How many are drawn for each, and which is kept.</param>
internal sealed class CandidateSampler(DensityModel model, CandidateChoice choice) : ISampler
{
    private const long DrawsAtOnce = 1 << 16;

    /// <inheritdoc/>
    public DrawnSamples Draw(SampleRequest request)
    {
        choice.RequireFits(model.Flow);
        using var scope = NewDisposeScope();
        var rows = Math.Max(1, DrawsAtOnce / choice.Candidates);
        var parts = new List<Tensor>();
        for (long first = 0; first < request.Count; first += rows)
        {
            parts.Add(Best(request, first, Math.Min(rows, request.Count - first)));
        }

        return new((parts.Count == 0 ? model.Sample(0, request.Condition, request.Seed) : cat([.. parts], 0)).MoveToOuterDisposeScope());
    }

    private Tensor Best(SampleRequest request, long first, long count)
    {
        using var scope = NewDisposeScope();
        var each = choice.Candidates;
        var condition = request.Condition?.dim() == 2
            ? request.Condition.narrow(0, first, count).repeat_interleave(each, 0)
            : request.Condition?.unsqueeze(0).expand(count * each, -1);
        var (x, score) = Scored(count * each, condition, NamedSeed.Derive(request.Seed, "candidates", first), request.Temperature);
        var best = score.nan_to_num(double.NegativeInfinity, double.NegativeInfinity, double.NegativeInfinity).view(count, each).argmax(1);
        return x.index_select(0, best + (arange(count) * each)).MoveToOuterDisposeScope();
    }

    /// <summary>Draws, and how good each is; larger is better.</summary>
    private (Tensor X, Tensor Score) Scored(long count, Tensor? condition, long seed, double temperature)
    {
        if (choice.By == CandidateCriterion.Density)
        {
            var drawn = model.SampleWithLogProb(count, condition, seed, temperature);
            return (drawn.X, drawn.LogProb);
        }

        var x = model.Sample(count, condition, seed, temperature);
        return (x, -model.Reconstruction(new Samples(x, condition)));
    }
}
