using System.CommandLine;
using FFF.Formats;
using FFF.Runs;

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
        if (!Directory.Exists(folder))
        {
            throw new CommandException(ExitCode.Usage, $"{path}: there is no folder '{folder}'. Make it first, or choose another one.");
        }

        if (!File.Exists(path))
        {
            RequireWritable(folder);
        }

        return path;
    }

    /// <summary>The same path; where there is none, checks the folder of a run that the file goes into.</summary>
    /// <exception cref="CommandException">It cannot be written.</exception>
    public static string? CheckOrWithin(string? path, string folder)
    {
        if (path is null)
        {
            RequireWritable(folder, "--out FILE writes it elsewhere.");
        }

        return Check(path);
    }

    /// <summary>Checks that results can be written into a folder, before they are computed.</summary>
    /// <param name="folder">The folder, which may have to be made first.</param>
    /// <param name="advice">What else can be done, as a sentence.</param>
    /// <exception cref="CommandException">They cannot.</exception>
    public static void RequireWritable(string folder, string advice = "")
    {
        try
        {
            RunFolders.RequireWritable(folder);
        }
        catch (FileWriteException e)
        {
            throw new CommandException(ExitCode.Usage, $"{e.Message}{(advice.Length > 0 ? " " : "")}{advice}", e);
        }
    }

    /// <summary>Refuses a command line whose file has another ending.</summary>
    public static void RequireEnding(Option option, params string[] endings) => option.Validators.Add(result =>
    {
        if (result.Tokens is [var token] && !endings.Contains(Path.GetExtension(token.Value), StringComparer.OrdinalIgnoreCase))
        {
            result.AddError($"{option.Name}: expected a name that ends in {string.Join(" or ", endings)}, found '{token.Value}'.");
        }
    });

    /// <summary>A device's name is refused on all systems: the file would vanish where it is copied. Windows alone takes other names amiss.</summary>
    private static string? NameProblem(string name) => OperatingSystem.IsWindows() || PortableName.IsDevice(name) ? PortableName.Problem(name) : null;
}
