namespace FFF.Formats;

/// <summary>A row of numbers in place of a file: in order, such as 0.1,-0.2, or by name, such as a=0.1,b=-0.2.</summary>
internal static class NumbersText
{
    private const int MaxExample = 4;

    private static readonly string[] Examples = ["0.1", "-0.2", "0.3"];

    /// <summary>Whether a text that may also be the name of a file is a row of numbers.</summary>
    public static bool Is(string text) => !MatrixFile.IsKnown(text)
        && text.Split(',').All(part => PlainNumber.TryParse(part.AsSpan(part.LastIndexOf('=') + 1), out _));

    /// <summary>Reads the numbers. Those that have names are taken by them, in whatever order they are.</summary>
    /// <param name="option">The option that has them, for messages.</param>
    /// <param name="text">The text.</param>
    /// <param name="names">The names of the numbers that are needed; none where they have no names.</param>
    /// <param name="count">How many are needed. So many are not insisted on where they come in order: who takes them checks that.</param>
    /// <param name="whose">Whose they are, such as the conditions of this run.</param>
    /// <exception cref="FileReadException">The text is something else, or a name is missing or unknown.</exception>
    public static double[] Read(string option, string text, IReadOnlyList<string> names, int count, string whose)
    {
        var parts = text.Split(',');
        double NumberOf(string part) => PlainNumber.TryParse(part, out var number) && double.IsFinite(number)
            ? number
            : throw new FileReadException(option,
                $"expected a .npy or .csv file, or {NumberText.Counted(count, "number")} such as {Example(names, count)}; found '{text}'.");

        if (!parts.All(part => part.Contains('=', StringComparison.Ordinal)))
        {
            return [.. parts.Select(NumberOf)];
        }

        if (names.Count == 0)
        {
            throw new FileReadException(option,
                $"names numbers, but the names of {whose} are not known. "
                + $"Give the numbers in order, such as {Example(names, count)}; found '{text}'.");
        }

        var given = parts.Select(part => (Name: part[..part.LastIndexOf('=')].Trim(), Value: NumberOf(part[(part.LastIndexOf('=') + 1)..]))).ToList();
        if (given.GroupBy(pair => pair.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new FileReadException(option, $"'{twice.Key}' is given {twice.Count()} times.");
        }

        return [.. ColumnNames.Order(option, [.. given.Select(pair => pair.Name)], names, whose).Select(at => given[(int)at].Value)];
    }

    /// <summary>So many numbers, and where they have names the same by name.</summary>
    private static string Example(IReadOnlyList<string> names, int count)
    {
        var numbers = Enumerable.Range(0, count).Select(i => Examples[i % Examples.Length]).ToList();
        return numbers.Count > MaxExample ? "0.1,-0.2,..."
            : string.Join(',', numbers) + (names.Count == 0 ? "" : $" or {string.Join(',', names.Zip(numbers, (name, number) => $"{name}={number}"))}");
    }
}
