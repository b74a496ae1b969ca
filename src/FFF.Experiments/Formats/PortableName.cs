namespace FFF.Formats;

/// <summary>Names of files and folders that every system takes, so that what is made on one can be copied to another.</summary>
internal static class PortableName
{
    private const string Reserved = "<>:\"/\\|?*";

    /// <summary>Windows opens these devices whatever the folder and whatever the extension.</summary>
    private static readonly HashSet<string> Devices = new(
        [
            "con", "prn", "aux", "nul", "conin$", "conout$",
            .. from kind in (string[])["com", "lpt"] from number in "0123456789¹²³" select kind + number,
        ], StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether Windows would open a device in place of a file of this name: <c>con</c>, <c>NUL.txt</c>, <c>com1.tar.gz</c>.</summary>
    public static bool IsDevice(string name) => Devices.Contains(Stem(name));

    /// <summary>Why Windows would not make a file of this name, as a sentence that follows the name; null where it would.</summary>
    /// <param name="name">The name, without folders.</param>
    public static string? Problem(string name) =>
        IsDevice(name) ? $"Windows keeps the name '{Stem(name)}' for a device, with any ending. Choose another one."
        : name.Any(char.IsControl) ? "a name on Windows cannot hold control characters. Choose another one."
        : name.IndexOfAny(Reserved.ToCharArray()) is >= 0 and var at ? $"a name on Windows cannot hold '{name[at]}'. Choose another one."
        : name.EndsWith(' ') || name.EndsWith('.') ? "a name on Windows cannot end with a space or a full stop. Choose another one."
        : null;

    /// <summary>What Windows compares with its devices.</summary>
    private static string Stem(string name) => name.Split('.', ':')[0].TrimEnd(' ');
}
