using FFF.Formats;

namespace FFF.Datasets.Molecules;

/// <summary>A file of QM9 to be downloaded.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Digest">Its checksum.</param>
public sealed record RemoteFile(string Name, Uri Address, FileDigest Digest);

/// <summary>Where QM9 is published.</summary>
/// <remarks>
/// figshare, collection 978904 (https://doi.org/10.6084/m9.figshare.c.978904), with the MD5 digests that it publishes. The
/// archive has 86,144,227 bytes, the list of uncharacterised molecules 486,752.
/// </remarks>
public static class Qm9Source
{
    /// <summary>The archive and the list.</summary>
    /// <param name="mirror">Where they are under their own names; null for figshare.</param>
    /// <param name="digests">Checksums in place of the published ones, by name, for a mirror that has packed them anew.</param>
    /// <exception cref="DatasetException">The checksums lack one of the files.</exception>
    public static IReadOnlyList<RemoteFile> Files(Uri? mirror = null, IReadOnlyDictionary<string, FileDigest>? digests = null)
    {
        return
        [
            File(Qm9.ArchiveName, 3195389, "ad1ebd51ee7f5b3a6e32e974e5d54012"),
            File(Qm9.UncharacterizedName, 3195404, "a361887bacb427b8a0ce7903d92a53b4"),
        ];

        RemoteFile File(string name, int figshare, string md5) => new(
            name,
            mirror is null ? new Uri($"https://ndownloader.figshare.com/files/{figshare}") : new Uri($"{mirror.AbsoluteUri.TrimEnd('/')}/{name}"),
            digests is null ? FileDigest.Parse(md5)
            : digests.TryGetValue(name, out var digest) ? digest
            : throw new DatasetException($"the checksums lack the file '{name}'."));
    }
}
