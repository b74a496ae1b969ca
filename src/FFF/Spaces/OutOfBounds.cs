using System.Globalization;
using static TorchSharp.torch;

namespace FFF.Spaces;

/// <summary>Rows that lie outside of their space.</summary>
internal static class OutOfBounds
{
    private const int MostNamed = 5;

    /// <summary>What is wrong, naming the first rows; null where all lie inside.</summary>
    /// <param name="rows">All rows, in their order.</param>
    /// <param name="columns">The columns' names; their numbers serve where there are none.</param>
    public static string? Problem(IRows rows, IReadOnlyList<string> columns)
    {
        // Spaces without bounds say so of any row.
        using (var first = rows.Part(0, Math.Min(1, rows.Count)).Data)
        using (var isBounded = rows.Space.Contains(first))
        {
            if (isBounded is null)
            {
                return null;
            }
        }

        var (seen, found) = (0L, new SortedDictionary<int, (long Count, List<long> Rows)>());
        rows.Visit(part =>
        {
            using var scope = NewDisposeScope();
            var outside = rows.Space.Contains(part.Data)!.logical_not().cpu();
            var counts = outside.sum(0, type: int64).data<long>().ToArray();
            foreach (var (column, more) in counts.Index().Where(column => column.Item > 0))
            {
                var (count, named) = found.GetValueOrDefault(column, (0, []));
                var places = outside.select(1, column).nonzero().flatten();
                named.AddRange(places.narrow(0, 0, Math.Min(more, MostNamed - named.Count)).data<long>().Select(row => seen + row));
                found[column] = (count + more, named);
            }

            seen += part.Count;
        });
        return found.Count == 0 ? null : Told(rows.Space, columns, found.First());
    }

    private static string Told(Space space, IReadOnlyList<string> columns, KeyValuePair<int, (long Count, List<long> Rows)> first)
    {
        var (column, (count, rows)) = first;
        var name = columns.Count > column ? $"'{columns[column]}'" : column.ToString(CultureInfo.InvariantCulture);
        var places = string.Join(", ", rows.Select(row => row.ToString(CultureInfo.InvariantCulture)));
        return string.Create(CultureInfo.InvariantCulture,
            $"the column {name} lies outside of its bounds ({space.BoundsOf(column)}) in {count} {(count == 1 ? "row" : "rows")}, number "
            + $"{places}{(count > rows.Count ? " and so on" : "")} (counted from 0, without a header). Remove the rows, or mend the bounds.");
    }
}
