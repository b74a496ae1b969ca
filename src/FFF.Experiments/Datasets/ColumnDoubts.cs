using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets;

/// <summary>
/// What in a table's training rows a flow cannot learn well, though nothing forbids it: columns that have few values, or follow from each other; and
/// conditions that tell nothing, as they follow from others.
/// </summary>
internal static class ColumnDoubts
{
    private const int MaxRows = 10_000;
    private const int MaxColumns = 200;
    private const int FewValues = 10;
    private const int FewestRows = 50;

    /// <summary>Among fewer rows for each column, one follows from the others by chance.</summary>
    private const int FewestRowsOfColumn = 10;
    private const int MostNames = 5;

    /// <summary>The share of a learnt column's variance that has to be its own.</summary>
    private const double SmallestRest = 1e-4;

    /// <summary>The same of conditions, which may tell little by themselves, but not nothing.</summary>
    private const double SmallestRestOfConditions = 1e-10;

    /// <summary>What should be known, a sentence for each kind.</summary>
    /// <param name="train">The training rows.</param>
    /// <param name="source">All rows, with the names of their columns.</param>
    public static IEnumerable<string> Of(IRows train, DataSource source) =>
        [.. OfData(train, source.Columns, source.Name), .. OfConditions(train, source.ConditionColumns, source.ConditionName ?? source.Name)];

    private static IEnumerable<string> OfConditions(IRows train, IReadOnlyList<string> columns, string name)
    {
        if (columns.Count == 0 || !CanTell(train, columns.Count) || columns.Count != train.ConditionDimension)
        {
            yield break;
        }

        using var scope = NewDisposeScope();
        var rows = train.Part(0, Math.Min(train.Count, MaxRows)).Condition!.to(float64);
        if (Dependent(rows, columns, SmallestRestOfConditions) is { } dependent)
        {
            yield return $"{name}: the condition column '{dependent.Column}' follows from {Named(dependent.From)} and tells nothing more. Leave it out.";
        }
    }

    private static IEnumerable<string> OfData(IRows train, IReadOnlyList<string> columns, string name)
    {
        if (!CanTell(train, columns.Count) || columns.Count != train.Dimension)
        {
            yield break;
        }

        using var scope = NewDisposeScope();
        var rows = train.Part(0, Math.Min(train.Count, MaxRows)).Data.to(float64);
        var few = columns.Index().Select(column => (column.Item, Values: Distinct(rows.select(1, column.Index))))
            .Where(column => column.Values <= FewValues).ToList();
        if (few.Count > 0)
        {
            yield return $"{name}: {Named(few.Select(column => column.Item))} {(few.Count == 1 ? $"has only {few[0].Values}" : "have few")} distinct values. "
                + "A flow learns a continuous density, so samples lie between them and the likelihood has no bound: "
                + "give such a column as a condition, or leave it out.";
        }

        if (Dependent(rows, columns, SmallestRest) is { } dependent)
        {
            yield return $"{name}: the column '{dependent.Column}' follows from {Named(dependent.From)}, so that the rows have no density in all columns, "
                + "and the networks fold. Leave it out.";
        }
    }

    private static bool CanTell(IRows train, int columns) => columns <= MaxColumns && train.Count >= Math.Max(FewestRows, FewestRowsOfColumn * columns);

    private static long Distinct(Tensor column) => column.unique(sorted: true).output.shape[0];

    /// <summary>The first column that is a linear function of those before it, but for such a share of its variance, and those that it takes.</summary>
    private static (string Column, IReadOnlyList<string> From)? Dependent(Tensor rows, IReadOnlyList<string> columns, double smallestRest)
    {
        var centred = rows - rows.mean([0]);
        var scaled = centred / centred.square().mean([0]).sqrt();
        var gram = scaled.t().mm(scaled) + 1e-10 * rows.shape[0] * eye(columns.Count, dtype: float64);
        for (var column = 1; column < columns.Count; column++)
        {
            var (before, own) = (scaled.narrow(1, 0, column), scaled.narrow(1, column, 1));
            var weights = linalg.solve(gram.narrow(0, 0, column).narrow(1, 0, column), gram.narrow(0, 0, column).narrow(1, column, 1));
            if ((own - before.mm(weights)).square().mean().item<double>() < smallestRest)
            {
                var from = columns.Take(column).Zip(weights.flatten().abs().data<double>().ToArray()).Where(pair => pair.Second > 1e-2)
                    .Select(pair => pair.First).ToList();
                return from.Count > 0 ? (columns[column], from) : null;
            }
        }

        return null;
    }

    private static string Named(IEnumerable<string> names)
    {
        var all = names.ToList();
        var shown = string.Join(", ", all.Take(MostNames).Select(name => $"'{name}'"));
        return all.Count > MostNames ? $"{shown} and {all.Count - MostNames} more" : shown;
    }
}
