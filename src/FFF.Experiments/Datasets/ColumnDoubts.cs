using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets;

/// <summary>
/// What in a table's training rows a flow cannot learn well, though nothing forbids it: columns that have few values, or whole numbers as counts are, or
/// follow from each other; and conditions that tell nothing, as they follow from others.
/// </summary>
internal static class ColumnDoubts
{
    private const int MaxRows = 10_000;
    private const int MaxColumns = 200;
    private const int FewValues = 10;
    private const int FewestRows = 50;

    /// <summary>Whole numbers are steps of a flow's density where each comes this often; amounts that hardly come twice are as good as continuous.</summary>
    private const int RepeatsOfCounts = 2;
    private const string NoDensity = "A flow learns a continuous density, so samples lie between them and the likelihood has no bound: ";

    /// <summary>Among fewer rows for each column, one follows from the others by chance.</summary>
    private const int FewestRowsOfColumn = 10;
    private const int MostNames = 5;

    /// <summary>Of a column of unit variance: less of it does not count as taken.</summary>
    private const double SmallestWeight = 1e-2;

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
        var dependent = Dependent(rows, columns, SmallestRestOfConditions);
        if (dependent.Count > 0)
        {
            var isOne = dependent is [{ Columns.Count: 1 }];
            yield return $"{name}: the condition {Following(dependent)} and {(isOne ? "tells" : "tell")} nothing more. Leave {(isOne ? "it" : "them")} out.";
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
        var values = columns.Index().Select(column => (Name: column.Item, Count: Distinct(rows.select(1, column.Index)),
            AreWhole: AreWhole(rows.select(1, column.Index)))).ToList();
        var few = values.Where(column => column.Count <= FewValues).ToList();
        if (few.Count > 0)
        {
            yield return $"{name}: {Named(few.Select(column => column.Name))} {(few.Count == 1 ? $"has only {few[0].Count}" : "have few")} distinct values. "
                + $"{NoDensity}give such a column as a condition, or leave it out.";
        }

        var counts = values.Where(column => column.Count > FewValues && column.AreWhole && RepeatsOfCounts * column.Count <= rows.shape[0]).ToList();
        if (counts.Count > 0)
        {
            yield return $"{name}: {Named(counts.Select(column => column.Name))} {(counts.Count == 1 ? "holds" : "hold")} whole numbers that come again and "
                + $"again, as counts do. {NoDensity}give such a column as a condition, or add to each of its numbers a uniform random one of [0, 1) before, "
                + "and round samples down.";
        }

        var dependent = Dependent(rows, columns, SmallestRest);
        if (dependent.Count > 0)
        {
            yield return $"{name}: the {Following(dependent)}, so that the rows have no density in all columns, and the networks fold. "
                + $"Leave {(dependent is [{ Columns.Count: 1 }] ? "it" : "them")} out.";
        }
    }

    private static bool CanTell(IRows train, int columns) => columns <= MaxColumns && train.Count >= Math.Max(FewestRows, FewestRowsOfColumn * columns);

    private static long Distinct(Tensor column) => column.unique(sorted: true).output.shape[0];

    private static bool AreWhole(Tensor column) => column.eq(column.round()).all().item<bool>();

    /// <summary>
    /// The columns that are linear functions of those before them, but for such a share of their variance, in groups that take the same ones: those that
    /// follow from one column are its multiples. No column follows from one that follows itself.
    /// </summary>
    private static List<(IReadOnlyList<string> Columns, IReadOnlyList<string> From)> Dependent(
        Tensor rows, IReadOnlyList<string> columns, double smallestRest)
    {
        var centred = rows - rows.mean([0]);
        var deviations = centred.square().mean([0]).sqrt();
        var varies = deviations.gt(0).data<bool>().ToArray();
        var scaled = centred / deviations;
        var gram = scaled.t().mm(scaled) + 1e-10 * rows.shape[0] * eye(columns.Count, dtype: float64);
        var (own, found) = (new List<long>(), new List<(string Column, IReadOnlyList<string> From)>());
        foreach (var column in Enumerable.Range(0, columns.Count).Where(column => varies[column]))
        {
            using var scope = NewDisposeScope();
            if (own.Count > 0)
            {
                var before = tensor(own.ToArray());
                var weights = linalg.solve(gram.index_select(0, before).index_select(1, before), gram.index_select(0, before).narrow(1, column, 1));
                var rest = scaled.narrow(1, column, 1) - scaled.index_select(1, before).mm(weights);
                if (rest.square().mean().item<double>() < smallestRest)
                {
                    found.Add((columns[column], [.. own.Zip(weights.flatten().abs().data<double>().ToArray()).Where(pair => pair.Second > SmallestWeight)
                        .Select(pair => columns[(int)pair.First])]));
                    continue;
                }
            }

            own.Add(column);
        }

        return [.. found.Where(one => one.From.Count > 0).GroupBy(one => string.Join('\n', one.From))
            .Select(group => ((IReadOnlyList<string>)[.. group.Select(one => one.Column)], group.First().From))];
    }

    /// <summary>Such as: column 'b' follows from 'a'; columns 'd', 'e' follow from 'c'.</summary>
    private static string Following(List<(IReadOnlyList<string> Columns, IReadOnlyList<string> From)> groups) => string.Join("; ", groups.Select(group =>
        (group.Columns.Count == 1 ? $"column {Named(group.Columns)} follows" : $"columns {Named(group.Columns)} follow") + $" from {Named(group.From)}"));

    private static string Named(IEnumerable<string> names)
    {
        var all = names.ToList();
        var shown = string.Join(", ", all.Take(MostNames).Select(name => $"'{name}'"));
        return all.Count > MostNames ? $"{shown} and {all.Count - MostNames} more" : shown;
    }
}
