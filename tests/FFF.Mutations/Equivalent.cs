namespace FFF.Mutations;

/// <summary>
/// Changes that change nothing that a test could see, as somebody decided and said why: lines of "file :: line :: text :: change :: reason"
/// in equivalent.txt.
/// </summary>
internal sealed class Equivalent
{
    private const string Parts = "file :: line :: text :: change :: reason";

    private readonly Dictionary<(string File, string Source, string Text, string What), string> _reasons = [];

    /// <summary>Reads the list; empty lines and lines that start with # are skipped.</summary>
    /// <exception cref="InvalidDataException">A line has other parts.</exception>
    public static Equivalent Read(string file)
    {
        var list = new Equivalent();
        foreach (var line in File.ReadLines(file).Where(line => line.Trim() is not ("" or ['#', ..])))
        {
            if (line.Split(" :: ") is not [var path, var source, var text, var what, var reason])
            {
                throw new InvalidDataException($"{file}: expected '{Parts}', found '{line}'.");
            }

            list._reasons[(path, source, text, what)] = reason;
        }

        return list;
    }

    /// <summary>Why a change is equivalent; null if it is not listed.</summary>
    public string? Reason(Mutation mutation) => _reasons.GetValueOrDefault((mutation.File, mutation.Source, mutation.Text, mutation.What));
}
