using FFF.Networks;
using FFF.Networks.Embeddings;
using FFF.Options;
using FFF.Randomness;
using FFF.Spaces;

namespace FFF.Flows;

/// <summary>A method, ready to be trained.</summary>
/// <param name="Flow">The conditional density.</param>
/// <param name="Objective">What training minimises on it.</param>
/// <param name="Settings">The settings that its networks are told beside the condition.</param>
public sealed record Method(Flow Flow, IObjective Objective, SettingConditions Settings);

/// <summary>What a method is built for.</summary>
/// <param name="Space">What the data are points of.</param>
/// <param name="Conditions">C, 0 where there are none.</param>
/// <param name="Random">Draws the initial weights.</param>
public sealed record MethodPlace(Space Space, int Conditions, RandomStream Random);

/// <summary>What a training step is made on.</summary>
/// <param name="Space">What the data are points of.</param>
/// <param name="Conditions">C, 0 where there are none.</param>
/// <param name="Batch">Samples per step.</param>
public sealed record StepPlace(Space Space, int Conditions, int Batch)
{
    /// <summary>What a sample costs.</summary>
    public NetworkCost Sample => NetworkCost.Of(Space, Conditions);
}

/// <summary>How the density is learnt: the free-form flow, or a method that it is compared with. Its name alone keeps what is set of it elsewhere.</summary>
[NameKeepsKeys]
public abstract record MethodConfig
{
    /// <summary>The network that conditions go through first; null where networks are told conditions as they are.</summary>
    public virtual EmbeddingConfig? ConditionEmbedding => null;

    /// <summary>The key under which <see cref="ConditionEmbedding"/> stands.</summary>
    public virtual string EmbeddingKey => "embedding";

    /// <summary>Builds the method in float32 on the CPU. Its conditions are summaries where there is an <see cref="ConditionEmbedding"/>.</summary>
    /// <exception cref="UnsuitableOptionsException">A network or latent density does not fit the data.</exception>
    public abstract Method Build(MethodPlace place);

    /// <summary>The method with all that the data decide: see <see cref="ByDataAttribute"/>.</summary>
    /// <param name="space">What the data are points of.</param>
    public virtual MethodConfig For(Space space) => this;

    /// <summary>What weights are of: the method with the standard in place of what only training or evaluation go by.</summary>
    internal virtual MethodConfig Architecture => this;

    /// <summary>
    /// What is set although data of this space leave no choice: the path of the property, such as Flow.Latent, and why, in words that begin with "expected".
    /// </summary>
    /// <param name="space">What the data are points of.</param>
    public virtual IEnumerable<(string Property, string Problem)> Unused(Space space) => [];

    /// <summary>What the method's samples are called in pictures, such as spline flow.</summary>
    public virtual string Label => Kinds.NameOf(this).Replace('-', ' ');

    /// <summary>Whether it learns densities on the subspace of positions whose mean is zero, on which those over all of R^D are infinite.</summary>
    public virtual bool IsMeanFree => false;

    /// <summary>How large a training step is, by which <c>--device auto</c> judges; null where the method does not tell: it then stays on the CPU.</summary>
    /// <param name="place">What the step is made on.</param>
    public virtual StepCost? Cost(StepPlace place) => null;

    /// <summary>The period of conditions that are scaled alike; null where there is none, or they are no multiple of it, which building tells.</summary>
    /// <param name="conditions">C.</param>
    internal int? ConditionsAlike(int conditions) => ConditionEmbedding?.Period is { } period && conditions % period == 0 ? period : null;

    /// <summary>How large a training step is, with that of the network that conditions go through first.</summary>
    internal StepCost? CostWithEmbedding(StepPlace place) => ConditionEmbedding is not { } embedding
        ? Cost(place)
        : Cost(place with { Conditions = embedding.KnownOutputs ?? place.Conditions })?.Plus(
            StepCost.Plain(embedding.MultiplyAdds(place.Conditions), embedding.Layers * StepCost.PlainLaunches, place.Batch));
}
