using FFF.Formats;
using static TorchSharp.torch;

namespace FFF.Runs;

/// <summary>What a run has beside a checkpoint that cannot be read. None of it is taken unless it is asked for.</summary>
internal static class OtherCheckpoints
{
    /// <summary>Reads a checkpoint; where that fails, the message names those of the run that are whole.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="path">The checkpoint.</param>
    /// <param name="read">Reads it.</param>
    /// <exception cref="FileReadException">It cannot be read.</exception>
    public static Checkpoint Named(RunFolder folder, string path, Func<Checkpoint> read)
    {
        try
        {
            return read();
        }
        catch (FileReadException e) when (e.File == path && IsOf(folder, path) && File.Exists(path))
        {
            throw new FileReadException(path, $"{e.Message[(path.Length + 2)..]} {Remedy(folder, path)}", e);
        }
    }

    private static bool IsOf(RunFolder folder, string path) => Path.GetDirectoryName(Path.GetFullPath(path)) == folder.CheckpointFolder;

    private static string Remedy(RunFolder folder, string path)
    {
        (string Word, string File)[] others =
        [
            ("best", folder.BestCheckpoint), ("last", folder.LastCheckpoint),
            .. new[] { Checkpoint.Previous(folder.LastCheckpoint) }.Concat(EpochCheckpoints.NewestFirst(folder)).Select(file => (file, file)),
        ];
        var whole = others.Where(other => Path.GetFullPath(other.File) != Path.GetFullPath(path) && File.Exists(other.File))
            .Select(other => StepOf(other.File) is { } step ? $"--checkpoint {other.Word} takes the weights after step {NumberText.Count(step)}" : null)
            .OfType<string>().FirstOrDefault();
        return whole is null
            ? "No other checkpoint of the run can be read: bring the file back from a copy, or train again."
            : $"Another checkpoint of the run is whole: {whole}.";
    }

    /// <summary>The step that a whole checkpoint was made after; null for one that is damaged.</summary>
    private static long? StepOf(string file)
    {
        using var scope = NewDisposeScope();
        try
        {
            return Checkpoint.Load(file).Info.Step;
        }
        catch (FileReadException)
        {
            return null;
        }
    }
}
