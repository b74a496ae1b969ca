using FFF.Flows;
using FFF.Flows.Molecules;
using FFF.Latents;
using FFF.Networks;
using FFF.Options;
using FFF.Randomness;
using FFF.Spaces;

[assembly: Kind<MethodConfig, FreeFormMethod>("fff", Order = 1)]

namespace FFF.Flows;

/// <summary>A method, ready to be trained.</summary>
/// <param name="Flow">The conditional density.</param>
/// <param name="Objective">What training minimises on it.</param>
/// <param name="Settings">The settings that its networks are told beside the condition.</param>
public sealed record Method(Flow Flow, IObjective Objective, SettingConditions Settings);

/// <summary>What a method is built for.</summary>
/// <param name="Space">What the data are points of.</param>
/// <param name="Conditions">C, 0 where there are none.</param>
/// <param name="Flow">Encoder, decoder and latent density, for the free-form flow.</param>
/// <param name="Objective">The objective of the free-form flow.</param>
/// <param name="Random">Draws the initial weights.</param>
public sealed record MethodPlace(Space Space, int Conditions, FlowConfig Flow, ObjectiveConfig Objective, RandomStream Random);

/// <summary>What a training step is made on.</summary>
/// <param name="Space">What the data are points of.</param>
/// <param name="Conditions">C, 0 where there are none.</param>
/// <param name="Batch">Samples per step.</param>
/// <param name="Flow">Encoder, decoder and latent density, for the free-form flow.</param>
public sealed record StepPlace(Space Space, int Conditions, int Batch, FlowConfig Flow)
{
    /// <summary>What a sample costs.</summary>
    public NetworkCost Sample => NetworkCost.Of(Space, Conditions);
}

/// <summary>How the density is learnt: the free-form flow, or a method that it is compared with. Its name alone takes the defaults.</summary>
public abstract record MethodConfig
{
    /// <summary>Builds the method in float32 on the CPU.</summary>
    /// <exception cref="UnsuitableOptionsException">A network or latent density does not fit the data.</exception>
    public abstract Method Build(MethodPlace place);

    /// <summary>Whether the experiment's keys <c>flow</c> and <c>objective</c> describe it; a method has the rest of its settings in its own keys.</summary>
    public virtual bool UsesFlow => false;

    /// <summary>How large a training step is, by which <c>--device auto</c> judges; null where the method does not tell: it then stays on the CPU.</summary>
    /// <param name="place">What the step is made on.</param>
    public virtual StepCost? Cost(StepPlace place) => null;
}

/// <summary>The free-form flow, which the keys <c>flow</c> and <c>objective</c> describe.</summary>
public sealed record FreeFormMethod : MethodConfig
{
    /// <inheritdoc/>
    public override bool UsesFlow => true;

    /// <inheritdoc/>
    public override StepCost Cost(StepPlace place) =>
        StepCost.FreeForm(place.Flow.Network, place.Sample, place.Batch, place.Space is MoleculeSpace ? place.Flow.Dequantizer : null);

    /// <inheritdoc/>
    public override Method Build(MethodPlace place)
    {
        var settings = SettingConditions.Of(place.Objective);
        return place.Space is MoleculeSpace molecules ? OfMolecules(place, molecules, settings) : OfRows(place, settings);
    }

    private static Method OfRows(MethodPlace place, SettingConditions settings)
    {
        var (space, config) = (place.Space, place.Flow);
        var (encoder, decoder) = config.Network.Pair(new NetworkPlace(space.Dimension, place.Conditions + settings.Count, space.Nodes, place.Random));
        var flow = new FreeFormFlow(encoder, decoder, config.Latent.Build(space.Nodes), space.Dimension);
        return new(flow, new Objective(flow, place.Objective), settings);
    }

    private static Method OfMolecules(MethodPlace place, MoleculeSpace space, SettingConditions settings)
    {
        var (encoder, decoder) = place.Flow.Network.Pair(new NetworkPlace(0, settings.Count, space.Nodes, place.Random));
        var latent = new AtomCountNormal(space);
        var atoms = new FreeFormFlow(encoder, decoder, latent.OfAtoms, space.MostAtoms * space.Nodes.Width);
        var flow = new MoleculeFlow(atoms, new Dequantizer(place.Flow.Dequantizer, space, place.Random), latent, space);
        return new(flow, new MoleculeObjective(flow, new Objective(atoms, place.Objective)), settings);
    }
}
