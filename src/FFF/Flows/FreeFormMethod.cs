using FFF.Flows;
using FFF.Flows.Molecules;
using FFF.Latents;
using FFF.Networks;
using FFF.Networks.Embeddings;
using FFF.Options;
using FFF.Spaces;

[assembly: Kind<MethodConfig, FreeFormMethod>("fff", Order = 1)]

namespace FFF.Flows;

/// <summary>The free-form flow.</summary>
public sealed record FreeFormMethod : MethodConfig
{
    /// <summary>Encoder, decoder and latent density.</summary>
    public FlowConfig Flow { get; init; } = new();

    /// <summary>The training objective.</summary>
    public ObjectiveConfig Objective { get; init; } = new();

    /// <inheritdoc/>
    public override EmbeddingConfig? ConditionEmbedding => Flow.Embedding;

    /// <inheritdoc/>
    public override string EmbeddingKey => "flow.embedding";

    /// <inheritdoc/>
    internal override MethodConfig Architecture => this with { Objective = new() };

    /// <inheritdoc/>
    public override string Label => "free-form flow";

    /// <inheritdoc/>
    public override bool IsMeanFree => Flow.Latent is null or MeanFreeNormalLatent;

    /// <inheritdoc/>
    public override FreeFormMethod For(Space space) => this with
    {
        Flow = space is MoleculeSpace
            ? Flow with { Latent = null, Dequantizer = Flow.Dequantizer ?? new() }
            : Flow with { Latent = Flow.Latent ?? LatentConfig.DefaultFor(space), Dequantizer = null },
    };

    /// <inheritdoc/>
    public override IEnumerable<(string Property, string Problem)> Unused(Space space)
    {
        if (space is MoleculeSpace && Flow.Latent is not null)
        {
            yield return ($"{nameof(Flow)}.{nameof(Flow.Latent)}",
                "expected no latent density for molecules, which have one of their own for each number of atoms: leave the key out");
        }

        if (space is not MoleculeSpace && Flow.Dequantizer is not null)
        {
            yield return ($"{nameof(Flow)}.{nameof(Flow.Dequantizer)}", "expected a dequantizer for molecules only: leave the key out");
        }
    }

    /// <inheritdoc/>
    public override StepCost Cost(StepPlace place) => StepCost.FreeForm(
        Flow.Network, place.Sample, place.Batch, For(place.Space).Flow.Dequantizer,
        (Objective.Surrogate == SurrogateForm.Exact ? StepCost.ExactPasses(place.Space.DensityDimension) : StepCost.FreeFormPasses)
            + (Objective.Cycles?.Passes ?? 0));

    /// <inheritdoc/>
    public override Method Build(MethodPlace place)
    {
        RequireDimensions(place.Space);
        var (flow, settings) = (For(place.Space).Flow, SettingConditions.Of(Objective));
        try
        {
            if (place.Space.Nodes is not null && !flow.Network.KeepsMean)
            {
                throw new UnsuitableOptionsException("network",
                    $"expected a network for particles, such as egnn, for positions whose mean is zero, found the kind {Kinds.NameOf(flow.Network)}, "
                        + "which moves the mean");
            }

            return place.Space is MoleculeSpace molecules ? OfMolecules(place, flow, molecules, settings) : OfRows(place, flow, settings);
        }
        catch (UnsuitableOptionsException e)
        {
            throw e.Under("flow");
        }
    }

    private void RequireDimensions(Space space)
    {
        if (Objective.HutchinsonSamples > space.HutchinsonDimension)
        {
            throw new UnsuitableOptionsException("objective.hutchinson_samples",
                $"expected at most {space.HutchinsonDimension}, the dimensions of the data, found {Objective.HutchinsonSamples}; "
                + "more vectors cannot be orthogonal, and one is usually enough");
        }

        if (Objective.ExactProblem(space.DensityDimension) is { } problem)
        {
            throw new UnsuitableOptionsException(Objective.ExactEvery is null ? "objective.surrogate" : "objective.exact_every", problem);
        }
    }

    private Method OfRows(MethodPlace place, FlowConfig config, SettingConditions settings)
    {
        var space = place.Space;
        var (encoder, decoder) = config.Network.Pair(
            new NetworkPlace(space.TransformedDimension, place.Conditions + settings.Count, space.Nodes, place.Random));
        var flow = new FreeFormFlow(encoder, decoder, config.Latent!.Build(space.Nodes), space.TransformedDimension);
        return new(flow, new Objective(flow, Objective), settings);
    }

    private Method OfMolecules(MethodPlace place, FlowConfig config, MoleculeSpace space, SettingConditions settings)
    {
        var (encoder, decoder) = config.Network.Pair(new NetworkPlace(0, place.Conditions + settings.Count, space.Nodes, place.Random));
        var latent = new AtomCountNormal(space);
        var atoms = new FreeFormFlow(encoder, decoder, latent.OfAtoms, space.MaxAtoms * space.Nodes.Width);
        var flow = new MoleculeFlow(atoms, new Dequantizer(config.Dequantizer!, space, place.Random), latent, space);
        return new(flow, new MoleculeObjective(flow, new Objective(atoms, Objective)), settings);
    }
}
