using System.ComponentModel.DataAnnotations;
using FFF.Datasets;
using FFF.Datasets.Table;
using FFF.Native;
using FFF.Options;
using FFF.Spaces;
using static TorchSharp.torch;

[assembly: Kind<DataConfig, TableData>("table", Order = 3)]

namespace FFF.Datasets.Table;

/// <summary>The user's own table of numbers: .csv with a header row, also compressed (.gz, .bz2), or a two-dimensional .npy.</summary>
public sealed record TableData : DataConfig, IValidated
{
    /// <summary>The file; relative to the configuration file that names it.</summary>
    [MinLength(1)]
    [RelativeToFile]
    public required string Path { get; init; }

    /// <summary>The columns that are learnt, by name (.csv) or number from 0 (.npy); all that are no conditions if left out.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>The columns that are given as conditions.</summary>
    public IReadOnlyList<string> ConditionColumns { get; init; } = [];

    /// <summary>The share of the rows that is kept for the final test.</summary>
    [Range(0.0, 0.9)]
    public double TestFraction { get; init; } = 0.1;

    /// <inheritdoc/>
    IEnumerable<Rule> IValidated.Rules =>
        [Rule.Shares(nameof(ValidationFraction), nameof(TestFraction), () => (ValidationFraction, TestFraction))];

    /// <inheritdoc/>
    public override bool HasConditions => ConditionColumns.Count > 0;

    /// <inheritdoc/>
    public override IReadOnlyList<string> ConditionNames => ConditionColumns;

    /// <summary>By the columns that are named; the file is not read for this.</summary>
    /// <inheritdoc/>
    public override (Space Space, int Conditions) Outline => (new VectorSpace(Columns.Count == 0 ? TypicalColumns : Columns.Count), ConditionColumns.Count);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Files => [Path];

    /// <inheritdoc/>
    public override string Label => Path;

    /// <inheritdoc/>
    internal override IEnumerable<string> Doubts(Samples train, DataSource source) => ColumnDoubts.Of(train, source.Columns, source.Name);

    /// <inheritdoc/>
    internal override DataConfig WithColumns(IReadOnlyList<string> names) => this with { Columns = names };

    /// <summary>Reads the file, whose rows have to be counted.</summary>
    /// <inheritdoc/>
    public override void Check()
    {
        Libtorch.Load();
        using var scope = NewDisposeScope();
        _ = Split.Of(TableSamples.Read(this).Rows.Count, ValidationFraction, TestFraction, Path);
    }

    /// <inheritdoc/>
    public override DataSource Open(DataRequest request)
    {
        var table = TableSamples.Read(this);
        return new DataSource(Path, table.Rows, table.Columns, table.ConditionColumns, TestFraction);
    }
}
