using System.Collections.Frozen;
using System.Globalization;
using FFF.Formats;
using FFF.Spaces;
using ICSharpCode.SharpZipLib;
using ICSharpCode.SharpZipLib.Tar;

namespace FFF.Datasets.Molecules;

/// <summary>
/// QM9: 133,885 molecules of up to nine heavy atoms (Ramakrishnan, Dral, Rupp and von Lilienfeld, Scientific Data 1, 140022,
/// 2014), as published: an archive with a file per molecule, and a list of 3,054 whose relaxed geometry is of another
/// molecule than the one that was meant.
/// </summary>
internal static class Qm9
{
    /// <summary>What it is called.</summary>
    public const string Name = "qm9";

    /// <summary>The molecules, a file each.</summary>
    public const string ArchiveName = "dsgdb9nsd.xyz.tar.bz2";

    /// <summary>The list of molecules that failed the consistency check.</summary>
    public const string UncharacterizedName = "uncharacterized.txt";

    private const int Train = 100_000;

    /// <summary>H, C, N, O and F, which are all there are.</summary>
    public static IReadOnlySet<Element> DefaultElements { get; } = FrozenSet.Create(Element.H, Element.C, Element.N, Element.O, Element.F);

    /// <summary>The molecules in a folder: those of the archive without those of the list, where the list is there too.</summary>
    /// <param name="folder">The folder; the user's, to which <c>fff data fetch</c> downloads them, if left out.</param>
    /// <param name="elements">Molecules with others are left out and counted; <see cref="DefaultElements"/> if left out.</param>
    /// <exception cref="MissingDatasetException">There is no archive.</exception>
    /// <exception cref="FileReadException">A file is truncated or damaged; the message names it and the line.</exception>
    public static MoleculeSet Load(string? folder = null, IReadOnlySet<Element>? elements = null)
    {
        var (archive, list) = FilesIn(folder);
        var uncharacterized = list is null ? FrozenSet<int>.Empty : ReadUncharacterized(list);
        return MoleculeSet.Of(ReadArchive(archive).Where(entry => !uncharacterized.Contains(entry.Index)).Select(entry => entry.Molecule),
            elements ?? DefaultElements);
    }

    /// <summary>The archive in a folder, and the list; null where that is not there.</summary>
    /// <param name="folder">The folder; the user's if left out.</param>
    /// <exception cref="MissingDatasetException">There is no archive.</exception>
    public static (string Archive, string? List) FilesIn(string? folder = null)
    {
        Qm9Source.Dataset.Require(folder);
        var place = folder ?? Qm9Source.Dataset.DefaultFolder;
        var (archive, list) = (Path.Combine(place, ArchiveName), Path.Combine(place, UncharacterizedName));
        return (archive, File.Exists(list) ? list : null);
    }

    /// <summary>Reads the archive as a stream, one molecule after the other; they are numbered from 1.</summary>
    /// <exception cref="FileReadException">It is missing, truncated or damaged, or holds a molecule that <see cref="XyzFile.Read"/> would refuse.</exception>
    public static IEnumerable<(int Index, Molecule Molecule)> ReadArchive(string path)
    {
        using var file = InputFile.Open(path);
        using var blocks = new TarBlocks(new BoundedStream(new BZip2Streams(file), BoundedStream.LimitOf(file.Length)));
        using var tar = Archived(path, () => new TarInputStream(blocks, null));
        var count = 0;
        while (Archived(path, tar.GetNextEntry) is { } entry)
        {
            // macOS keeps attributes of a file so beside it.
            if (!entry.IsDirectory && !Path.GetFileName(entry.Name).StartsWith("._", StringComparison.Ordinal))
            {
                count++;
                yield return Archived(path, () => Molecule(path, entry.Name, tar));
            }
        }

        Archived(path, () =>
        {
            blocks.Finish();
            return count;
        });

        if (count == 0)
        {
            throw new FileReadException(path, "holds no molecule.");
        }
    }

    /// <summary>Reads the numbers of the molecules that failed the consistency check: the first word of each line that begins with a number.</summary>
    /// <exception cref="FileReadException">The file is missing or holds no number.</exception>
    public static IReadOnlySet<int> ReadUncharacterized(string path)
    {
        using var lines = LineReader.Open(path);
        var numbers = new HashSet<int>();
        while (lines.NextFilled() is { } line)
        {
            if (int.TryParse(AtomText.Words(line)[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && !numbers.Add(number))
            {
                throw lines.Wrong($"molecule {number} is listed twice; the file is not the published one.");
            }
        }

        return numbers.Count > 0 ? numbers.ToFrozenSet()
            : throw new FileReadException(path, "lists no molecule; lines that begin with a molecule's number are expected.");
    }

    /// <summary>
    /// How many molecules went to each part in earlier versions, which drew them by the run's seed: 100,000 to train, a tenth of all for the test, the
    /// rest for validation. Runs that were begun so keep their split; new ones have that of <see cref="Qm9Split"/>.
    /// </summary>
    /// <param name="count">How many molecules there are; 130,831 give 100,000 / 17,748 / 13,083.</param>
    /// <exception cref="DatasetException">There are too few for it.</exception>
    public static Split FormerSplitOf(long count)
    {
        var test = count / 10;
        return count - Train - test >= 0
            ? new Split(Train, count - Train - test, test)
            : throw new DatasetException($"QM9's split has {Train} molecules to train on, but here are only {count} in all. "
                + "Is the archive whole? Otherwise give fractions for validation and test.");
    }

    /// <summary>The number of one of its molecules in the data set, from 1.</summary>
    public static int NumberOf(Molecule molecule) =>
        NumberIn(molecule.Comment) ?? throw new ArgumentException("The molecule was not read from QM9's archive.", nameof(molecule));

    private static int? NumberIn(string comment) =>
        AtomText.Words(comment) is ["gdb", var word, ..] && int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static (int Index, Molecule Molecule) Molecule(string path, string name, Stream content)
    {
        // Not disposed of, as that would close the archive.
        var lines = new LineReader(new StreamReader(content), path, $"{name}, ");
        var molecule = XyzFile.Next(lines) ?? throw new FileReadException(path, $"{name}: is empty.");
        if (lines.NextFilled() is { } rest)
        {
            throw lines.Wrong($"expected the end of the file, found '{AtomText.Short(rest)}'.");
        }

        return NumberIn(molecule.Comment) is { } number
            ? (number, molecule)
            : throw new FileReadException(path,
                $"{name}, line 2: expected 'gdb', the molecule's number and its properties, found '{AtomText.Short(molecule.Comment)}'.");
    }

    private static T Archived<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is SharpZipBaseException or InvalidDataException or EndOfStreamException or ArgumentException or IndexOutOfRangeException
            or ArithmeticException or FormatException or InvalidOperationException or NullReferenceException)
        {
            // The library checks little, and answers damage in many ways.
            throw new FileReadException(path,
                $"is no tar archive compressed by bzip2, or a truncated or damaged one ({e.Message.TrimEnd('.')}). Fetch it again with 'fff data fetch qm9'.",
                e);
        }
    }
}
