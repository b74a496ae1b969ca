using FFF.Datasets.Table;
using FFF.Options;
using FFF.Transforms;

namespace FFF.Datasets;

/// <summary>How columns are scaled before a flow is given them; one word alone stands for all columns.</summary>
[Shorthand(null, nameof(All))]
public sealed record Standardization
{
    /// <summary>How all columns are scaled that are not named.</summary>
    public Scaling All { get; init; }

    /// <summary>How single columns are scaled, learnt ones and conditions, by names or names with * or ?.</summary>
    [KeysAre("names of columns")]
    public IReadOnlyList<Keyed<Scaling>> Columns { get; init; } = [];

    /// <summary>By mean and deviation, or not at all.</summary>
    public static implicit operator Standardization(bool isOn) => FromBoolean(isOn);

    /// <summary>By mean and deviation, or not at all.</summary>
    public static Standardization FromBoolean(bool isOn) => new() { All = isOn ? Scaling.Standard : Scaling.None };

    /// <summary>How each column is scaled.</summary>
    /// <param name="source">The rows, with the names of their columns.</param>
    /// <exception cref="DatasetException">There is no such column, or one is named twice.</exception>
    internal ColumnScalings Of(DataSource source)
    {
        var (data, condition) = (Enumerable.Repeat(All, source.Rows.Dimension).ToArray(), Enumerable.Repeat(All, source.Rows.ConditionDimension).ToArray());
        var file = new TableColumns(source.Name, [.. source.Columns, .. source.ConditionColumns], AreNamed: true);
        if (Columns.Count > 0 && (source.Columns.Count != data.Length || source.ConditionColumns.Count != condition.Length))
        {
            throw new DatasetException($"{source.Name}: the columns have no names, so that none can be standardised for itself.") { Key = "standardize" };
        }

        foreach (var (column, scaling) in ColumnPattern.Each(Columns, file, "standardize"))
        {
            (column < data.Length ? data : condition)[column < data.Length ? column : column - data.Length] = scaling;
        }

        return new(data, condition);
    }
}
