using FFF.Latents;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FFF.Flows.Ensembles;

/// <summary>
/// The mixture p(x | c) = (1/K) Σₖ pₖ(x | c) of K flows of one kind that start from different weights. Where the members disagree, the mixture is wider
/// than each.
/// </summary>
/// <remarks>Lakshminarayanan, Pritzel and Blundell, "Simple and Scalable Predictive Uncertainty Estimation using Deep Ensembles", NeurIPS 2017.</remarks>
internal sealed class EnsembleFlow : Flow, IExactDensity
{
    private readonly IReadOnlyList<Method> _members;

    /// <summary>Takes the members, whose flows become parts of it.</summary>
    /// <param name="members">K methods, each with a flow with an exact density of its samples.</param>
    /// <exception cref="ArgumentException">A flow has none.</exception>
    public EnsembleFlow(IReadOnlyList<Method> members)
        : base(nameof(EnsembleFlow))
    {
        if (members.FirstOrDefault(member => member.Flow is not IExactDensity) is { } other)
        {
            throw new ArgumentException($"{other.Flow.GetName()} has no exact log-density of its samples, so that none of a mixture can be told: "
                + "train it without training.ensemble.", nameof(members));
        }

        _members = members;
        Latent = new MemberLatent(members[0].Flow.Latent, members.Count);
        register_module("members", new ModuleList<Flow>([.. members.Select(member => member.Flow)]));
    }

    /// <summary>K.</summary>
    public int Count => _members.Count;

    /// <inheritdoc/>
    public override int Dimension => _members[0].Flow.Dimension;

    /// <inheritdoc/>
    public override ILatent Latent { get; }

    /// <summary>Refuses: each member has a code of its own for x.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Encode(Tensor x, Tensor? condition) =>
        throw new NotSupportedException("An ensemble has no codes: each of its members has codes of its own for the same row.");

    /// <summary>x = gₖ(z), [B, D], by the member k that each row names.</summary>
    /// <param name="z">[B, 1 + D], as <see cref="Latent"/> draws them.</param>
    /// <param name="condition">[B, C] or null.</param>
    /// <exception cref="ArgumentException">The latents name no member.</exception>
    public override Tensor Decode(Tensor z, Tensor? condition) =>
        ByMember(z, condition, (member, latents, c) => [member.Flow.Decode(latents, Told(member, c, latents))])[0];

    /// <summary>x = gₖ(z) and its log-density in the mixture: by the decoder that drew it, and by the encoders of all others.</summary>
    /// <inheritdoc/>
    public DecodedSamples DecodeWithLogProb(Tensor z, Tensor? condition)
    {
        using var noGradient = no_grad();
        var parts = ByMember(z, condition, (member, latents, c) =>
        {
            var drawn = ((IExactDensity)member.Flow).DecodeWithLogProb(latents, Told(member, c, latents));
            var others = _members.Where(other => other != member).Select(other => other.Flow.EncoderLogProb(drawn.X, Told(other, c, drawn.X))).ToList();
            var logProb = Mixed([drawn.LogProb, .. others.Select(other => other.LogProb)]);
            return Product([drawn.Sign, .. others.Select(other => other.Sign)]) is { } sign ? [drawn.X, logProb, sign] : [drawn.X, logProb];
        });
        return new(parts[0], parts[1]) { Sign = parts.Length > 2 ? parts[2] : null };
    }

    /// <summary>
    /// Log-likelihoods of the mixture, by all encoders and by all decoders; the mean of the members' reconstruction errors; the product of the signs of
    /// their determinants, which changes from row to row where one of them folds.
    /// </summary>
    /// <inheritdoc/>
    public override Likelihood LogLikelihood(Tensor x, Tensor? condition)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var each = _members.Select(member => member.Flow.LogLikelihood(x, Told(member, OneForAll(condition), x))).ToList();
        Tensor Kept(Tensor values) => values.MoveToOuterDisposeScope();
        return new(
            Kept(Mixed([.. each.Select(one => one.Encoder)])), Kept(Mixed([.. each.Select(one => one.Decoder)])),
            Kept(stack([.. each.Select(one => one.Reconstruction)], 0).mean([0])))
        {
            EncoderSign = Product([.. each.Select(one => one.EncoderSign)])?.MoveToOuterDisposeScope(),
            DecoderSign = Product([.. each.Select(one => one.DecoderSign)])?.MoveToOuterDisposeScope(),
        };
    }

    /// <inheritdoc/>
    internal override (Tensor LogProb, Tensor? Sign) EncoderLogProb(Tensor x, Tensor? condition)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var each = _members.Select(member => member.Flow.EncoderLogProb(x, Told(member, OneForAll(condition), x))).ToList();
        return (Mixed([.. each.Select(one => one.LogProb)]).MoveToOuterDisposeScope(),
            Product([.. each.Select(one => one.Sign)])?.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    internal override Tensor Reconstruction(Tensor x, Tensor? condition)
    {
        using var scope = NewDisposeScope();
        var each = _members.Select(member => member.Flow.Reconstruction(x, Told(member, OneForAll(condition), x)));
        return stack([.. each], 0).mean([0]).MoveToOuterDisposeScope();
    }

    private static Tensor? Told(Method member, Tensor? condition, Tensor like) => member.Settings.ForEvaluation(condition, like);

    /// <summary>[1, C] of one condition that stands for all rows, so that each member's summary of it is made once.</summary>
    private static Tensor? OneForAll(Tensor? condition) =>
        condition is not null && condition.shape[0] > 1 && condition.stride(0) == 0 ? condition.narrow(0, 0, 1) : condition;

    /// <summary>log (1/K) Σ exp, [B], float64.</summary>
    private static Tensor Mixed(IReadOnlyList<Tensor> logProbs) =>
        stack([.. logProbs.Select(values => values.to(float64))], 0).logsumexp(0) - Math.Log(logProbs.Count);

    private static Tensor? Product(IReadOnlyList<Tensor?> signs) =>
        signs.Any(sign => sign is null) ? null : signs.OfType<Tensor>().Aggregate((product, sign) => product * sign);

    /// <summary>What each member makes of its rows, in the rows' own order.</summary>
    private Tensor[] ByMember(Tensor z, Tensor? condition, Func<Method, Tensor, Tensor?, Tensor[]> work)
    {
        using var scope = NewDisposeScope();
        if (z.shape[^1] != 1 + Dimension)
        {
            throw new ArgumentException($"A latent of an ensemble has {1 + Dimension} numbers, the first of which is the member that decodes it; these have "
                + $"{z.shape[^1]}.", nameof(z));
        }

        var (of, latents) = MemberLatent.Split(z);
        condition = OneForAll(condition);
        var (order, results) = (new List<Tensor>(), new List<Tensor[]>());
        foreach (var (number, member) in _members.Index())
        {
            var rows = of.eq(number).nonzero().flatten();
            if (rows.shape[0] > 0 || (z.shape[0] == 0 && number == 0))
            {
                order.Add(rows);
                results.Add(work(member, latents.index_select(0, rows), condition is { } c && c.shape[0] == z.shape[0] ? c.index_select(0, rows) : condition));
            }
        }

        var back = cat([.. order], 0).argsort();
        return [.. Enumerable.Range(0, results[0].Length)
            .Select(part => cat([.. results.Select(result => result[part])], 0).index_select(0, back).MoveToOuterDisposeScope())];
    }
}
