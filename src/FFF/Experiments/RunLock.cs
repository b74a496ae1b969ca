using FFF.Formats;
using FFF.Runs;

namespace FFF.Experiments;

/// <summary>Held by the one process that trains in a run's folder; the system frees it however that process ends.</summary>
/// <remarks>On file systems without locks, as some of clusters are, nobody is kept out.</remarks>
internal sealed class RunLock : IDisposable
{
    private readonly FileStream _file;

    private RunLock(FileStream file) => _file = file;

    /// <summary>Takes the lock.</summary>
    /// <exception cref="RunException">Another process trains in this folder.</exception>
    /// <exception cref="FileWriteException">The folder cannot be written.</exception>
    public static RunLock Take(RunFolder folder) => TryTake(folder)
        ?? throw new RunException($"The run {folder.Name}/{folder.Version} is being trained by another process. Wait for it to end, or start a new run.");

    /// <summary>Whether another process, or this one, trains in this folder.</summary>
    /// <exception cref="FileWriteException">The folder cannot be written.</exception>
    public static bool IsHeld(RunFolder folder)
    {
        using var taken = TryTake(folder);
        return taken is null;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static RunLock? TryTake(RunFolder folder)
    {
        var path = Path.Combine(folder.Path, ".lock");
        try
        {
            return new RunLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return File.Exists(path) && e is IOException ? null : throw new FileWriteException(path, e);
        }
    }
}
