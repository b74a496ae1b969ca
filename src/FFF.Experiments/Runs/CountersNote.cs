using System.Text.Json;
using System.Text.Json.Serialization;
using FFF.Formats;
using FFF.Training;

namespace FFF.Runs;

/// <summary>The note of a checkpoint that keeps the trainer's counters.</summary>
internal static class CountersNote
{
    /// <summary>The note's name.</summary>
    public const string Name = "trainer";

    /// <summary>Infinities, such as a best that is not there yet, need their names.</summary>
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>The counters as JSON.</summary>
    public static string Write(TrainerCounters counters) => JsonSerializer.Serialize(counters, Json);

    /// <summary>The counters of a checkpoint; null where it has none.</summary>
    /// <exception cref="JsonException">They are damaged.</exception>
    public static TrainerCounters? Read(CheckpointInfo checkpoint) =>
        checkpoint.Notes.TryGetValue(Name, out var text) ? JsonSerializer.Deserialize<TrainerCounters>(text, Json) : null;

    /// <summary>The weight of the reconstruction that training had come to by itself; null where a schedule tells it.</summary>
    /// <param name="path">The checkpoint's file.</param>
    /// <param name="checkpoint">What it is.</param>
    /// <exception cref="FileReadException">The counters are damaged.</exception>
    public static double? BetaOf(string path, CheckpointInfo checkpoint)
    {
        try
        {
            return Read(checkpoint)?.Beta;
        }
        catch (JsonException e)
        {
            throw new FileReadException(path, $"is a damaged checkpoint: '{Name}' in its metadata holds no counters.", e);
        }
    }
}
