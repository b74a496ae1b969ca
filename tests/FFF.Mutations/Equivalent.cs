namespace FFF.Mutations;

/// <summary>Changes that change nothing that a test could see, as somebody decided and said why: lines of "file | text | change | reason" in equivalent.txt.</summary>
internal sealed class Equivalent
{
    private readonly Dictionary<(string File, string Text, string What), string> _reasons;

    private Equivalent(Dictionary<(string, string, string), string> reasons) => _reasons = reasons;

    /// <summary>Reads the list; empty lines and lines that start with # are skipped.</summary>
    /// <exception cref="InvalidDataException">A line has other than four parts.</exception>
    public static Equivalent Read(string file) => new(File.ReadLines(file).Where(line => line.Trim() is not ("" or ['#', ..])).Select(line => line.Split(" | "))
        .ToDictionary(parts => parts is [var path, var text, var what, _] ? (path.Trim(), text.Trim(), what.Trim())
            : throw new InvalidDataException($"{file}: expected 'file | text | change | reason', found '{string.Join(" | ", parts)}'."), parts => parts[3].Trim()));

    /// <summary>Why a change is equivalent; null if it is not listed.</summary>
    public string? Reason(Mutation mutation) => _reasons.GetValueOrDefault((mutation.File, mutation.Text, mutation.What));
}
