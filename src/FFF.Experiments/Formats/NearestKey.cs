namespace FFF.Formats;

/// <summary>Finds what was probably meant: the candidate at the least edit distance.</summary>
internal static class NearestKey
{
    /// <summary>What was probably meant: the nearest of the candidates, ignoring case; the first of equals, and null where none is near.</summary>
    public static string? Of(string text, IEnumerable<string> candidates) =>
        InOrder(text, candidates.Where(candidate => IsNear(text, candidate))).FirstOrDefault();

    /// <summary>The same as a question that follows a sentence; empty where nothing is near.</summary>
    public static string Question(string text, IEnumerable<string> candidates) => Of(text, candidates) is { } near ? $" Did you mean '{near}'?" : "";

    /// <summary>The same as a question that follows within a sentence.</summary>
    public static string Clause(string text, IEnumerable<string> candidates) => Of(text, candidates) is { } near ? $"; did you mean '{near}'?" : "";

    /// <summary>The candidates, the nearest first, ignoring case; equals stay in their order.</summary>
    public static IEnumerable<string> InOrder(string text, IEnumerable<string> candidates) =>
        candidates.OrderBy(candidate => Distance(text.ToLowerInvariant(), candidate.ToLowerInvariant()));

    /// <summary>
    /// Whether slips of the fingers make one of the other, one edit or at most two in five characters, or the text is a part of the candidate.
    /// </summary>
    private static bool IsNear(string text, string candidate)
    {
        const int LeastPart = 3;
        var (longer, distance) = (Math.Max(text.Length, candidate.Length), Distance(text.ToLowerInvariant(), candidate.ToLowerInvariant()));
        return (distance < longer && distance <= Math.Max(1, 2 * longer / 5))
            || (text.Length >= LeastPart && candidate.Contains(text, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>
    /// The optimal string alignment distance (Damerau, 1964): the fewest insertions, deletions, substitutions and swaps
    /// of neighbours that turn one text into the other. Text beyond 100 characters only counts as so many insertions.
    /// </summary>
    private static int Distance(string from, string to)
    {
        const int Enough = 100;
        var rest = Math.Max(0, from.Length - Enough);
        from = from[..(from.Length - rest)];

        var d = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
        {
            for (var j = 0; j <= to.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    d[i, j] = i + j;
                    continue;
                }

                var replace = d[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(replace, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[from.Length, to.Length] + rest;
    }
}
