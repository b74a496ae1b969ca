using System.Text.Json;
using FFF.Formats;

namespace FFF.Runs;

/// <summary>The note of a checkpoint that names the data's columns, so that samples have them even where the data are gone.</summary>
internal static class ColumnNote
{
    /// <summary>The note's name.</summary>
    public const string Name = "columns";

    /// <summary>The same of the conditions' columns, which earlier versions did not note.</summary>
    public const string ConditionsName = "condition_columns";

    /// <summary>The names as JSON.</summary>
    public static string Write(IReadOnlyList<string> columns) => JsonSerializer.Serialize(columns);

    /// <summary>The names in the checkpoints of a run; null where it has none that can be read.</summary>
    public static IReadOnlyList<string>? Find(RunFolder folder)
    {
        foreach (var path in new[] { folder.LastCheckpoint, Checkpoint.Previous(folder.LastCheckpoint), folder.BestCheckpoint }.Where(File.Exists))
        {
            try
            {
                return Read(path, Checkpoint.ReadInfo(path)) is { Count: > 0 } names ? names : null;
            }
            catch (FileReadException)
            {
                // Another may tell.
            }
        }

        return null;
    }

    /// <summary>The names of the conditions in a checkpoint; null where it does not note them.</summary>
    /// <exception cref="FileReadException">The note is damaged.</exception>
    public static IReadOnlyList<string>? ReadConditions(string path, CheckpointInfo checkpoint) =>
        checkpoint.Notes.TryGetValue(ConditionsName, out var text) ? Names(path, ConditionsName, text) : null;

    /// <summary>The names in a checkpoint.</summary>
    /// <exception cref="FileReadException">It has none.</exception>
    public static IReadOnlyList<string> Read(string path, CheckpointInfo checkpoint) => Names(path, Name, checkpoint.Notes.GetValueOrDefault(Name, "null"));

    private static string[] Names(string path, string note, string text)
    {
        try
        {
            return JsonSerializer.Deserialize<string[]>(text)
                ?? throw new FileReadException(path, $"does not name the data's columns: '{note}' is missing from its metadata.");
        }
        catch (JsonException e)
        {
            throw new FileReadException(path, $"does not name the data's columns: '{note}' in its metadata is no list.", e);
        }
    }
}
