using FFF.Configuration;
using FFF.Datasets.Molecules;
using FFF.Datasets.Particles;
using FFF.Datasets.Sbi;
using FFF.Datasets.Table;
using FFF.Datasets.Toy;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Datasets;

/// <summary>Turns the description of a data set into its tensors; a new kind is one line here.</summary>
public static class DatasetFactory
{
    /// <summary>Reads or draws the data and splits them by a random permutation: float32 on the CPU, not standardised.</summary>
    /// <param name="config">Which data.</param>
    /// <param name="seed">The run's seed: the same seed gives the same data, split the same way.</param>
    /// <param name="warn">Is told what does no harm but should be known, such as a cache that cannot be written.</param>
    /// <param name="progress">Is told how far the drawing of particles has come, which can take minutes.</param>
    /// <exception cref="DatasetException">The data cannot be read, are too few to be split, or have a constant column.</exception>
    public static Dataset Create(DataConfig config, long seed, Action<string>? warn = null, IProgress<SamplingProgress>? progress = null)
    {
        using var scope = NewDisposeScope();
        var source = config switch
        {
            ToyData toy => FromToy(toy, seed),
            SbiData sbi => FromSbi(sbi, seed, warn),
            TableData table => FromTable(table),
            ParticleData particles => FromParticles(particles, warn, progress),
            MoleculeData molecules => FromMolecules(molecules, warn),
            _ => throw new DatasetException($"There is no data set for a configuration of type {config.GetType().Name}."),
        };

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

        return new Dataset(source.Name, Keep(train), Keep(validation), split.Test == 0 ? null : Keep(test), source.Task)
        {
            Columns = source.Columns,
            ConditionColumns = source.ConditionColumns,
        };
    }

    /// <summary>Throws where the data are not there, or are too few to be split, as far as that is known without drawing any.</summary>
    /// <param name="config">Which data.</param>
    /// <exception cref="DatasetException">The data cannot be used.</exception>
    public static void Check(DataConfig config)
    {
        RemoteDataset.Require(config);
        (string Name, long? Rows, double Test) known = config switch
        {
            ToyData toy => (ToyNames.Of(toy.Distribution), toy.Samples, toy.TestFraction),
            SbiData sbi => ($"benchmark task {SbiTasks.Get(sbi.Task).Name}", sbi.Simulations, 0),
            TableData table => (table.Path, RowsOf(table), table.TestFraction),
            _ => default,
        };
        if (known.Rows is { } rows)
        {
            _ = Split.Of(rows, config.ValidationFraction, known.Test, known.Name);
        }
    }

    private static long RowsOf(TableData config)
    {
        using var scope = NewDisposeScope();
        return TableSamples.Read(config).Rows.Count;
    }

    private static Source FromToy(ToyData config, long seed)
    {
        using var random = NamedSeed.Stream(seed, "data/toy");
        Func<long, RandomStream, Samples> draw = config.Distribution switch
        {
            ToyDistribution.TwoMoons => TwoMoons.Draw,
            ToyDistribution.EightGaussians => EightGaussians.Draw,
            ToyDistribution.Pinwheel => Pinwheel.Draw,
            ToyDistribution.Checkerboard => Checkerboard.Draw,
            ToyDistribution.Rings => Rings.Draw,
            ToyDistribution.SwissRoll => SwissRoll.Draw,
            _ => throw new DatasetException($"There is no toy distribution {config.Distribution}."),
        };
        var rows = draw(config.Samples, random);
        var conditions = config.Conditional ? rows.Condition : null;
        return new Source(ToyNames.Of(config.Distribution), rows with { Condition = conditions }, ["x", "y"], Numbered("condition", conditions), config.TestFraction);
    }

    /// <summary>Parameters in their own units, and data as a flow is conditioned on them: <see cref="ISbiTask.ToCondition"/>.</summary>
    private static Source FromSbi(SbiData config, long seed, Action<string>? warn)
    {
        var task = SbiTasks.Get(config.Task);
        var (parameters, data) = config.Cache
            ? SimulationCache.OfUser(warn).Get(task, config.Simulations, seed)
            : Simulations.Draw(task, config.Simulations, seed);
        var rows = new Samples(parameters, task.ToCondition(data)) { Space = task.ParameterSpace };
        return new Source($"benchmark task {task.Name}", rows, Numbered("parameter", rows.Data), Numbered("condition", rows.Condition), 0, task);
    }

    private static Source FromTable(TableData config)
    {
        var table = TableSamples.Read(config);
        return new Source(config.Path, table.Rows, table.Columns, table.ConditionColumns, config.TestFraction);
    }

    private static Source FromParticles(ParticleData config, Action<string>? warn, IProgress<SamplingProgress>? progress)
    {
        var data = ParticlePositions.Of(config, warn, progress);
        return new Source(data.Name, new Samples(data.Positions, null) { Space = data.Shape }, data.Shape.Columns, [], config.TestFraction);
    }

    private static Source FromMolecules(MoleculeData config, Action<string>? warn)
    {
        var (name, rows) = MoleculeSamples.Of(config, warn);
        var split = config is { Source: MoleculeSource.Qm9, Samples: null } ? Qm9.SplitOf(rows.Count) : null;
        return new Source($"molecules of {name}", rows, [], [], config.TestFraction) { Split = split };
    }

    /// <summary>Names such as parameter_1, as the benchmark's files have them.</summary>
    private static string[] Numbered(string name, Tensor? values) =>
        values is null ? [] : [.. Enumerable.Range(1, (int)values.shape[1]).Select(i => $"{name}_{i}")];

    private static void RequireVariation(Tensor values, IReadOnlyList<string> columns, string what, string name)
    {
        if (ConstantColumn.FirstOrNull(values) is { } index)
        {
            throw new DatasetException($"{name}: the {what} '{columns[index]}' has the same value in all {values.shape[0]} training rows. Leave this column out, or give data in which it varies.");
        }
    }

    private static Samples Keep(Samples samples) =>
        samples with { Data = samples.Data.MoveToOuterDisposeScope(), Condition = samples.Condition?.MoveToOuterDisposeScope(), Group = samples.Group?.MoveToOuterDisposeScope() };

    /// <summary>Rows before they are split.</summary>
    private sealed record Source(
        string Name, Samples Rows, IReadOnlyList<string> Columns, IReadOnlyList<string> ConditionColumns, double TestFraction, ISbiTask? Task = null)
    {
        public Split? Split { get; init; }
    }
}
