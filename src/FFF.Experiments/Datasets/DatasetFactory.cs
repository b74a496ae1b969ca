using FFF.Datasets.Particles;
using FFF.Randomness;
using FFF.Spaces;
using FFF.Transforms;
using static TorchSharp.torch;

namespace FFF.Datasets;

/// <summary>Makes a data set of what a configuration names: read or drawn, split, and checked.</summary>
public static class DatasetFactory
{
    /// <summary>
    /// Reads or draws the data and splits them by a random permutation: on the CPU, not standardised; tables in float64, all others in float32.
    /// </summary>
    /// <param name="config">Which data.</param>
    /// <param name="seed">The run's seed: the same seed gives the same data, split the same way.</param>
    /// <param name="warn">Is told what does no harm but should be known, such as a cache that cannot be written.</param>
    /// <param name="progress">Is told how far the drawing of particles has come, which can take minutes.</param>
    /// <param name="stop">Asks to stop, with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="DatasetException">
    /// The data cannot be read, are too few to be split, or have a column that is constant or that float32 cannot tell the values apart of.
    /// </exception>
    public static Dataset Create(
        DataConfig config, long seed, Action<string>? warn = null, IProgress<SamplingProgress>? progress = null, CancellationToken stop = default) =>
        Create(config, new(seed, warn, progress, stop));

    /// <summary>The same for one who asks for more.</summary>
    internal static Dataset Create(DataConfig config, DataRequest request) => Create(config, DataFileNote.Of(config), null, request);

    /// <summary>The same, of files that were looked at already.</summary>
    /// <param name="config">Which data.</param>
    /// <param name="files">The files as they are.</param>
    /// <param name="first">
    /// So many rows from the first on are split, and later ones left out: those that were split before rows were added; null for all.
    /// </param>
    /// <param name="request">Who asks.</param>
    /// <param name="opened">The data, where they were opened already, and stay their owner's.</param>
    internal static Dataset Create(DataConfig config, IReadOnlyList<DataFileNote> files, long? first, DataRequest request, DataSource? opened = null)
    {
        using var scope = NewDisposeScope();
        var source = opened ?? config.Open(request);
        var origin = DataNote.Of(files, source);
        if (first is { } kept && kept < source.Rows.Count)
        {
            source = source with { Rows = source.Rows.Subset(new PlainOrder(kept), 0, kept) };
        }

        if (OutOfBounds.Problem(source.Rows, source.Columns) is { } outside)
        {
            throw new DatasetException($"{source.Name}: {outside}");
        }

        using var random = NamedSeed.Stream(request.Seed, "data/split");
        var (split, order) = source.Published?.Of(source.Rows.Count, source.Name)
            ?? (source.Split ?? Split.Of(source.Rows.Count, config.ValidationFraction, source.TestFraction, source.Name), source.Rows.OrderOfSplit(random));
        var (train, validation, test) = split.Take(source.Rows, order);
        var space = source.Rows.Space.OfTraining(train);
        (train, validation, test) = (train.In(space), validation.In(space), test.In(space));

        // The first that sees all rows: those in files are checked on the way.
        var repeated = RepeatedRows.Of(train, validation, test);
        if (source.Columns.Count > 0)
        {
            RequireVariation(train.Moments(null), source.Columns, "column", source.Name);
        }

        var scalings = config.Standardize.Of(source) with { ConditionsAlike = request.ConditionsAlike(train.ConditionDimension) };
        if (train.ConditionMoments(null) is { } conditions)
        {
            RequireVariation(scalings.Alike?.Pooled(conditions) ?? conditions, source.ConditionColumns, "condition column", source.Name);
        }

        if (source.Columns.Count > 0 && FloatColumns.FirstProblem(train, scalings, "data.standardize") is var (isCondition, column, problem))
        {
            var (what, names) = isCondition ? ("condition column", source.ConditionColumns) : ("column", source.Columns);
            throw new DatasetException($"{source.Name}: the {what} '{names[column]}' {problem}");
        }

        foreach (var doubt in ScalingDoubts.Of(train, source, scalings).Concat(config.Doubts(train, source)))
        {
            request.Warn?.Invoke(doubt);
        }

        return new Dataset(source.Name, train.Kept(), validation.Kept(),
            split.Test == 0 ? null : test.Kept(), source.Task)
        {
            Columns = source.Columns,
            ConditionColumns = source.ConditionColumns,
            Correlation = source.Correlation,
            Origin = origin with { Repeated = repeated },
            Scalings = scalings,
            Places = source.IsSeries ? SplitPlaces.Of(split, order).Kept() : null,
            Energies = source.Energies?.clone().MoveToOuterDisposeScope(),
        };
    }

    private static void RequireVariation(ColumnMoments moments, IReadOnlyList<string> columns, string what, string name)
    {
        if (moments.Constant is { } index)
        {
            throw new DatasetException($"{name}: the {what} '{columns[index]}' has the same value in all {moments.Rows} training rows. "
                + "Leave this column out, or give data in which it varies.");
        }
    }
}
