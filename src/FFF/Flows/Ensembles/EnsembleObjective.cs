using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Flows.Ensembles;

/// <summary>
/// The objectives of all members of an ensemble on the same batch, each with draws of its own: their values' mean. The gradient is that of their sum, so
/// that each member's is what it would be alone.
/// </summary>
/// <param name="members">K objectives of one kind.</param>
internal sealed class EnsembleObjective(IReadOnlyList<IObjective> members) : IObjective
{
    /// <inheritdoc/>
    public double FinalBeta => members[0].FinalBeta;

    BetaController? IObjective.BetaController => members[0].BetaController;

    bool IObjective.IsOwn => members[0].IsOwn;

    bool IObjective.IsRecordable => members[0].IsRecordable;

    /// <inheritdoc/>
    public double? BetaAt(double progress) => members[0].BetaAt(progress);

    double IObjective.VarianceOf(Tensor data) => members[0].VarianceOf(data);

    /// <inheritdoc/>
    public Tensor?[] Draw(Batch batch, RunPoint point) =>
        [.. members.Index().SelectMany(member => member.Item.Draw(batch, point with { Seed = SeedOf(point.Seed, member.Index) }))];

    Tensor?[] IObjective.Part(Batch batch, Tensor?[] drawn, long start, long count) =>
        [.. members.Index().SelectMany(member => member.Item.Part(batch, [.. Of(drawn, member.Index)], start, count))];

    /// <inheritdoc/>
    public ObjectiveTerms Evaluate(Batch batch, ReadOnlySpan<Tensor?> drawn)
    {
        ObjectiveTerms? sum = null;
        foreach (var (number, member) in members.Index())
        {
            var terms = member.Evaluate(batch, Of(drawn, number));
            sum = sum is null ? terms : sum.Plus(terms);
        }

        var mean = sum!.Times(1.0 / members.Count);
        return mean with { Loss = (members.Count * mean.Loss) - ((members.Count - 1) * mean.Loss.detach()) };
    }

    /// <summary>The seed of a member: the first has that of the run, and is what the run without an ensemble would be.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="member">The member's number, from 0.</param>
    public static long SeedOf(long seed, int member) => member == 0 ? seed : NamedSeed.Derive(seed, "ensemble", member);

    private ReadOnlySpan<Tensor?> Of(ReadOnlySpan<Tensor?> drawn, int member)
    {
        var each = drawn.Length / members.Count;
        return drawn.Slice(member * each, each);
    }
}
