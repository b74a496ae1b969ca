using static TorchSharp.torch;

namespace FFF.Formats;

/// <summary>Matrices in files of several formats, told apart by the ending of their names.</summary>
internal static class MatrixFile
{
    /// <summary>Reads a matrix from .npy or .csv (with a header row); a vector in .npy is one row.</summary>
    /// <returns>[N, C], float64, on the CPU.</returns>
    /// <exception cref="FileReadException">The file is missing, damaged, of another format, or holds no matrix.</exception>
    public static Tensor Read(string path)
    {
        using var scope = NewDisposeScope();
        var values = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".npy" => Npy.Read(path),
            ".csv" => CsvTable.Read(path).Values,
            _ => throw new FileReadException(path, "is neither a .npy nor a .csv file by its name; other formats cannot be read."),
        };
        var matrix = values.dim() == 1 ? values.unsqueeze(0) : values;
        return matrix.dim() == 2 && matrix.numel() > 0
            ? matrix.to(float64).MoveToOuterDisposeScope()
            : throw new FileReadException(path, $"holds an array of shape ({string.Join(", ", values.shape)}); rows and columns of numbers are needed.");
    }
}
