using FFF.Formats;

namespace FFF.Datasets.Molecules;

/// <summary>Where QM9 is published.</summary>
/// <remarks>figshare, collection 978904 (https://doi.org/10.6084/m9.figshare.c.978904), with the MD5 digests that it publishes.</remarks>
internal static class Qm9Source
{
    /// <summary>The archive, and the list of uncharacterised molecules.</summary>
    public static RemoteDataset Dataset { get; } = new(Qm9.Name, "figshare",
    [
        File(Qm9.ArchiveName, 3195389, "ad1ebd51ee7f5b3a6e32e974e5d54012", 86_144_227),
        File(Qm9.UncharacterizedName, 3195404, "a361887bacb427b8a0ce7903d92a53b4", 486_752),
    ]);

    private static RemoteFile File(string name, int number, string md5, long bytes) =>
        new(name, new Uri($"https://ndownloader.figshare.com/files/{number}"), FileDigest.Parse(md5), bytes);
}
