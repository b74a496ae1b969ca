using System.Text.Json;
using System.Text.Json.Serialization;
using FFF.Formats;

namespace FFF.Paper;

/// <summary>A picture of a part's page.</summary>
/// <param name="File">The PNG's name in the part's folder.</param>
/// <param name="Caption">What it shows.</param>
internal sealed record PaperPicture(string File, string Caption);

/// <summary>A table of a part's page.</summary>
/// <param name="Caption">What it holds.</param>
/// <param name="Columns">The columns' names.</param>
/// <param name="Rows">The rows' cells, as many as columns.</param>
internal sealed record PaperTable(string Caption, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);

/// <summary>What a part of the paper came to here, as its page shows it.</summary>
/// <param name="IsFull">Whether it was done at the published size.</param>
/// <param name="Pictures">Our figures.</param>
/// <param name="Tables">Our numbers, beside published ones where there are some, with their sources.</param>
/// <param name="Remarks">What is to be said about them.</param>
/// <param name="Commands">The commands that trained and evaluated what the numbers are of.</param>
/// <param name="Doubts">Why a number is not to be taken at its word.</param>
internal sealed record PaperFindings(bool IsFull, IReadOnlyList<PaperPicture> Pictures, IReadOnlyList<PaperTable> Tables, IReadOnlyList<string> Remarks,
    IReadOnlyList<string> Commands, IReadOnlyList<string> Doubts)
{
    private const string FileName = "findings.json";

    /// <summary>Reads what a part came to earlier.</summary>
    /// <param name="folder">The part's folder.</param>
    /// <returns>Null where it has not been done.</returns>
    /// <exception cref="FileReadException">The file is damaged.</exception>
    internal static PaperFindings? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(InputFile.ReadText(path), PaperJson.Default.PaperFindings);
        }
        catch (JsonException e)
        {
            throw new FileReadException(path, $"it is damaged: {e.Message} Remove it; 'fff paper' makes it anew.", e);
        }
    }

    /// <summary>Writes it.</summary>
    /// <exception cref="FileWriteException">It cannot be written.</exception>
    /// <param name="folder">The part's folder.</param>
    internal void Write(string folder) =>
        AtomicFile.WriteText(Path.Combine(folder, FileName), JsonSerializer.Serialize(this, PaperJson.Default.PaperFindings) + "\n");
}

/// <summary>How findings are written.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PaperFindings))]
internal sealed partial class PaperJson : JsonSerializerContext;
