using FFF.Configuration;
using FFF.Datasets;
using FFF.Flows;
using FFF.Options;
using FFF.Spaces;
using FFF.Transforms;
using static TorchSharp.torch;

namespace FFF.Runs;

/// <summary>The model that an experiment describes.</summary>
public static class ExperimentModel
{
    /// <summary>A new model for these training samples, with initial weights by the experiment's seed.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="train">The training samples, in their own units.</param>
    /// <param name="device">Where the flow shall live.</param>
    public static DensityModel Create(Experiment experiment, IRows train, Device device) =>
        Create(experiment, train, ColumnScalings.Of(experiment.Data.Standardize.All, train.Dimension, train.ConditionDimension), device);

    /// <summary>The same for the training samples of a data set, with what the experiment says of its single columns.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="dataset">The data set.</param>
    /// <param name="device">Where the flow shall live.</param>
    public static DensityModel Create(Experiment experiment, Dataset dataset, Device device) => dataset.Scalings is { } scalings
        ? Create(experiment, dataset.Train, scalings, device)
        : Create(experiment, dataset.Train, device);

    private static DensityModel Create(Experiment experiment, IRows train, ColumnScalings scalings, Device device) =>
        DensityModel.Create((space, conditions) => Build(experiment, space, conditions), train, Alike(experiment, scalings), device);

    /// <summary>The scalings, with columns of conditions that are one quantity to the experiment's embedding scaled alike.</summary>
    private static ColumnScalings Alike(Experiment experiment, ColumnScalings scalings)
    {
        if (experiment.Method.ConditionsAlike(scalings.Condition.Count) is not { } period)
        {
            return scalings;
        }

        return scalings.Condition.Index().All(column => column.Item == scalings.Condition[column.Index % period])
            ? scalings with { ConditionsAlike = period }
            : throw new ConfigurationException([new Problem(Problem.Configuration, null, null, "data.standardize",
                $"expected conditions that method.{experiment.Method.EmbeddingKey} takes for one quantity, seen several times, to be scaled alike: "
                    + "name all of them, such as by x*, or none")]);
    }

    /// <summary>The model of an experiment with the weights of a checkpoint.</summary>
    /// <param name="experiment">The resolved experiment of the run.</param>
    /// <param name="tensors">What <see cref="DensityModel.Tensors"/> gave.</param>
    /// <param name="device">Where the flow shall live.</param>
    /// <exception cref="ArgumentException">The tensors belong to another experiment.</exception>
    public static DensityModel Load(Experiment experiment, IReadOnlyDictionary<string, Tensor> tensors, Device device) =>
        DensityModel.Restore((space, conditions) => Build(experiment, space, conditions), tensors, SpaceOf(experiment), device);

    /// <summary>The experiment's method, with initial weights by its seed.</summary>
    private static Method Build(Experiment experiment, Space space, int conditions)
    {
        try
        {
            return InitialWeights.Build(experiment.Method, experiment.Training.Ensemble, experiment.Seed, space, conditions);
        }
        catch (UnsuitableOptionsException e)
        {
            throw new ConfigurationException([new Problem(Problem.Configuration, null, null, $"method.{e.Key}", e.Message)]);
        }
    }

    /// <summary>The space of a benchmark task, which older runs did not keep; null where the checkpoint tells.</summary>
    private static Space? SpaceOf(Experiment experiment) => experiment.Data.Inference is null ? null : experiment.Data.Outline.Space;
}
