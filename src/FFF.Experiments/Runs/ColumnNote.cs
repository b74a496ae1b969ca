using System.Text.Json;
using FFF.Formats;

namespace FFF.Runs;

/// <summary>The note of a checkpoint that names the data's columns, so that samples have them even where the data are gone.</summary>
internal static class ColumnNote
{
    /// <summary>The note's name.</summary>
    public const string Name = "columns";

    /// <summary>The names as JSON.</summary>
    public static string Write(IReadOnlyList<string> columns) => JsonSerializer.Serialize(columns);

    /// <summary>The names in a checkpoint.</summary>
    /// <exception cref="FileReadException">It has none.</exception>
    public static IReadOnlyList<string> Read(string path, CheckpointInfo checkpoint)
    {
        try
        {
            return JsonSerializer.Deserialize<string[]>(checkpoint.Notes.GetValueOrDefault(Name, "null"))
                ?? throw new FileReadException(path, $"does not name the data's columns: '{Name}' is missing from its metadata.");
        }
        catch (JsonException e)
        {
            throw new FileReadException(path, $"does not name the data's columns: '{Name}' in its metadata is no list.", e);
        }
    }
}
