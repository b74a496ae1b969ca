namespace FFF.Datasets.Table;

/// <summary>Which columns of a table are learnt, and which are conditions.</summary>
/// <param name="Names">The names of the columns that are learnt, D of them.</param>
/// <param name="Indices">Where they are in the files.</param>
/// <param name="ConditionNames">The names of the conditions, C of them.</param>
/// <param name="ConditionIndices">Where they are.</param>
internal sealed record TableChoice(IReadOnlyList<string> Names, int[] Indices, IReadOnlyList<string> ConditionNames, int[] ConditionIndices)
{
    /// <summary>The columns that are learnt are those named, or all that are no conditions.</summary>
    /// <param name="request">Which are named.</param>
    /// <param name="files">The columns of each file, which are the same in all.</param>
    /// <exception cref="DatasetException">The columns are unknown, named twice, none, or others in another file.</exception>
    public static TableChoice Of(TableRequest request, IReadOnlyList<TableColumns> files)
    {
        foreach (var file in files.Skip(1).Where(file => !file.Names.SequenceEqual(files[0].Names)))
        {
            throw new DatasetException($"{file.Path}: has the columns {Listed(file)}, but {files[0].Path} has {Listed(files[0])}: "
                + "files that are one table have the same columns in the same order.");
        }

        var first = files[0];
        var conditionColumns = request.TakesOthers && request.ConditionColumns.Count == 0
            ? [.. first.Names.Except(ColumnPattern.Expand(request.Columns, first, request.ColumnsKey))]
            : ColumnPattern.Expand(request.ConditionColumns, first, request.ConditionColumnsKey);
        if (request.Columns.Count == 0 && files.Select(file => file.RowNumbers()).FirstOrDefault(name => name is not null) is { } index
            && !conditionColumns.Contains(index))
        {
            throw new DatasetException($"{first.Path}: the column '{index}' only counts the rows, as pandas writes its index. "
                + $"Write the table without it, by to_csv(file, index=False), or name the columns to be learnt in data.{request.ColumnsKey}.");
        }

        string[] columns = request.Columns.Count > 0
            ? [.. ColumnPattern.Expand(request.Columns, first, request.ColumnsKey)]
            : [.. first.Names.Except(conditionColumns)];
        RequireOnce(request.Name, columns, conditionColumns);
        foreach (var file in files.Skip(1))
        {
            _ = (file.IndicesOf(conditionColumns, request.ConditionColumnsKey), file.IndicesOf(columns, request.ColumnsKey));
        }

        var conditions = first.IndicesOf(conditionColumns, request.ConditionColumnsKey);
        return columns.Length > 0
            ? new(columns, first.IndicesOf(columns, request.ColumnsKey), conditionColumns, conditions)
            : throw new DatasetException($"{request.Name}: no column is left to learn, because all {first.Names.Count} of them are conditions.");
    }

    /// <summary>Throws where a column is named twice.</summary>
    /// <param name="table">What the table is called.</param>
    /// <param name="columns">Those that are learnt.</param>
    /// <param name="conditionColumns">Those that are conditions.</param>
    /// <exception cref="DatasetException">One is.</exception>
    public static void RequireOnce(string table, IReadOnlyList<string> columns, IReadOnlyList<string> conditionColumns)
    {
        var twice = columns.Concat(conditionColumns).GroupBy(name => name).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (twice is not null)
        {
            throw new DatasetException($"{table}: the column '{twice}' is named twice among columns and condition columns; "
                + "a column is either learnt or a condition, and only once.");
        }
    }

    private static string Listed(TableColumns file) =>
        file.AreNamed ? string.Join(", ", file.Names.Select(name => $"'{name}'")) : $"0 to {file.Names.Count - 1}";
}
