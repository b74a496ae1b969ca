using FFF.Formats;

namespace FFF.Cli.Parsing;

/// <summary>Files that the user asks to be written, checked before anything is computed.</summary>
internal static class OutputFile
{
    /// <summary>The same path.</summary>
    /// <exception cref="CommandException">Its folder does not exist, it is a folder itself, or it has a name that cannot be.</exception>
    public static string? Check(string? path)
    {
        if (path is null)
        {
            return null;
        }

        if (NameProblem(Path.GetFileName(path)) is { } problem)
        {
            throw new CommandException(ExitCode.Usage, $"{path}: {problem}");
        }

        if (Directory.Exists(path))
        {
            throw new CommandException(ExitCode.Usage, $"{path}: is a folder; name a file in it.");
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        return Directory.Exists(folder) ? path : throw new CommandException(ExitCode.Usage, $"{path}: there is no folder '{folder}'. Make it first, or choose another one.");
    }

    /// <summary>A device's name is refused on all systems: the file would vanish where it is copied. Windows alone takes other names amiss.</summary>
    private static string? NameProblem(string name) => OperatingSystem.IsWindows() || PortableName.IsDevice(name) ? PortableName.Problem(name) : null;
}
