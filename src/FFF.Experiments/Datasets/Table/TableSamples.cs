using FFF.Spaces;

namespace FFF.Datasets.Table;

/// <summary>The user's own table: which of its columns are learnt, and which are conditions.</summary>
/// <param name="Rows">The samples and conditions.</param>
/// <param name="Columns">The names of the columns that are learnt.</param>
/// <param name="ConditionColumns">The names of the columns that are conditions.</param>
internal sealed record TableSamples(Samples Rows, IReadOnlyList<string> Columns, IReadOnlyList<string> ConditionColumns)
{
    /// <summary>Reads the table. The columns that are learnt are those named, or all that are no conditions.</summary>
    /// <exception cref="DatasetException">The file cannot be read, or the columns are unknown, named twice, or none.</exception>
    public static TableSamples Read(TableData config)
    {
        var twice = config.Columns.Concat(config.ConditionColumns).GroupBy(name => name).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (twice is not null)
        {
            throw new DatasetException($"{config.Path}: the column '{twice}' is named twice among columns and condition columns; "
                + "a column is either learnt or a condition, and only once.");
        }

        var file = TableFile.Read(config.Path);
        if (config.Columns.Count == 0 && file.RowNumbers() is { } index && !config.ConditionColumns.Contains(index))
        {
            throw new DatasetException($"{config.Path}: the column '{index}' only counts the rows, as pandas writes its index. "
                + "Write the table without it, by to_csv(file, index=False), or name the columns to be learnt in data.columns.");
        }

        var conditions = config.ConditionColumns.Count == 0 ? null : file.Select(config.ConditionColumns, "condition_columns");
        string[] columns = config.Columns.Count > 0 ? [.. config.Columns] : [.. file.Columns.Except(config.ConditionColumns)];
        return columns.Length > 0
            ? new TableSamples(new Samples(file.Select(columns, "columns"), conditions), columns, config.ConditionColumns)
            : throw new DatasetException($"{config.Path}: no column is left to learn, because all {file.Columns.Count} of them are conditions.");
    }
}
