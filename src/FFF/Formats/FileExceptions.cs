using FFF.Errors;

namespace FFF.Formats;

/// <summary>A file cannot be read: it is missing, not permitted, damaged or of another format.</summary>
/// <param name="path">The file.</param>
/// <param name="problem">What is wrong with it and what to do, as a sentence that follows the file's name.</param>
/// <param name="inner">What it was noticed by, if anything.</param>
public sealed class FileReadException(string path, string problem, Exception? inner = null) : InputException($"{path}: {problem}", inner)
{
    /// <summary>The file.</summary>
    public string File { get; } = path;
}

/// <summary>A file or folder cannot be written; what was there before is untouched.</summary>
/// <param name="path">The file or folder.</param>
/// <param name="inner">The operating system's reason.</param>
public sealed class FileWriteException(string path, Exception inner) : FreeFormFlowException(
    $"{path}: cannot be written ({inner.Message.TrimEnd('.')}). {Advice(path)}", inner)
{
    /// <summary>A file in the way of a folder is no matter of permissions or disks.</summary>
    private static string Advice(string path)
    {
        for (var above = Path.GetFullPath(path); above is not null; above = Path.GetDirectoryName(above))
        {
            if (System.IO.File.Exists(above) && (above != Path.GetFullPath(path)))
            {
                return $"'{above}' is a file, where a folder is needed: choose another folder.";
            }
        }

        // A folder is told as itself.
        var folder = Directory.Exists(path) ? Path.GetFullPath(path) : Path.GetDirectoryName(Path.GetFullPath(path));
        return $"Check that '{folder}' may be written to and that its disk is not full, or choose another folder.";
    }

    /// <summary>The file or folder.</summary>
    public string File { get; } = path;
}
