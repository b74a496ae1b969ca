using FFF.Formats;
using FFF.Runs;

namespace FFF.Experiments;

/// <summary>Whether run folders are in use.</summary>
public static class TrainingFolders
{
    /// <summary>Whether a process trains in the folder; also true where that cannot be found out, as in folders that may only be read.</summary>
    public static bool IsInUse(RunFolder folder)
    {
        try
        {
            return RunLock.IsHeld(folder);
        }
        catch (FileWriteException)
        {
            return true;
        }
    }
}
