using FFF.Formats;
using static TorchSharp.torch;

namespace FFF.Datasets.Table;

/// <summary>Rows that are written for a simulator, or for a data set: .npy, or .csv with a header.</summary>
internal static class PlainTable
{
    /// <summary>Whether the name has one of these endings.</summary>
    public static bool IsKnown(string path) => IsMatrix(path) || path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes them.</summary>
    /// <param name="path">The file.</param>
    /// <param name="names">The C columns; those of a .npy have no names.</param>
    /// <param name="rows">[N, C].</param>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<string>? names, Tensor rows)
    {
        if (IsMatrix(path))
        {
            Npy.Write(path, rows);
        }
        else
        {
            CsvTable.Write(path, names ?? [.. Enumerable.Range(0, (int)rows.shape[1]).Select(column => $"column_{column}")], rows);
        }
    }

    private static bool IsMatrix(string path) => path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase);
}
