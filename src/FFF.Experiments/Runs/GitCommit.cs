using FFF.Formats;

namespace FFF.Runs;

/// <summary>Reads which commit a folder has checked out from git's own files, so that git need not be installed.</summary>
/// <remarks>Layout after git's documentation, "gitrepository-layout".</remarks>
internal static class GitCommit
{
    private const string ReferencePrefix = "ref: ";
    private const string FolderPrefix = "gitdir: ";

    /// <summary>The commit's hash; null where the folder belongs to no repository, or to one without commits.</summary>
    public static string? Of(string folder)
    {
        try
        {
            for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
            {
                if (Repository(Path.Combine(at.FullName, ".git")) is { } repository)
                {
                    return Head(repository);
                }
            }
        }
        catch (Exception e) when (FileFailure.Is(e) || e is ArgumentException)
        {
            // The commit is a convenience: a repository that cannot be read must not stop a run.
        }

        return null;
    }

    /// <summary>In a linked working tree or a submodule, .git is a file that names the folder.</summary>
    private static string? Repository(string dotGit) =>
        Directory.Exists(dotGit) ? dotGit
        : File.Exists(dotGit) && InputFile.ReadText(dotGit).Trim() is var text && text.StartsWith(FolderPrefix, StringComparison.Ordinal)
            ? Path.GetFullPath(text[FolderPrefix.Length..], Path.GetDirectoryName(dotGit)!)
            : null;

    private static string? Head(string repository)
    {
        var head = InputFile.ReadText(Path.Combine(repository, "HEAD")).Trim();
        if (!head.StartsWith(ReferencePrefix, StringComparison.Ordinal))
        {
            return Hash(head);
        }

        var reference = head[ReferencePrefix.Length..];
        var common = Path.Combine(repository, "commondir");
        var root = File.Exists(common) ? Path.GetFullPath(InputFile.ReadText(common).Trim(), repository) : repository;
        var loose = Path.Combine(root, reference);
        return Hash(File.Exists(loose) ? InputFile.ReadText(loose).Trim() : Packed(Path.Combine(root, "packed-refs"), reference));
    }

    private static string? Packed(string path, string reference) =>
        File.Exists(path)
            ? InputFile.ReadText(path)
                .ReplaceLineEndings("\n")
                .Split('\n')
                .FirstOrDefault(line => line.EndsWith(" " + reference, StringComparison.Ordinal))?.Split(' ')[0]
            : null;

    private static string? Hash(string? text) => text is { Length: 40 or 64 } && text.All(char.IsAsciiHexDigitLower) ? text : null;
}
