using System.Globalization;
using FFF.Configuration.Yaml;

namespace FFF.Configuration;

/// <summary>Which of a benchmark task's ten observations are meant: numbers and ranges, such as 1-10 or 1,3,5-7.</summary>
internal static class ObservationList
{
    /// <summary>How many observations a task of the benchmark has; they are numbered from 1.</summary>
    public const int Count = 10;

    /// <summary>The number of the first.</summary>
    public const int First = 1;

    /// <summary>The numbers in ascending order, each once.</summary>
    /// <exception cref="FormatException">The text is no such list, a number lies outside 1 to 10, or a range runs backwards.</exception>
    public static IReadOnlyList<int> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var numbers = new SortedSet<int>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var ends = part.Split('-', 2, StringSplitOptions.TrimEntries);
            var first = Number(ends[0], text);
            var last = Number(ends[^1], text);
            if (last < first)
            {
                throw Wrong(text);
            }

            numbers.UnionWith(Enumerable.Range(first, last - first + 1));
        }

        return [.. numbers];
    }

    /// <summary>Such as observation 3, observations 1-10 or observations 1,3,5.</summary>
    /// <param name="numbers">At least one, in ascending order.</param>
    public static string Words(IReadOnlyList<int> numbers) =>
        numbers.Count == 1 ? $"observation {numbers[0]}"
        : numbers[^1] - numbers[0] == numbers.Count - 1 ? $"observations {numbers[0]}-{numbers[^1]}"
        : $"observations {string.Join(',', numbers)}";

    private static int Number(string digits, string text) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= Count
            ? number
            : throw Wrong(text);

    private static FormatException Wrong(string text) =>
        new($"expected observations from 1 to {Count} such as 1-10 or 1,3,5, found '{Quoted.Bare(text)}'");
}
