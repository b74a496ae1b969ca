using System.ComponentModel.DataAnnotations;
using FFF.Datasets;
using FFF.Datasets.Table;
using FFF.Native;
using FFF.Options;
using FFF.Spaces;
using static TorchSharp.torch;

[assembly: Kind<DataConfig, TableData>("table", Order = 3)]

namespace FFF.Datasets.Table;

/// <summary>The user's own table of numbers: .csv with a header row, also compressed (.gz, .bz2), or a two-dimensional .npy, of any size.</summary>
public sealed record TableData : DataConfig, IValidated
{
    /// <summary>
    /// The file; relative to the configuration file that names it. A name with * or ? stands for all files that it fits, which are one table, in the order
    /// of their names, character by character.
    /// </summary>
    [MinLength(1)]
    [RelativeToFile]
    public required string Path { get; init; }

    /// <summary>More files, whose rows follow those of the path in this order; their columns are the same.</summary>
    [RelativeToFile]
    public IReadOnlyList<string> Append { get; init; } = [];

    /// <summary>
    /// The columns that are learnt: by name (.csv), by number from 0 (.npy), by a range such as 0-4 of their places from 0, or by a name with * or ? for
    /// all that it fits; all that are no conditions if left out.
    /// </summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>The columns that are given as conditions, in the same way.</summary>
    public IReadOnlyList<string> ConditionColumns { get; init; } = [];

    /// <summary>
    /// What columns that are learnt lie between, by names or names with * or ?: <c>{load: {above: 0}, share: {bounds: [0, 1]}}</c>. They are learnt through
    /// a transform that no sample can leave the bounds by.
    /// </summary>
    [KeysAre("names of columns")]
    public IReadOnlyList<Keyed<ColumnPrior>> Bounds { get; init; } = [];

    /// <summary>The share of the rows that is kept for the final test.</summary>
    [Range(0.0, 0.9)]
    public double TestFraction { get; init; } = 0.1;

    /// <summary>
    /// Whether the rows are kept in memory. If not, they stay in their files, batches are read from there, and text and archives are converted into the
    /// user's cache once; the numbers are the same. Tables of more than 33,554,432 numbers stay in their files if left out.
    /// </summary>
    public bool? InMemory { get; init; }

    /// <summary>
    /// Rows that lie together and are read together from a slow disk: in place of single rows, blocks of so many are put in random order, and the rows of
    /// 256 blocks at a time are mixed. Whole blocks serve for training, validation or test. Single rows if left out.
    /// </summary>
    [Range(2, 1_000_000)]
    public int? ShuffleBlock { get; init; }

    /// <inheritdoc/>
    IEnumerable<Rule> IValidated.Rules =>
        [Rule.Shares(nameof(ValidationFraction), nameof(TestFraction), () => (ValidationFraction, TestFraction))];

    /// <inheritdoc/>
    public override bool HasConditions => ConditionColumns.Count > 0;

    /// <inheritdoc/>
    public override IReadOnlyList<string> ConditionNames => ConditionColumns.Any(ColumnPattern.IsPattern) ? [] : ConditionColumns;

    /// <summary>By the columns that are named; the file is not read for this.</summary>
    /// <inheritdoc/>
    public override (Space Space, int Conditions) Outline =>
        (new VectorSpace(ColumnPattern.Count(Columns) is > 0 and var columns ? columns : TypicalColumns),
            ColumnPattern.Count(ConditionColumns) ?? TypicalColumns);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Files => TableFiles.Of([Path, .. Append]);

    /// <inheritdoc/>
    internal override string KeyOfFile(string path) => TableFiles.Of(Path).Contains(path) ? "path" : "append";

    /// <inheritdoc/>
    public override string Label => Path;

    /// <inheritdoc/>
    internal override IEnumerable<string> Doubts(IRows train, DataSource source) => ColumnDoubts.Of(train, source);

    /// <inheritdoc/>
    internal override DataConfig WithColumns(IReadOnlyList<string> names) => this with { Columns = names };

    /// <summary>Reads the files, whose rows have to be counted; of those that stay where they are, the headers.</summary>
    /// <inheritdoc/>
    public override void Check()
    {
        Libtorch.Load();
        using var scope = NewDisposeScope();
        _ = Split.Of(TableSamples.Read(Request, new(0)).Rows.Count, ValidationFraction, TestFraction, Path);
    }

    /// <inheritdoc/>
    public override DataSource Open(DataRequest request)
    {
        var table = TableSamples.Read(Request, request);
        var rows = table.Rows.In(ColumnPrior.SpaceOf(Bounds, table.Columns, Path, "bounds"));
        return new DataSource(Path, rows, table.Columns, table.ConditionColumns, TestFraction) { IsOrderComputed = table.IsOrderComputed };
    }

    private TableRequest Request => new(Path, Files, Columns, ConditionColumns) { InMemory = InMemory, ShuffleBlock = ShuffleBlock, KeyOfFile = KeyOfFile };
}
