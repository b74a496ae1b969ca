namespace FFF.Datasets.Table;

/// <summary>Which columns of which files are asked for as one table.</summary>
/// <param name="Name">What the table is called in messages.</param>
/// <param name="Paths">Its files; the rows of each follow those of the one before.</param>
/// <param name="Columns">The columns that are learnt, as <see cref="ColumnPattern"/> reads them; all that are no conditions if empty.</param>
/// <param name="ConditionColumns">The columns that are conditions, in the same way.</param>
internal sealed record TableRequest(string Name, IReadOnlyList<string> Paths, IReadOnlyList<string> Columns, IReadOnlyList<string> ConditionColumns)
{
    /// <summary>Whether the rows are kept in memory; null where their number tells.</summary>
    public bool? InMemory { get; init; }

    /// <summary>Rows that are shuffled together; null for single rows.</summary>
    public int? ShuffleBlock { get; init; }

    /// <summary>Whether columns that are not asked for are conditions where none of those is named; else they are left out.</summary>
    public bool TakesOthers { get; init; }

    /// <summary>The key of the configuration that names a file.</summary>
    public Func<string, string> KeyOfFile { get; init; } = _ => "path";

    /// <summary>The key of the configuration that names the columns that are learnt.</summary>
    public string ColumnsKey { get; init; } = "columns";

    /// <summary>The key that names the conditions.</summary>
    public string ConditionColumnsKey { get; init; } = "condition_columns";
}
