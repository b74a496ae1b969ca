using FFF.Formats;
using static TorchSharp.torch;

namespace FFF.Sampling;

/// <summary>Samples in files: .npy, .npz or .csv by the ending of the name.</summary>
public static class SampleFile
{
    /// <summary>The endings.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".npy", ".npz", ".csv"];

    /// <summary>Writes samples, the rows of the conditions that they are of, and log-densities, where there are any.</summary>
    /// <param name="path">
    /// The file. With log-densities, .npz holds the arrays samples and log_prob, .csv has a last column log_prob, and beside
    /// NAME.npy there is NAME.log_prob.npy; with rows of conditions, an array, a first column, and a file row.
    /// </param>
    /// <param name="columns">The columns' names, D of them; where they are numbers, as those of a .npy, a .csv names them column_0 and so on.</param>
    /// <param name="samples">What to write.</param>
    /// <returns>The files written.</returns>
    /// <exception cref="FileWriteException">A file cannot be written.</exception>
    /// <exception cref="ArgumentException">The ending is none of <see cref="Extensions"/>.</exception>
    public static IReadOnlyList<string> Write(string path, IReadOnlyList<string> columns, DrawnSamples samples)
    {
        (SampleColumn Column, Tensor Values)[] beside =
        [
            .. samples.Row is { } row ? [(SampleColumn.Row, row)] : Array.Empty<(SampleColumn, Tensor)>(),
            .. samples.LogProb is { } logProb ? [(SampleColumn.LogProb, logProb)] : Array.Empty<(SampleColumn, Tensor)>(),
        ];
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".npy":
                Npy.Write(path, samples.Values);
                var others = beside.Select(other => (Path: other.Column.FileBeside(path), other.Values)).ToList();
                others.ForEach(other => Npy.Write(other.Path, other.Values));
                return [path, .. others.Select(other => other.Path)];
            case ".npz":
                Npz.Write(path, beside.Select(other => (other.Column.Name, other.Values)).Append((MatrixFile.SamplesName, samples.Values))
                    .ToDictionary(array => array.Item1, array => array.Item2));
                return [path];
            case ".csv":
                WriteTable(path, columns, samples);
                return [path];
            default:
                throw new ArgumentException($"'{path}' ends in none of {string.Join(", ", Extensions)}.", nameof(path));
        }
    }

    private static void WriteTable(string path, IReadOnlyList<string> columns, DrawnSamples samples)
    {
        using var scope = NewDisposeScope();
        string[] names = [.. columns.Select(ColumnNames.Written)];
        if (samples.LogProb is null && samples.Row is null)
        {
            CsvTable.Write(path, names, samples.Values);
            return;
        }

        CsvTable.Write(path,
            [
                .. samples.Row is null ? Array.Empty<string>() : [SampleColumn.Row.Beside(names)],
                .. names,
                .. samples.LogProb is null ? Array.Empty<string>() : [SampleColumn.LogProb.Beside(names)],
            ],
            cat([.. new[] { samples.Row?.unsqueeze(1), samples.Values, samples.LogProb?.unsqueeze(1) }.OfType<Tensor>().Select(part => part.to(float64))], 1));
    }
}
