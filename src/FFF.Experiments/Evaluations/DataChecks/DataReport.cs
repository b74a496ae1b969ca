using FFF.Datasets;
using FFF.Datasets.Particles;
using FFF.Evaluation.Boltzmann;
using FFF.Evaluation.Conformations;
using FFF.Spaces;
using static FFF.Formats.NumberText;
using static TorchSharp.torch;

namespace FFF.Evaluations.DataChecks;

/// <summary>What one must know of data before a likelihood on them is believed.</summary>
/// <param name="Data">What they are called.</param>
/// <param name="Rows">N.</param>
/// <param name="Training">How many are trained on.</param>
/// <param name="Validation">How many are held out for validation.</param>
/// <param name="Test">How many are held out for the test.</param>
/// <param name="Distinct">How many rows differ from each other.</param>
/// <param name="LikeTheOneBefore">How many rows are equal to the one before them: chains that keep rejected moves write such files.</param>
/// <param name="EffectiveRows">What the rows are worth in the order of the file: as many as they are where no column shows that neighbours are alike, else by
/// the one that changes most slowly; null where they are too few to tell.</param>
/// <param name="Columns">The columns of vectors, or of what describes particles.</param>
/// <param name="Virial">⟨x·∇U⟩ and what it should be, (N − 1)·d; null where no energy with forces is known.</param>
/// <param name="Shared">How many rows of another file are among these; null where none was given.</param>
/// <param name="Doubts">What speaks against learning from them, a sentence each; empty where nothing does.</param>
internal sealed record DataReport(
    string Data, long Rows, long Training, long Validation, long Test, long Distinct, long LikeTheOneBefore, double? EffectiveRows,
    IReadOnlyList<CheckedColumn> Columns, CheckedVirial? Virial, RepeatedShare? Shared, IReadOnlyList<string> Doubts)
{
    /// <summary>Files may be larger than memory: so many rows are looked at, from the first on.</summary>
    private const long MostRows = 1L << 20;

    private const double LargestRepeatedShare = 0.01;
    private const double SmallestEffectiveShare = 0.5;
    private const int FewestForCorrelation = 100;
    private const double LargestNumber = 1e18;

    /// <summary>Looks at the data of an experiment.</summary>
    /// <param name="config">The data.</param>
    /// <param name="against">Other data, whose rows are looked for among these; null for none.</param>
    /// <param name="seed">The seed by which an experiment would split them.</param>
    /// <param name="stop">Asks to stop.</param>
    /// <exception cref="DatasetException">They cannot be read, or not be learnt.</exception>
    public static DataReport Of(DataConfig config, DataConfig? against, long seed, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        var doubts = new List<string>();
        var request = new DataRequest(seed, doubts.Add, Stop: stop);
        var source = config.Open(request);
        var dataset = DatasetFactory.Create(config, [], null, request, source);
        var count = Math.Min(source.Rows.Count, MostRows);
        var rows = source.Rows.Part(0, count);
        var values = rows.Condition is { } condition ? cat([rows.Data.to(float64), condition.to(float64)], 1) : rows.Data;
        var (distinct, still) = (RepeatedRows.Distinct(values), LikeBefore(values));
        var series = Series(config, source, values);
        var effective = config.Files.Count > 0 && count >= FewestForCorrelation && series.Count > 0
            ? RowsInOrder.EffectiveRows([.. series.Select(column => column.Values)])
            : double.NaN;
        if (distinct < (1 - LargestRepeatedShare) * count && config is not ParticleData)
        {
            doubts.Add($"{source.Name}: {Count(distinct)} of {Counted(count, "row")} are distinct: likelihoods on rows that are held out reward what is "
                + "learnt by heart.");
        }

        if (source.Rows.Count < FewestForCorrelation)
        {
            doubts.Add($"{source.Name}: {Counted(source.Rows.Count, "row")} are too few to tell anything, of the data as of a flow.");
        }

        string[] large = [.. series.Where(column => !column.Values.All(value => Math.Abs(value) < LargestNumber)).Select(column => $"'{column.Name}'")];
        if (large.Length > 0)
        {
            doubts.Add($"{source.Name}: {string.Join(", ", large)}: numbers are beyond 1e18, whose squares single precision does not hold. "
                + "Take another unit, or logarithms.");
        }

        if (effective < SmallestEffectiveShare * count)
        {
            doubts.Add($"{source.Name}: neighbours in the file are alike, so that its {Counted(count, "row")} are worth {Count((long)effective)}: rows that "
                + "are held out at "
                + "random are close to rows that are trained on. Hold out a part of the file that is one piece, by a file of its own, or thin the chain.");
        }

        doubts.AddRange(dataset.DoubtsOf(HeldOut.OfTest).Concat(dataset.DoubtsOf(HeldOut.OfValidation)).Distinct());
        var shared = against is null ? null : SharedOf(source, against.Open(new(seed, Stop: stop)));
        if (shared is { Repeated: > 0 })
        {
            doubts.Add($"{shared.Words("other")} are in {source.Name}, number for number.");
        }

        return new(source.Name, source.Rows.Count, dataset.Train.Count, dataset.Validation.Count, dataset.Test?.Count ?? 0, distinct, still,
            double.IsNaN(effective) ? null : effective, [.. series.Select(column => CheckedColumn.Of(column.Name, column.Values))],
            CheckedVirial.Of(config, source, rows.Data), shared, doubts);
    }

    /// <summary>It for people.</summary>
    public ResultTable Table()
    {
        List<TablePart> parts =
        [
            new NamedValues(
            [
                ("rows", $"{Count(Rows)} of {Data}: {Count(Training)} for training, {Count(Validation)} for validation, {Count(Test)} for the test"),
                ("distinct", $"{Count(Distinct)}; {Count(LikeTheOneBefore)} are equal to the row before them"),
                ("in order", EffectiveRows switch
                {
                    null => "not told by data that are drawn, or by so few",
                    { } effective when effective >= Math.Min(Rows, MostRows) => "independent as far as neighbours tell: no column changes slowly",
                    { } effective => $"worth about {Count((long)effective)} independent rows, by the column that changes most slowly",
                }),
                .. Virial is { } virial
                    ? [("virial", $"{Fixed(virial.Mean.Value, 2)} ± {Fixed(virial.Mean.StandardError, 2)}, and "
                        + $"{Count(virial.Expected)} for samples of the energy")]
                    : Array.Empty<(string, string)>(),
                .. Shared is { } shared ? [("of the other file", $"{Count(shared.Repeated)} of {Count(shared.Rows)} rows are among these")]
                    : Array.Empty<(string, string)>(),
            ]),
        ];
        if (Columns.Count > 0)
        {
            parts.Add(new TextLine());
            parts.Add(new ColumnTable(
                [new("column", IsText: true), new("mean"), new("deviation"), new("least"), new("median"), new("greatest"), new("distinct"), new("far out")],
                [.. Columns.Select(column => (IReadOnlyList<string>)[column.Name, Number(column.Mean), Number(column.Deviation, 3), Number(column.Least),
                    Number(column.Median), Number(column.Greatest), Count(column.Distinct), Count(column.FarOut)])]));
        }

        return new([.. parts]);
    }

    /// <summary>What is looked at along the file: the columns, or what describes particles whatever their orientation.</summary>
    private static List<(string Name, double[] Values)> Series(DataConfig config, DataSource source, Tensor values)
    {
        if (source.Rows.Space is MeanFreePositions shape)
        {
            var x = values.to(float64);
            var series = new List<(string, double[])>
            {
                ("gyration radius", Numbers(InternalCoordinates.GyrationRadius(x.reshape(-1, shape.Particles, shape.Dimensions)))),
            };
            if (config is ParticleData particles && ParticleSystems.Of(particles, shape) is { } energy)
            {
                series.Add(("energy, in kT", Numbers(energy.Energy(x))));
            }

            return series;
        }

        string[] names = [.. source.Columns, .. source.ConditionColumns];
        return names.Length == values.shape[1] ? [.. names.Select((name, i) => (name, Numbers(values.select(1, i))))] : [];
    }

    private static double[] Numbers(Tensor column) => column.to(float64).cpu().contiguous().data<double>().ToArray();

    private static long LikeBefore(Tensor values) =>
        values.shape[0] < 2 ? 0 : values.narrow(0, 1, values.shape[0] - 1).eq(values.narrow(0, 0, values.shape[0] - 1)).all(1).sum().item<long>();

    private static RepeatedShare SharedOf(DataSource source, DataSource other)
    {
        if (other.Rows.Dimension != source.Rows.Dimension || other.Rows.ConditionDimension != source.Rows.ConditionDimension)
        {
            throw new DatasetException($"{other.Name}: has rows of {other.Rows.Dimension + other.Rows.ConditionDimension} numbers, but those of "
                + $"{source.Name} have "
                + $"{source.Rows.Dimension + source.Rows.ConditionDimension}, so that none can be the same.");
        }

        return RepeatedRows.Of(source.Rows, other.Rows, other.Rows)?.Test ?? new(0, other.Rows.Count);
    }
}

/// <summary>A column of data.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Mean">Its mean.</param>
/// <param name="Deviation">Its standard deviation.</param>
/// <param name="Least">Its smallest number.</param>
/// <param name="Median">Its median.</param>
/// <param name="Greatest">Its largest number.</param>
/// <param name="Distinct">How many of its numbers differ.</param>
/// <param name="FarOut">How many are more than ten interquartile ranges from the median.</param>
internal sealed record CheckedColumn(
    string Name, double Mean, double Deviation, double Least, double Median, double Greatest, long Distinct, long FarOut)
{
    private const double Ranges = 10;

    /// <summary>Of its values.</summary>
    public static CheckedColumn Of(string name, double[] values)
    {
        double[] sorted = [.. values.Order()];
        double Quantile(double share) => sorted[(int)(share * (sorted.Length - 1))];
        var (median, range, mean) = (Quantile(0.5), Quantile(0.75) - Quantile(0.25), values.Average());
        return new(name, mean, Math.Sqrt(values.Average(value => (value - mean) * (value - mean))), sorted[0], median, sorted[^1],
            values.Distinct().LongCount(), range > 0 ? values.LongCount(value => Math.Abs(value - median) > Ranges * range) : 0);
    }
}

/// <summary>⟨x·∇U⟩ of positions.</summary>
/// <param name="Mean">The mean, and its error by the rows that differ.</param>
/// <param name="Expected">(N − 1)·d, what it is for samples of the energy.</param>
internal sealed record CheckedVirial(MeanEstimate Mean, int Expected)
{
    /// <summary>Of the data; null where no energy with forces is known.</summary>
    public static CheckedVirial? Of(DataConfig config, DataSource source, Tensor positions)
    {
        if (config is not ParticleData particles || source.Rows.Space is not MeanFreePositions shape
            || ParticleSystems.Of(particles, shape) is not IParticleSystem system)
        {
            return null;
        }

        var virial = PositionsVirial.Of(system, positions);
        return new(virial.Mean, virial.Dimension);
    }
}
