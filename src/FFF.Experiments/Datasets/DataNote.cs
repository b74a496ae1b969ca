using System.Text.Json.Serialization;
using FFF.Formats;

namespace FFF.Datasets;

/// <summary>What data were when they were read, so that they are known again.</summary>
/// <param name="Files">The files that they were read from; empty where they were drawn.</param>
/// <param name="Rows">N, how many rows there were, those for validation and test included.</param>
/// <param name="Columns">How many numbers a row had, those of its condition included.</param>
public sealed record DataNote(IReadOnlyList<DataFileNote> Files, long Rows, long Columns)
{
    /// <summary>The names of the columns that are learnt, in their order; null where they have none, and in notes of earlier versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>Whether the random orders of the rows are computed; null where they are kept, as in earlier versions and for few rows.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? IsOrderComputed { get; init; }

    /// <summary>The published split that they were split by; null where the run's seed decided, as always in earlier versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Split { get; init; }

    /// <summary>The note of rows that were read.</summary>
    internal static DataNote Of(IReadOnlyList<DataFileNote> files, DataSource source) =>
        new(files, source.Rows.Count, source.Rows.Dimension + source.Rows.ConditionDimension)
        {
            IsOrderComputed = source.IsOrderComputed ? true : null,
            Names = source.Columns.Count > 0 ? source.Columns : null,
            Split = source.Published?.Name,
        };

    /// <summary>The rows that were held out and are in the training data, too; null where there are none, and in notes of earlier versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RepeatedRows? Repeated { get; init; }

    /// <summary>Whether other data were read from files of the same content; their names and places may differ.</summary>
    internal bool HasFilesOf(IReadOnlyList<DataFileNote> files) => Files.Select(file => file.Sha256).SequenceEqual(files.Select(file => file.Sha256));
}

/// <summary>A file that data were read from.</summary>
/// <param name="Path">Its full path then.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">The SHA-256 digest of its content, 64 hexadecimal digits.</param>
public sealed record DataFileNote(string Path, long Bytes, string Sha256)
{
    /// <summary>What the files of data are now.</summary>
    /// <exception cref="DatasetException">One cannot be read, as what can be read only once, such as a pipe.</exception>
    internal static IReadOnlyList<DataFileNote> Of(DataConfig config)
    {
        return [.. config.Files.Select(Read)];

        DataFileNote Read(string path)
        {
            try
            {
                using var file = InputFile.Open(path);
                return new(System.IO.Path.GetFullPath(path), file.Length, FileDigest.Sha256(file));
            }
            catch (FileReadException e)
            {
                throw new DatasetException(e.Message, e) { Key = config.KeyOfFile(path) };
            }
        }
    }
}
