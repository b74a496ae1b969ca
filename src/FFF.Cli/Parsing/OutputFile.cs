namespace FFF.Cli.Parsing;

/// <summary>Files that the user asks to be written, checked before anything is computed.</summary>
internal static class OutputFile
{
    /// <summary>The same path.</summary>
    /// <exception cref="CommandException">Its folder does not exist, or it is a folder itself.</exception>
    public static string? Check(string? path)
    {
        if (path is null)
        {
            return null;
        }

        if (Directory.Exists(path))
        {
            throw new CommandException(ExitCode.Usage, $"{path}: is a folder; name a file in it.");
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        return Directory.Exists(folder) ? path : throw new CommandException(ExitCode.Usage, $"{path}: there is no folder '{folder}'. Make it first, or choose another one.");
    }
}
