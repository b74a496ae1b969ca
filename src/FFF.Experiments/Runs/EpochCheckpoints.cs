using System.Globalization;

namespace FFF.Runs;

/// <summary>The checkpoints in a run's folder that are named by their epoch.</summary>
internal static class EpochCheckpoints
{
    private const string Prefix = "epoch-";
    private const string Extension = ".safetensors";

    /// <summary>The name of the checkpoint after an epoch.</summary>
    public static string FileName(int epoch) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{epoch:D8}{Extension}");

    /// <summary>Removes all but the newest ones and those that stay for good. What cannot be removed stays until the next time.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="newest">How many of the newest stay.</param>
    /// <param name="isKept">Whether the checkpoint after an epoch stays for good.</param>
    public static void Prune(RunFolder folder, int newest, Func<int, bool> isKept)
    {
        try
        {
            foreach (var (file, _) in All(folder).Skip(newest).Where(checkpoint => !isKept(checkpoint.Epoch)))
            {
                File.Delete(file);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Too many checkpoints are no reason to end a run.
        }
    }

    /// <summary>Their files.</summary>
    public static IEnumerable<string> NewestFirst(RunFolder folder) => All(folder).Select(checkpoint => checkpoint.File);

    private static IEnumerable<(string File, int Epoch)> All(RunFolder folder) =>
        Directory.EnumerateFiles(folder.CheckpointFolder, Prefix + "*" + Extension)
            .Select(file => (File: file, Epoch: EpochOf(Path.GetFileNameWithoutExtension(file.AsSpan()))))
            .Where(checkpoint => checkpoint.Epoch is not null)
            .OrderByDescending(checkpoint => checkpoint.Epoch)
            .Select(checkpoint => (checkpoint.File, checkpoint.Epoch!.Value));

    private static int? EpochOf(ReadOnlySpan<char> name) =>
        int.TryParse(name[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch) ? epoch : null;
}
