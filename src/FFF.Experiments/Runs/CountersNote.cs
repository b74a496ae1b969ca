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

    /// <summary>Refuses the last checkpoint in place of a best one that the run had: it is another model.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="path">The checkpoint that was taken.</param>
    /// <param name="checkpoint">What it is.</param>
    /// <exception cref="FileReadException">A validation was the best, and its checkpoint is gone; or the counters are damaged.</exception>
    public static void RequireNoBest(RunFolder folder, string path, CheckpointInfo checkpoint)
    {
        if (path == folder.LastCheckpoint && Of(path, checkpoint) is { Best: < double.PositiveInfinity })
        {
            throw new FileReadException(folder.BestCheckpoint, "is gone, though the run was validated and had a best checkpoint. Bring it back, or take the "
                + "last one by --checkpoint last, which is another model");
        }
    }

    /// <summary>The weight of the reconstruction that training had come to by itself; null where a schedule tells it.</summary>
    /// <param name="path">The checkpoint's file.</param>
    /// <param name="checkpoint">What it is.</param>
    /// <exception cref="FileReadException">The counters are damaged.</exception>
    public static double? BetaOf(string path, CheckpointInfo checkpoint) => Of(path, checkpoint)?.Beta;

    private static TrainerCounters? Of(string path, CheckpointInfo checkpoint)
    {
        try
        {
            return Read(checkpoint);
        }
        catch (JsonException e)
        {
            throw new FileReadException(path, $"is a damaged checkpoint: '{Name}' in its metadata holds no counters.", e);
        }
    }
}
