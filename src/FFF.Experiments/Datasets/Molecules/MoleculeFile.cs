using System.Collections.Immutable;
using FFF.Formats;
using FFF.Spaces;

namespace FFF.Datasets.Molecules;

/// <summary>Molecules in any of the formats, told apart by the file's name.</summary>
public static class MoleculeFile
{
    /// <summary>The endings that are known; .bz2 is read in place of .gz.</summary>
    public const string Endings = ".xyz, .xyz.gz, .sdf or .sdf.gz";

    /// <summary>The endings that are read.</summary>
    internal const string ReadEndings = ".xyz, .sdf, also compressed (.gz), or .npz";

    /// <summary>Whether the name has one of <see cref="Endings"/>.</summary>
    public static bool IsKnown(string path) => (IsXyz(path) || IsSdf(path)) && !path.EndsWith(".bz2", StringComparison.OrdinalIgnoreCase);

    /// <summary>The names of data sets in place of a file, for help.</summary>
    internal const string DataSets = "qm7 or qm9 for the data sets themselves, qm9:train, qm9:validation or qm9:test for a part of its published split "
        + "(a folder with its files stands for qm9, too)";

    /// <summary>Whether <see cref="Read"/> knows a file of this name.</summary>
    internal static bool CanRead(string path) => IsXyz(path) || IsSdf(path) || MoleculeArchive.IsOne(path);

    /// <summary>Reads a data set by its name, such as <see cref="Qm7.Name"/> or one of <see cref="Qm9Part"/>, or else a file.</summary>
    /// <exception cref="MissingDatasetException">The data set has not been downloaded.</exception>
    /// <exception cref="DatasetException">A part of QM9 is asked for, but its split is not known.</exception>
    /// <exception cref="FileReadException">As of <see cref="Read"/> and <see cref="Qm9.Load"/>.</exception>
    public static IReadOnlyList<Molecule> ReadAll(string nameOrPath) =>
        nameOrPath == Qm7.Name ? Qm7.Load().Molecules
        : Qm9Part.Parse(nameOrPath) is { } part ? part.Read()
        : [.. Read(nameOrPath)];

    /// <summary>Reads molecules one by one.</summary>
    /// <exception cref="FileReadException">The ending is not known, or as of <see cref="XyzFile.Read"/>.</exception>
    public static IEnumerable<Molecule> Read(string path) =>
        IsXyz(path) ? XyzFile.Read(path)
        : IsSdf(path) ? SdfFile.Read(path).Select(bonded => bonded.Molecule)
        : MoleculeArchive.IsOne(path) ? MoleculeArchive.Read(path)
        : throw new FileReadException(path, $"is of no known format; expected a name that ends in {ReadEndings}.");

    /// <summary>Writes molecules.</summary>
    /// <param name="path">Where to; <see cref="IsKnown"/>.</param>
    /// <param name="molecules">The molecules.</param>
    /// <param name="bonds">Gives their bonds, which .sdf files hold.</param>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    /// <exception cref="ArgumentException">The ending is not known, or a molecule too large for <see cref="SdfFile"/>.</exception>
    public static void Write(string path, IEnumerable<Molecule> molecules, Func<Molecule, ImmutableArray<Bond>> bonds)
    {
        if (IsXyz(path))
        {
            XyzFile.Write(path, molecules);
        }
        else if (IsSdf(path))
        {
            SdfFile.Write(path, molecules.Select(molecule => new BondedMolecule(molecule, bonds(molecule))));
        }
        else
        {
            throw new ArgumentException($"'{path}' ends in none of {Endings}.", nameof(path));
        }
    }

    /// <summary>Whether a file of this name holds frames of XYZ text.</summary>
    internal static bool IsXyz(string path) => HasEnding(path, ".xyz") || HasEnding(path, ".extxyz");

    private static bool IsSdf(string path) => HasEnding(path, ".sdf");

    private static bool HasEnding(string path, string ending) => UnpackedFile.PlainName(path).EndsWith(ending, StringComparison.OrdinalIgnoreCase);
}
