using FFF.Formats;
using static TorchSharp.torch;

namespace FFF.Sampling;

/// <summary>Samples in files: .npy, .npz or .csv by the ending of the name.</summary>
public static class SampleFile
{
    /// <summary>The endings.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".npy", ".npz", ".csv"];

    /// <summary>Writes samples, and log-densities where there are any.</summary>
    /// <param name="path">
    /// The file. With log-densities, .npz holds the arrays samples and log_prob, .csv has a last column log_prob, and beside
    /// NAME.npy there is NAME.log_prob.npy.
    /// </param>
    /// <param name="columns">The columns' names, D of them; where they are numbers, as those of a .npy, a .csv names them column_0 and so on.</param>
    /// <param name="samples">What to write.</param>
    /// <returns>The files written.</returns>
    /// <exception cref="FileWriteException">A file cannot be written.</exception>
    /// <exception cref="ArgumentException">The ending is none of <see cref="Extensions"/>.</exception>
    public static IReadOnlyList<string> Write(string path, IReadOnlyList<string> columns, DrawnSamples samples)
    {
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".npy":
                Npy.Write(path, samples.Values);
                if (samples.LogProb is null)
                {
                    return [path];
                }

                var second = Path.ChangeExtension(path, ".log_prob.npy");
                Npy.Write(second, samples.LogProb);
                return [path, second];
            case ".npz":
                Npz.Write(path, Arrays(samples));
                return [path];
            case ".csv":
                WriteTable(path, columns, samples);
                return [path];
            default:
                throw new ArgumentException($"'{path}' ends in none of {string.Join(", ", Extensions)}.", nameof(path));
        }
    }

    private static Dictionary<string, Tensor> Arrays(DrawnSamples samples)
    {
        var arrays = new Dictionary<string, Tensor> { ["samples"] = samples.Values };
        if (samples.LogProb is { } logProb)
        {
            arrays[MatrixFile.LogProbName] = logProb;
        }

        return arrays;
    }

    private static void WriteTable(string path, IReadOnlyList<string> columns, DrawnSamples samples)
    {
        string[] names = [.. columns.Select(ColumnNames.Written)];
        if (samples.LogProb is null)
        {
            CsvTable.Write(path, names, samples.Values);
            return;
        }

        using var table = cat([samples.Values.to(float64), samples.LogProb.to(float64).unsqueeze(1)], 1);
        CsvTable.Write(path, [.. names, names.Contains(MatrixFile.LogProbName) ? "log_prob_of_flow" : MatrixFile.LogProbName], table);
    }
}
