using FFF.Configuration;
using FFF.Flows.Matching;
using FFF.Flows.Molecules;
using FFF.Flows.Splines;
using FFF.Latents;
using FFF.Networks;
using FFF.Numerics;
using FFF.Randomness;
using FFF.Spaces;

namespace FFF.Flows;

/// <summary>A method, ready to be trained.</summary>
/// <param name="Flow">The conditional density.</param>
/// <param name="Objective">What training minimises on it.</param>
/// <param name="Settings">The settings that its networks are told beside the condition.</param>
public sealed record Method(Flow Flow, IObjective Objective, SettingConditions Settings);

/// <summary>Turns the description of a method into the method.</summary>
public static class MethodFactory
{
    /// <summary>The experiment's method in float32 on the CPU, with initial weights by the experiment's seed.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="space">What the data are points of.</param>
    /// <param name="conditions">C, 0 where there are none.</param>
    public static Method Create(Experiment experiment, Space space, int conditions)
    {
        using var random = NamedSeed.Stream(experiment.Seed, "weights");
        return experiment.Method switch
        {
            FreeFormMethod when space is MoleculeSpace molecules => Molecules(experiment, molecules, random),
            FreeFormMethod => FreeForm(experiment.Flow, experiment.Objective, space, conditions, random),
            SplineFlowMethod spline => Spline(new SplineFlow(spline, space.Dimension, conditions, random)),
            FlowMatchingMethod matching => Matching(matching, space.Dimension, conditions, random),
            _ => throw new InvalidOperationException($"Unknown kind of method: {experiment.Method.GetType()}"),
        };
    }

    private static Method FreeForm(FlowConfig config, ObjectiveConfig objective, Space space, int conditions, RandomStream random)
    {
        var settings = SettingConditions.Of(objective);
        var (encoder, decoder) = NetworkFactory.Pair(config.Network, space.Dimension, conditions + settings.Count, random, space.Nodes);
        var flow = new FreeFormFlow(encoder, decoder, LatentFactory.Create(config.Latent, space.Nodes), space.Dimension);
        return new(flow, new Objective(flow, objective), settings);
    }

    private static Method Molecules(Experiment experiment, MoleculeSpace shape, RandomStream random)
    {
        var settings = SettingConditions.Of(experiment.Objective);
        var (encoder, decoder) = NetworkFactory.Pair(experiment.Flow.Network, 0, settings.Count, random, shape.Nodes);
        var latent = new AtomCountNormal(shape);
        var atoms = new FreeFormFlow(encoder, decoder, latent.OfAtoms, shape.MostAtoms * shape.Nodes.Width);
        var flow = new MoleculeFlow(atoms, new Dequantizer(experiment.Flow.Dequantizer, shape, random), latent, shape);
        return new(flow, new MoleculeObjective(flow, new Objective(atoms, experiment.Objective)), settings);
    }

    private static Method Spline(SplineFlow flow) => new(flow, new SplineFlowObjective(flow), SettingConditions.None);

    private static Method Matching(FlowMatchingMethod config, int dimension, int conditions, RandomStream random)
    {
        var time = new TimeFeatures(config.TimeFrequencies);
        var velocity = NetworkFactory.Create(config.Network, dimension, conditions + time.Count, FlowSide.Encoder, random);
        var flow = new FlowMatching(velocity, time, dimension, new OdeTolerance(config.Tolerance, config.Tolerance));
        return new(flow, new FlowMatchingObjective(flow, new TimeDensity(config.TimeExponent)), SettingConditions.None);
    }
}
