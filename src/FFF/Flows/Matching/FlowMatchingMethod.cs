using System.ComponentModel.DataAnnotations;
using FFF.Flows;
using FFF.Flows.Matching;
using FFF.Networks;
using FFF.Networks.Embeddings;
using FFF.Numerics;
using FFF.Options;

[assembly: Kind<MethodConfig, FlowMatchingMethod>("flow-matching", Order = 3)]

namespace FFF.Flows.Matching;

/// <summary>
/// Flow matching: a velocity v(x, t) carries normal latents at t = 0 to data at t = 1, and is trained on straight paths
/// between the two. Sampling and likelihoods solve a differential equation.
/// </summary>
public sealed record FlowMatchingMethod : MethodConfig
{
    /// <summary>The velocity's network, given x, the condition and the time's features.</summary>
    public NetworkConfig Network { get; init; } = new DenseOptions { Widths = [256, 256, 256] };

    /// <summary>The time t in [0, 1] is given to the network as t, sin πkt and cos πkt for k from 1 to this number.</summary>
    [Range(0, 1000)]
    public int TimeFrequencies { get; init; } = 4;

    /// <summary>α of the density (1 + α) tᵅ that training draws times from: 0 is uniform, more is more often close to the data.</summary>
    [Range(-0.99, 100.0)]
    public double TimeExponent { get; init; }

    /// <summary>The largest error per step, relative and absolute, in solving the differential equation on standardised data.</summary>
    [Range(1e-7, 0.1)]
    public double Tolerance { get; init; } = 1e-5;

    /// <summary>
    /// The network that conditions go through first, trained together with the flow; the flow is told conditions as they are if left out.
    /// </summary>
    public EmbeddingConfig? Embedding { get; init; }

    /// <inheritdoc/>
    internal override MethodConfig Architecture => this with { Tolerance = new FlowMatchingMethod().Tolerance };

    /// <inheritdoc/>
    public override EmbeddingConfig? ConditionEmbedding => Embedding;

    /// <inheritdoc/>
    public override StepCost Cost(StepPlace place) => StepCost.Plain(
        Network.MultiplyAdds(place.Sample with { Conditions = place.Conditions + new TimeFeatures(TimeFrequencies).Count }),
        Network.Layers * StepCost.PlainLaunches,
        place.Batch);

    /// <inheritdoc/>
    public override Method Build(MethodPlace place)
    {
        var (time, dimension) = (new TimeFeatures(TimeFrequencies), place.Space.TransformedDimension);
        var velocity = Network.BuildEncoder(new NetworkPlace(dimension, place.Conditions + time.Count, null, place.Random));
        var flow = new FlowMatching(velocity, time, dimension, new OdeTolerance(Tolerance, Tolerance));
        return new(flow, new FlowMatchingObjective(flow, new TimeDensity(TimeExponent)), SettingConditions.None);
    }
}
