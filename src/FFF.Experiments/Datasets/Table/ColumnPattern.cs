using System.Globalization;
using System.IO.Enumeration;
using System.Text.RegularExpressions;
using FFF.Options;

namespace FFF.Datasets.Table;

/// <summary>
/// How columns are named in configurations: by a name, by a name with * or ? for all that it fits, or by a range such as 0-4 of their places in the
/// file, from 0 on and both ends included. What is a column's own name means that column, whatever it looks like.
/// </summary>
internal static partial class ColumnPattern
{
    /// <summary>The names that are meant, in the order in which they are asked for; those of a pattern in the order of the file.</summary>
    /// <param name="wanted">Names, patterns and ranges.</param>
    /// <param name="file">The file's columns.</param>
    /// <param name="key">The key of the configuration that has them.</param>
    /// <exception cref="DatasetException">Nothing fits a pattern, or a range goes beyond the columns.</exception>
    public static IReadOnlyList<string> Expand(IReadOnlyList<string> wanted, TableColumns file, string key) =>
        [.. wanted.SelectMany(text => file.Names.Contains(text) || !IsPattern(text) ? [text] : Matching(text, file, key))];

    /// <summary>What each column is given, where values are keyed by names, patterns and ranges.</summary>
    /// <param name="given">The values.</param>
    /// <param name="file">The file's columns.</param>
    /// <param name="key">The key of the configuration that has them.</param>
    /// <exception cref="DatasetException">There is no such column, or one is given a second value.</exception>
    public static IEnumerable<(int Column, T Value)> Each<T>(IEnumerable<Keyed<T>> given, TableColumns file, string key)
    {
        var seen = new HashSet<int>();
        foreach (var (name, value) in given)
        {
            foreach (var column in file.IndicesOf(Expand([name], file, key), key))
            {
                yield return seen.Add(column)
                    ? (column, value)
                    : throw new DatasetException($"{file.Path}: '{name}' gives the column '{file.Names[column]}' a second time in data.{key}.") { Key = key };
            }
        }
    }

    /// <summary>Whether a text can mean several columns.</summary>
    public static bool IsPattern(string text) => text.AsSpan().IndexOfAny('*', '?') >= 0 || RangeOf(text) is not null;

    /// <summary>How many columns are meant, as far as that can be told without the file; null where it cannot.</summary>
    public static int? Count(IReadOnlyList<string> wanted) => wanted.Aggregate((int?)0,
        (sum, text) => sum + (RangeOf(text) is var (first, last) ? Math.Max(0, last - first + 1) : IsPattern(text) ? null : 1));

    private static IReadOnlyList<string> Matching(string text, TableColumns file, string key)
    {
        if (RangeOf(text) is var (first, last))
        {
            return first <= last && last < file.Names.Count
                ? [.. file.Names.Skip(first).Take(last - first + 1)]
                : throw new DatasetException($"{file.Path}: the columns '{text}' are not there: the file has the columns 0 to {file.Names.Count - 1}, "
                    + "and a range goes from the smaller number to the larger one.")
                {
                    Key = key,
                };
        }

        string[] found = [.. file.Names.Where(name => FileSystemName.MatchesSimpleExpression(text, name, ignoreCase: false))];
        return found.Length > 0 ? found : throw file.Missing($"no column fits '{text}'.", key);
    }

    private static (int First, int Last)? RangeOf(string text) =>
        Range().Match(text) is { Success: true } match
        && int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
        && int.TryParse(match.Groups[2].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            ? (first, last)
            : null;

    [GeneratedRegex(@"^([0-9]+)-([0-9]+)$")]
    private static partial Regex Range();
}
