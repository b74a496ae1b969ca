using FFF.Datasets.Molecules;
using FFF.Formats;
using FFF.Native;

namespace FFF.Datasets;

/// <summary>A file to be downloaded.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Digest">Its checksum.</param>
/// <param name="Bytes">Its size where it is published.</param>
public sealed record RemoteFile(string Name, Uri Address, FileDigest Digest, long Bytes);

/// <summary>A data set that is no part of the program: <c>fff data fetch</c> downloads it.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Publisher">Who publishes it.</param>
/// <param name="Published">Its files where they are published; without the first it cannot be read.</param>
public sealed record RemoteDataset(string Name, string Publisher, IReadOnlyList<RemoteFile> Published)
{
    /// <summary>All that there are.</summary>
    public static IReadOnlyList<RemoteDataset> All { get; } = [Qm9Source.Dataset];

    /// <summary>Where the files are looked for and downloaded to, unless another folder is named.</summary>
    public string DefaultFolder => CacheFolder.Of(Name);

    /// <summary>The files, where they are to be downloaded from.</summary>
    /// <param name="mirror">Where they are under their own names; null for where they are published.</param>
    /// <param name="digests">Checksums in place of the published ones, by name, for a mirror that has packed them anew.</param>
    /// <exception cref="DatasetException">The checksums lack one of the files.</exception>
    public IReadOnlyList<RemoteFile> Files(Uri? mirror = null, IReadOnlyDictionary<string, FileDigest>? digests = null) =>
        [.. Published.Select(file => file with
        {
            Address = mirror is null ? file.Address : new Uri($"{mirror.AbsoluteUri.TrimEnd('/')}/{file.Name}"),
            Digest = digests is null ? file.Digest
                : digests.TryGetValue(file.Name, out var digest) ? digest
                : throw new DatasetException($"the checksums lack the file '{file.Name}'."),
        })];

    /// <summary>Throws unless the data set is there.</summary>
    /// <param name="folder">The folder; <see cref="DefaultFolder"/> if null.</param>
    /// <exception cref="MissingDatasetException">It is not.</exception>
    public void Require(string? folder)
    {
        if (!File.Exists(Path.Combine(folder ?? DefaultFolder, Published[0].Name)))
        {
            throw new MissingDatasetException(this, folder);
        }
    }
}

/// <summary>A data set has not been downloaded yet; the message has the command that does it.</summary>
/// <param name="dataset">The data set.</param>
/// <param name="folder">Where it should be; null for its default folder.</param>
public sealed class MissingDatasetException(RemoteDataset dataset, string? folder) : DatasetException(
    $"{Path.Combine(folder ?? dataset.DefaultFolder, dataset.Published[0].Name)}: there is no such file: the data set {dataset.Name} has not been downloaded. "
    + $"Download it by this command, or put its files there yourself:\n  {Command(dataset, folder)}")
{
    /// <summary>The data set.</summary>
    public RemoteDataset Dataset { get; } = dataset;

    /// <summary>Where it should be; null for its default folder.</summary>
    public string? Folder { get; } = folder;

    private static string Command(RemoteDataset dataset, string? folder) =>
        $"fff data fetch {dataset.Name}{(folder is null ? "" : $" --folder {(folder.Contains(' ', StringComparison.Ordinal) ? $"\"{folder}\"" : folder)}")}";
}
