using FFF.Datasets.Molecules;
using FFF.Formats;
using static TorchSharp.torch;

namespace FFF.Datasets.Particles;

/// <summary>Bonds of the same particles in all rows, from a file beside these.</summary>
internal static class BondFile
{
    /// <summary>The key of the data that names it.</summary>
    public const string KeyName = "bonds_file";

    /// <summary>Reads the pairs: of an .sdf file those of its first record, else two columns of whole numbers, from 0.</summary>
    /// <param name="path">The file.</param>
    /// <param name="particles">N, which a record must have too.</param>
    /// <exception cref="DatasetException">The file cannot be read, or holds anything else.</exception>
    public static IReadOnlyList<(int First, int Second)> Read(string path, int particles)
    {
        try
        {
            return UnpackedFile.PlainName(path).EndsWith(".sdf", StringComparison.OrdinalIgnoreCase) ? OfRecord(path, particles) : OfTable(path);
        }
        catch (FileReadException e)
        {
            throw new DatasetException(e.Message, e) { Key = KeyName };
        }
    }

    private static IReadOnlyList<(int First, int Second)> OfRecord(string path, int particles) => SdfFile.Read(path).FirstOrDefault() switch
    {
        null => throw new FileReadException(path, "holds no molecule."),
        { Molecule.AtomCount: var atoms } when atoms != particles =>
            throw new FileReadException(path, $"its first molecule has {atoms} atoms, but the positions are of {particles} particles."),
        var (_, bonds) => [.. bonds.Select(bond => (bond.First, bond.Second))],
    };

    private static IReadOnlyList<(int First, int Second)> OfTable(string path)
    {
        using var scope = NewDisposeScope();
        var values = MatrixFile.Read(path).Values;
        if (values.dim() != 2 || values.shape[1] != 2)
        {
            throw new FileReadException(path, $"has shape ({string.Join(", ", values.shape)}); bonds are rows of two numbers, of the particles from 0.");
        }

        var numbers = values.to(float64).contiguous().data<double>().ToArray();
        return numbers.FirstOrDefault(number => number != Math.Floor(number) || number is < 0 or > int.MaxValue, -1) is var wrong and not -1
            ? throw new FileReadException(path, FormattableString.Invariant($"holds {wrong}, which is no particle's number."))
            : [.. numbers.Chunk(2).Select(pair => ((int)pair[0], (int)pair[1]))];
    }
}
