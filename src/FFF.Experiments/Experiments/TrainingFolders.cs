using FFF.Runs;

namespace FFF.Experiments;

/// <summary>Whether run folders are in use.</summary>
public static class TrainingFolders
{
    /// <summary>Whether a process trains in the folder.</summary>
    public static bool IsInUse(RunFolder folder) => RunLock.IsHeld(folder);
}
