using FFF.Spaces;

namespace FFF.Datasets.Molecules;

/// <summary>QM9 or a part of its published split, by name: qm9, qm9:test, or a folder with its files in place of qm9. Needs no libtorch.</summary>
/// <param name="Folder">Where its files are; the user's folder if null.</param>
/// <param name="Part">train, validation or test; all molecules if null.</param>
internal sealed record Qm9Part(string? Folder, string? Part)
{
    private static readonly string[] Parts = ["train", HeldOut.OfValidation, HeldOut.OfTest];

    /// <summary>What a name says; null where it is none of QM9.</summary>
    public static Qm9Part? Parse(string name)
    {
        var (set, part) = name.LastIndexOf(':') is var colon and >= 0 && Parts.Contains(name[(colon + 1)..])
            ? (name[..colon], name[(colon + 1)..])
            : (name, null);
        return set == Qm9.Name ? new(null, part)
            : File.Exists(Path.Combine(set, Qm9.ArchiveName)) ? new(set, part)
            : null;
    }

    /// <summary>Reads the molecules.</summary>
    /// <exception cref="MissingDatasetException">There is no archive.</exception>
    /// <exception cref="DatasetException">There is no list of molecules to leave out, without which there is no split.</exception>
    /// <exception cref="Formats.FileReadException">A file is truncated or damaged.</exception>
    public IReadOnlyList<Molecule> Read()
    {
        var molecules = Qm9.Load(Folder).Molecules;
        if (Part is null)
        {
            return molecules;
        }

        var places = Qm9Split.Places(molecules.Select(molecule => (long)Qm9.NumberOf(molecule)), Qm9.FilesIn(Folder).List);
        return [.. molecules.Where((_, index) => Holds(places[index]))];
    }

    private bool Holds(long place)
    {
        var (train, both) = (Qm9Split.Whole.Train, Qm9Split.Whole.Train + Qm9Split.Whole.Validation);
        return Part == (place < train ? Parts[0] : place < both ? HeldOut.OfValidation : HeldOut.OfTest);
    }
}
