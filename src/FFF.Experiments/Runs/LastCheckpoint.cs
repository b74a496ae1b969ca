using FFF.Formats;

namespace FFF.Runs;

/// <summary>The newest checkpoint that training can go on from.</summary>
internal static class LastCheckpoint
{
    /// <summary>Reads the last checkpoint of a run, or the one before it where that is damaged or was lost; null where the run has none yet.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="warn">Is told why the one before is taken.</param>
    /// <returns>The checkpoint with its training state, its file, and whether it is the one before.</returns>
    /// <exception cref="FileReadException">Neither can be read; the message is of the newest.</exception>
    public static (Checkpoint Checkpoint, string Path, bool IsPrevious)? Load(RunFolder folder, Action<string>? warn)
    {
        var (last, previous) = (folder.LastCheckpoint, Checkpoint.Previous(folder.LastCheckpoint));
        if (!File.Exists(last) && !File.Exists(previous))
        {
            return null;
        }

        try
        {
            return (Checkpoint.Load(last, withState: true), last, false);
        }
        catch (FileReadException e) when (File.Exists(previous))
        {
            if (TryLoad(previous) is not { } before)
            {
                throw;
            }

            warn?.Invoke($"{e.Message} The checkpoint before it is taken, after step {NumberText.Count(before.Info.Step)}.");
            return (before, previous, true);
        }
    }

    private static Checkpoint? TryLoad(string path)
    {
        try
        {
            return Checkpoint.Load(path, withState: true);
        }
        catch (FileReadException)
        {
            return null;
        }
    }
}
