using FFF.Datasets.Particles;
using FFF.Randomness;
using FFF.Transforms;
using static TorchSharp.torch;

namespace FFF.Datasets;

/// <summary>Makes a data set of what a configuration names: read or drawn, split, and checked.</summary>
public static class DatasetFactory
{
    /// <summary>Reads or draws the data and splits them by a random permutation: float32 on the CPU, not standardised.</summary>
    /// <param name="config">Which data.</param>
    /// <param name="seed">The run's seed: the same seed gives the same data, split the same way.</param>
    /// <param name="warn">Is told what does no harm but should be known, such as a cache that cannot be written.</param>
    /// <param name="progress">Is told how far the drawing of particles has come, which can take minutes.</param>
    /// <param name="stop">Asks to stop, with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="DatasetException">The data cannot be read, are too few to be split, or have a constant column.</exception>
    public static Dataset Create(
        DataConfig config, long seed, Action<string>? warn = null, IProgress<SamplingProgress>? progress = null, CancellationToken stop = default)
    {
        using var scope = NewDisposeScope();
        var source = config.Open(new(seed, warn, progress, stop));
        var split = source.Split ?? Split.Of(source.Rows.Count, config.ValidationFraction, source.TestFraction, source.Name);
        using var random = NamedSeed.Stream(seed, "data/split");
        var (train, validation, test) = split.Draw(source.Rows, random);
        var space = source.Rows.Space.OfTraining(train.Group);
        (train, validation, test) = (train with { Space = space }, validation with { Space = space }, test with { Space = space });
        if (source.Columns.Count > 0)
        {
            RequireVariation(train.Data, source.Columns, "column", source.Name);
        }

        if (train.Condition is { } condition)
        {
            RequireVariation(condition, source.ConditionColumns, "condition column", source.Name);
        }

        return new Dataset(source.Name, train.MoveToOuterDisposeScope(), validation.MoveToOuterDisposeScope(), split.Test == 0 ? null : test.MoveToOuterDisposeScope(), source.Task)
        {
            Columns = source.Columns,
            ConditionColumns = source.ConditionColumns,
            Correlation = source.Correlation,
        };
    }

    private static void RequireVariation(Tensor values, IReadOnlyList<string> columns, string what, string name)
    {
        if (ConstantColumn.FirstOrNull(values) is { } index)
        {
            throw new DatasetException($"{name}: the {what} '{columns[index]}' has the same value in all {values.shape[0]} training rows. Leave this column out, or give data in which it varies.");
        }
    }
}
