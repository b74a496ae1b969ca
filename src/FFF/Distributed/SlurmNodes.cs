using System.Globalization;
using System.Text.RegularExpressions;

namespace FFF.Distributed;

/// <summary>How Slurm writes the nodes of a step, and the tasks on them.</summary>
internal static partial class SlurmNodes
{
    /// <summary>The names of a list such as <c>gpu[01-03,7],login</c>.</summary>
    public static IEnumerable<string> Expand(string list) => Split(list).SelectMany(One);

    /// <summary>The numbers of a list such as <c>4(x2),3</c>, which is 4, 4 and 3.</summary>
    public static IEnumerable<int> Tasks(string list) =>
        TaskPattern().Matches(list).SelectMany(match => Enumerable.Repeat(Number(match.Groups[1].Value),
            match.Groups[2].Success ? Number(match.Groups[2].Value) : 1));

    /// <summary>Parts between commas that are not in brackets.</summary>
    private static IEnumerable<string> Split(string list) => PartPattern().Matches(list).Select(match => match.Value);

    private static IEnumerable<string> One(string name)
    {
        var match = BracketPattern().Match(name);
        return match.Success
            ? match.Groups[2].Value.Split(',').SelectMany(Range).SelectMany(number => One($"{match.Groups[1].Value}{number}{match.Groups[3].Value}"))
            : [name];
    }

    private static IEnumerable<string> Range(string range)
    {
        if (range.Split('-') is not [var first, var last])
        {
            return [range];
        }

        // Leading zeros stay.
        var (from, to) = (Number(first), Number(last));
        return Enumerable.Range(from, Math.Max(0, to - from + 1)).Select(number => number.ToString(CultureInfo.InvariantCulture).PadLeft(first.Length, '0'));
    }

    private static int Number(string digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ProcessGroupException($"Slurm's list of nodes or tasks cannot be read: '{digits}' is no number.");

    [GeneratedRegex(@"(?:[^,\[]|\[[^\]]*\])+")]
    private static partial Regex PartPattern();

    [GeneratedRegex(@"^([^\[]*)\[([^\]]*)\](.*)$")]
    private static partial Regex BracketPattern();

    [GeneratedRegex(@"(\d+)(?:\(x(\d+)\))?")]
    private static partial Regex TaskPattern();
}
