using FFF.Formats;
using FFF.Native;
using static TorchSharp.torch;

namespace FFF.Datasets.Molecules;

/// <summary>QM9 as rows of numbers in files, so that the archive, which takes a minute, is unpacked and read once.</summary>
/// <param name="folder">Where the files are kept; made if it is not there.</param>
/// <param name="warn">Is told of files that are damaged or cannot be written.</param>
internal sealed class Qm9Cache(string folder, Action<string>? warn = null)
{
    /// <summary>To be raised whenever a change makes other rows of the same archive.</summary>
    public const int RowsVersion = 2;

    private const string Purpose = "molecules";
    private const string RowsName = "rows";
    private const string NumbersName = "numbers";
    private const string PropertiesName = "properties";
    private const int Digits = 16;

    private readonly DataCache _cache = new(folder, Purpose, warn);

    /// <summary>The cache in the user's cache folder.</summary>
    /// <param name="warn">Is told of files that are damaged or cannot be written.</param>
    public static Qm9Cache OfUser(Action<string>? warn) => new(CacheFolder.Of(Purpose), warn);

    /// <summary>The rows of the molecules of <see cref="Qm9.Load"/>, read or made.</summary>
    /// <param name="data">The folder of the archive; the user's if null.</param>
    /// <param name="atoms">Which atoms they have.</param>
    /// <exception cref="MissingDatasetException">There is no archive.</exception>
    /// <exception cref="FileReadException">As of <see cref="Qm9.Load"/>.</exception>
    /// <param name="conditions">The names of what they are conditioned on.</param>
    /// <exception cref="DatasetException">There is no such property.</exception>
    public NumberedMolecules Get(string? data, LearntAtoms atoms, IReadOnlyList<string> conditions)
    {
        var (archive, list) = Qm9.FilesIn(data);
        var content = $"qm9-{Digest(archive)}-{(list is null ? "all" : Digest(list))}-{string.Concat(atoms.Elements)}"
            + $"{(atoms.RemovesHydrogen ? "-heavy" : "")}{(atoms.Order == AtomOrder.Skeleton ? "-skeleton" : "")}-rows{RowsVersion}";
        var rows = Rows(content, data, atoms);
        return conditions.Count == 0 ? rows : rows with { Conditions = Properties(content, data, atoms, conditions) };
    }

    private NumberedMolecules Rows(string content, string? data, LearntAtoms atoms) =>
        _cache.Get(
            content,
            new Dictionary<string, long[]> { [RowsName] = [DataCache.Any, DataCache.Any], [NumbersName] = [DataCache.Any] },
            make: () => NumberedMolecules.OfQm9(data, atoms, []),
            describe: made => new(
                new Dictionary<string, Tensor> { [RowsName] = made.Rows, [NumbersName] = made.Numbers!.to(float32) }, new Dictionary<string, string>()),
            restore: kept => new(kept.Tensors[RowsName], kept.Tensors[NumbersName].to(int64)));

    /// <summary>All properties are kept; those that are asked for are taken.</summary>
    private Tensor Properties(string content, string? data, LearntAtoms atoms, IReadOnlyList<string> conditions)
    {
        string[] names = [.. MoleculeProperties.OfQm9];
        var columns = conditions.Select(name => Array.IndexOf(names, name) is var column and >= 0 ? (long)column : throw MoleculeProperties.Unknown(
            Qm9.Name, name, names)).ToArray();
        return _cache.Get(
            $"{content}-properties",
            new Dictionary<string, long[]> { [PropertiesName] = [DataCache.Any, names.Length] },
            make: () => NumberedMolecules.OfQm9(data, atoms, names).Conditions!,
            describe: made => new(new Dictionary<string, Tensor> { [PropertiesName] = made }, new Dictionary<string, string>()),
            restore: kept => kept.Tensors[PropertiesName],
            ScalarType.Float64).index_select(1, tensor(columns));
    }

    private static string Digest(string path) => FileDigest.Sha256(path)[..Digits];
}
