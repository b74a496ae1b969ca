using System.Diagnostics;
using FFF.Formats;

namespace FFF.Runs;

/// <summary>
/// Held by the one process that trains in a run's folder, until it has run its evaluations too; a process that ended
/// otherwise holds it no longer.
/// </summary>
/// <remarks>
/// The file <c>.lock</c> names its owner and is locked by the system, which frees it however the process ends. Not every
/// file system of a cluster has locks, or has them between machines. So an owner that is named there counts as well: on
/// this machine while its process runs, on another one while it renews the file's time, which it does every few seconds.
/// Whoever ends without releasing the lock leaves the file, and the next one takes it over.
/// </remarks>
internal sealed class RunLock : IDisposable
{
    /// <summary>The lock's file in the run's folder.</summary>
    public const string FileName = ".lock";

    private const int UnixSharing = 11;
    private const int MacSharing = 35;
    private const int WindowsSharing = unchecked((int)0x80070020);

    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Askers = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AskersPoll = TimeSpan.FromMilliseconds(5);

    private readonly FileStream _file;
    private readonly ManualResetEventSlim _released = new();
    private readonly Thread _renewing;

    private RunLock(FileStream file, LockOwner? predecessor)
    {
        (_file, Predecessor) = (file, predecessor);

        // A thread that only sleeps and renews allocates nothing, so it never starts a garbage collection amid native work.
        _renewing = new Thread(Renew) { IsBackground = true, Name = "lock" };
        _renewing.Start();
    }

    /// <summary>An owner on another machine has ended when it has not renewed the lock for so long, clocks that differ a little included.</summary>
    public static TimeSpan Silence { get; } = TimeSpan.FromSeconds(60);

    /// <summary>The process that ended without releasing the lock; null if there was none.</summary>
    public LockOwner? Predecessor { get; }

    /// <summary>Whether a file could not be opened because another process has locked it.</summary>
    public static bool IsTaken(IOException e) => e.HResult is UnixSharing or MacSharing or WindowsSharing;

    /// <summary>Takes the lock. Where the owner is on another machine and may have ended, waits up to <see cref="Silence"/> to know.</summary>
    /// <exception cref="RunException">Another process trains in this folder.</exception>
    /// <exception cref="FileWriteException">The folder cannot be written.</exception>
    public static RunLock Take(RunFolder folder)
    {
        var (taken, owner) = TryTake(Path.Combine(folder.Path, FileName), wait: true);
        return taken ?? throw new RunException(
            $"The run {folder.Name}/{folder.Version} is being trained by another process{(owner is null ? "" : $" ({owner})")}. "
            + "Wait for it to end, or start a new run.");
    }

    /// <summary>Takes a lock of the same sort elsewhere; null where another process has it.</summary>
    /// <param name="path">Its file, in a folder that is there.</param>
    /// <exception cref="FileWriteException">The folder cannot be written.</exception>
    public static RunLock? TryTake(string path) => TryTake(path, wait: true).Taken;

    /// <summary>Whether another process, or this one, trains in this folder. Only reads, so that asking is in nobody's way.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="wait">Whether to wait, as <see cref="Take"/> does, where that is not known at once; otherwise it counts as held.</param>
    public static bool IsHeld(RunFolder folder, bool wait = false) => IsHeld(Path.Combine(folder.Path, FileName), wait);

    /// <summary>The same of a lock that <see cref="TryTake(string)"/> took.</summary>
    public static bool IsHeld(string path, bool wait = false) => IsLocked(path) || IsAlive(LockOwner.Read(path), path, wait);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_released.IsSet)
        {
            return;
        }

        _released.Set();
        _renewing.Join();
        try
        {
            // While it is still locked: nobody else's file can have this name.
            File.Delete(_file.Name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next one finds that its owner has ended.
        }

        _file.Dispose();
        _released.Dispose();
    }

    private static (RunLock? Taken, LockOwner? Owner) TryTake(string path, bool wait)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            FileStream file = null!;
            try
            {
                // While its owner removes it, Windows denies access to a file that is still there.
                BusyFile.Wait(() => file = Open(path), e => OperatingSystem.IsWindows() && e is UnauthorizedAccessException, BusyFile.ReadersPatience);
            }
            catch (IOException e) when (IsTaken(e))
            {
                // Whoever only asks holds it for a moment, and has not written his name.
                if (LockOwner.Read(path) is var owner && (owner is { IsHere: true } && owner.Runs() || clock.Elapsed > Askers))
                {
                    return (null, owner);
                }

                Thread.Sleep(AskersPoll);
                continue;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new FileWriteException(path, e);
            }

            try
            {
                var predecessor = LockOwner.Read(file);
                if (predecessor is not null && IsAlive(predecessor, path, wait))
                {
                    file.Dispose();
                    return (null, predecessor);
                }

                var owner = LockOwner.This();
                owner.Write(file);
                if (LockOwner.Read(path)?.Token == owner.Token)
                {
                    return (new RunLock(file, predecessor), owner);
                }

                // Released, and so removed, between opening and locking: what is locked here has no name any more.
                file.Dispose();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                file.Dispose();
                throw new FileWriteException(path, e);
            }
        }
    }

    // On Unix, only a file that is not shared at all is locked; on Windows, sharing must let others read who the owner is.
    private static FileStream Open(string path)
    {
        FileLink.Replace(path); // The owner is written over what is there.
        return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, OperatingSystem.IsWindows() ? FileShare.Read | FileShare.Delete : FileShare.None, 1);
    }

    /// <summary>
    /// Whether the system says that the file is locked: it knows of processes whose numbers mean
    /// nothing here, as those of another container, and no clock confuses it.
    /// </summary>
    private static bool IsLocked(string path)
    {
        try
        {
            // A shared lock is in the way of nobody who asks, and of who wants the lock for this moment only.
            using var asked = new FileStream(path, FileMode.Open, FileAccess.Read,
                OperatingSystem.IsWindows() ? FileShare.ReadWrite | FileShare.Delete : FileShare.Read, 1);
            return false;
        }
        catch (IOException e) when (IsTaken(e))
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // There is none, or it cannot be read: its owner's name has to do.
        }
    }

    /// <summary>Whether an owner, of whom nothing is known where he is null, still has the lock.</summary>
    private static bool IsAlive(LockOwner? owner, string path, bool wait)
    {
        if (owner is { IsHere: true })
        {
            return owner.Runs();
        }

        var renewed = File.GetLastWriteTimeUtc(path);
        while ((DateTime.UtcNow - renewed).Duration() < Silence)
        {
            if (!wait)
            {
                return true;
            }

            Thread.Sleep(Poll);
            if (File.GetLastWriteTimeUtc(path) != renewed)
            {
                return true;
            }
        }

        return false;
    }

    private void Renew()
    {
        while (!_released.Wait(Renewal))
        {
            try
            {
                File.SetLastWriteTimeUtc(_file.SafeFileHandle, DateTime.UtcNow);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The folder is gone or cannot be written; training finds out by itself, and says so.
            }
        }
    }
}
