using System.Diagnostics;
using FFF.Formats;

namespace FFF.Runs;

/// <summary>The turn of a process that reads a small file, changes it and writes it again; held for moments.</summary>
/// <remarks>
/// A hidden file beside it, <c>.NAME.turn</c>, is locked by the system, which frees it however the process ends. It stays: to remove it
/// would let two processes lock two files of one name. Where a file system has no locks, nobody waits.
/// </remarks>
internal sealed class FileTurn : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(5);

    private readonly FileStream _file;

    private FileTurn(FileStream file) => _file = file;

    /// <summary>Waits for the turn.</summary>
    /// <param name="path">The file that will be changed, in a folder that is there.</param>
    /// <exception cref="FileWriteException">The folder cannot be written, or another process does not end its turn.</exception>
    public static FileTurn Take(string path)
    {
        var place = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.turn");
        for (var clock = Stopwatch.StartNew(); ; Thread.Sleep(Poll))
        {
            try
            {
                return new(new FileStream(place, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1));
            }
            catch (IOException e) when (RunLock.IsTaken(e) && clock.Elapsed < Patience)
            {
                // Another one's turn.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new FileWriteException(path, e);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
