namespace FFF.Runs;

/// <summary>Whether run folders are in use.</summary>
internal static class TrainingFolders
{
    /// <summary>Whether a process trains in the folder.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="wait">Whether to wait where its process is on another machine and may have ended; otherwise it counts as there.</param>
    public static bool IsInUse(RunFolder folder, bool wait = false) => RunLock.IsHeld(folder, wait);

    /// <summary>The process that trains in the folder, in words such as "process 17 on node3, started 2026-01-31 12:00".</summary>
    public static string UserOf(RunFolder folder) => LockOwner.Read(Path.Combine(folder.Path, RunLock.FileName))?.ToString() ?? "another process";

    /// <summary>Tells running runs from those that were ended by force, which cannot write down that they ended.</summary>
    public static IEnumerable<RunSummary> Judged(IEnumerable<RunSummary> runs) =>
        runs.Select(run => run.Manifest is { Status: RunStatus.Running } manifest ? run with { Manifest = Judged(run.Folder, manifest) } : run);

    /// <summary>The manifest as read, with the status <see cref="RunStatus.Stopped"/> where it says that the run is running and nobody trains it.</summary>
    public static Manifest Judged(RunFolder folder, Manifest manifest) =>
        manifest.Status == RunStatus.Running && !IsInUse(folder) ? manifest with { Status = RunStatus.Stopped } : manifest;
}
