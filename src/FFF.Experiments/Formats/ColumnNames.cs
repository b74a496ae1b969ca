using System.Globalization;

namespace FFF.Formats;

/// <summary>The names of a table's columns, by which they are taken whatever their order.</summary>
internal static class ColumnNames
{
    private const int MaxListed = 10;

    /// <summary>The names but those at these places, in their order.</summary>
    public static IReadOnlyList<string> Without(IReadOnlyList<string> names, IReadOnlySet<int> places) =>
        [.. names.Index().Where(name => !places.Contains(name.Index)).Select(name => name.Item)];

    /// <summary>What is wrong with these names, if anything.</summary>
    public static string? Problem(IReadOnlyList<string> names)
    {
        if (names.Count == 0)
        {
            return "a column has no name.";
        }

        if (names.Index().Where(name => string.IsNullOrWhiteSpace(name.Item)).Select(name => (int?)name.Index).FirstOrDefault() is { } nameless)
        {
            var cause = nameless == 0 && names.Count > 1 ? ": pandas and R write their row numbers so. "
                    + "Write the table without them, by to_csv(file, index=False) or write.csv(table, file, row.names = FALSE)."
                : nameless == names.Count - 1 ? ": is there a comma too many at the end of the lines?"
                : ".";
            return $"a column has no name, number {nameless + 1} of {names.Count}{cause}";
        }

        if (names.All(name => double.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out _)))
        {
            var isPandas = names.Index().All(name => name.Item == name.Index.ToString(CultureInfo.InvariantCulture));
            var remedy = isPandas
                ? " If these are the numbers that pandas gives to columns without names, name them: table.add_prefix('column_').to_csv(file, index=False)."
                : "";
            return $"holds numbers; a header row with the columns' names is needed first.{remedy}";
        }

        return names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? $"the column '{twice.Key}' is there {twice.Count()} times; names must differ."
            : null;
    }

    /// <summary>A name as it may be written in a table: a number, as columns of a .npy have it, is written column_0.</summary>
    public static string Written(string name) => name.Length > 0 && name.All(char.IsAsciiDigit) ? $"column_{name}" : name;

    /// <summary>Where the expected columns are among those found.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="found">The file's columns.</param>
    /// <param name="expected">Those that are needed, in their order.</param>
    /// <param name="whose">Whose they are, such as the conditions of the run.</param>
    /// <exception cref="FileReadException">A column is missing or unknown.</exception>
    public static long[] Order(string path, IReadOnlyList<string> found, IReadOnlyList<string> expected, string whose)
    {
        string[] names = [.. found.Select(Written)];
        string[] needed = [.. expected.Select(Written)];
        var (missing, unknown) = (needed.Except(names).ToList(), names.Except(needed).ToList());
        if (missing.Count > 0 || unknown.Count > 0)
        {
            string[] problems =
            [
                .. missing.Count > 0 ? [$"lacks {List(missing)}"] : Array.Empty<string>(),
                .. unknown.Count > 0 ? [$"has {List(unknown)}, which {(unknown.Count == 1 ? "is none" : "are none")} of them"] : Array.Empty<string>(),
            ];
            throw new FileReadException(path, $"{string.Join(" and ", problems)}: {whose} {(expected.Count == 1 ? "is" : "are")} {List(needed)}, in any order. "
                + "Name the columns so and leave out others, or save numbers in that order as .npy, without names.");
        }

        return [.. needed.Select(name => (long)Array.IndexOf(names, name))];
    }

    private static string List(IReadOnlyCollection<string> names) =>
        string.Join(", ", names.Take(MaxListed).Select(name => $"'{name}'")) + (names.Count > MaxListed ? $" and {names.Count - MaxListed} more" : "");
}
