using System.Text.Json;
using FFF.Formats;
using FFF.Runs;

namespace FFF.Tracking;

/// <summary>What a place has been told of a run; kept in the run folder, so that a run that goes on is told of further under the same number.</summary>
/// <param name="Place">The place.</param>
/// <param name="Run">What the run is known by there.</param>
/// <param name="Step">The last step whose metrics were sent; −1 for none.</param>
/// <param name="Results">The results that were sent.</param>
/// <param name="Status">The status that was sent.</param>
internal sealed record TrackingNote(string Place, string Run, long Step, IReadOnlyDictionary<string, double> Results, string Status)
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static string FileOf(RunFolder folder) => Path.Combine(folder.Path, "tracking.json");

    /// <summary>What this place has been told; null for nothing.</summary>
    public static TrackingNote? Read(RunFolder folder, string place) => All(folder).FirstOrDefault(note => note.Place == place);

    /// <summary>Keeps it, beside those of other places.</summary>
    /// <exception cref="FileWriteException">The run folder cannot be written.</exception>
    public void Write(RunFolder folder) => AtomicFile.WriteText(
        FileOf(folder), JsonSerializer.Serialize((TrackingNote[])[.. All(folder).Where(note => note.Place != Place), this], Json));

    private static TrackingNote[] All(RunFolder folder)
    {
        try
        {
            return File.Exists(FileOf(folder)) ? JsonSerializer.Deserialize<TrackingNote[]>(InputFile.ReadText(FileOf(folder)), Json) ?? [] : [];
        }
        catch (JsonException e)
        {
            throw new FileReadException(FileOf(folder), "is damaged. Remove it: the run is then tracked as a new one.", e);
        }
    }
}
