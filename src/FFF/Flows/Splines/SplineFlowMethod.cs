using System.ComponentModel.DataAnnotations;
using FFF.Autodiff;
using FFF.Flows;
using FFF.Flows.Splines;
using FFF.Networks;
using FFF.Networks.Embeddings;
using FFF.Options;

[assembly: Kind<MethodConfig, SplineFlowMethod>("spline-flow", Order = 2)]

namespace FFF.Flows.Splines;

/// <summary>
/// A conditional neural spline flow, the density of neural posterior estimation (NPE): coupling layers of monotonic
/// rational-quadratic splines with linear layers between them. The defaults are those of the sbi package.
/// </summary>
public sealed record SplineFlowMethod : MethodConfig
{
    /// <summary>Assumed, not counted: a spline is some hundred operations on single numbers.</summary>
    private const double LaunchesPerSpline = 300;

    /// <summary>How many pairs of a spline coupling and a linear layer.</summary>
    [Range(1, 1000)]
    public int Transforms { get; init; } = 5;

    /// <summary>The widths of the hidden layers of the perceptron that gives a coupling's splines.</summary>
    [MinLength(1)]
    [Range(1, 1_000_000)]
    public IReadOnlyList<int> Widths { get; init; } = [50, 50];

    /// <summary>The activation between these layers.</summary>
    public ActivationKind Activation { get; init; } = ActivationKind.Relu;

    /// <summary>The bins of each spline.</summary>
    [Range(2, 100)]
    public int Bins { get; init; } = 10;

    /// <summary>The splines lie within ± this bound of standardised data; outside, they are the identity.</summary>
    [Range(1e-3, 1e6)]
    public double TailBound { get; init; } = 3;

    /// <summary>
    /// The network that conditions go through first, trained together with the flow; the flow is told conditions as they are if left out.
    /// </summary>
    public EmbeddingConfig? Embedding { get; init; }

    /// <inheritdoc/>
    public override EmbeddingConfig? ConditionEmbedding => Embedding;

    /// <inheritdoc/>
    public override StepCost Cost(StepPlace place)
    {
        var dimension = place.Space.TransformedDimension;
        return StepCost.Plain(Transforms * NetworkCost.MultiplyAdds([dimension + place.Conditions, .. Widths, dimension * 3 * Bins]),
            Transforms * LaunchesPerSpline, place.Batch);
    }

    /// <inheritdoc/>
    public override Method Build(MethodPlace place)
    {
        var flow = new SplineFlow(this, place.Space.TransformedDimension, place.Conditions, place.Random);
        return new(flow, new SplineFlowObjective(flow), SettingConditions.None);
    }
}
