using FFF.Datasets;
using FFF.Datasets.Molecules;
using FFF.Formats;
using Xunit;

namespace FFF.Tests.Datasets.Molecules;

public sealed class Qm9SourceTests
{
    [Fact]
    public void FilesArePublishedUnderNumbersAndMirroredUnderNames()
    {
        Assert.Equal(["https://ndownloader.figshare.com/files/3195389", "https://ndownloader.figshare.com/files/3195404"],
            Qm9Source.Dataset.Files().Select(file => file.Address.AbsoluteUri));
        Assert.Equal(
            ["http://mirror.example.org/a/dsgdb9nsd.xyz.tar.bz2", "http://mirror.example.org/a/uncharacterized.txt"],
            Qm9Source.Dataset.Files(new Uri("http://mirror.example.org/a/")).Select(file => file.Address.AbsoluteUri));
    }

    [Fact]
    public void OtherChecksumsMustCoverAllFiles()
    {
        var digest = FileDigest.Parse(new string('1', 64));
        Assert.All(Qm9Source.Dataset.Files(digests: new Dictionary<string, FileDigest> { [Qm9.ArchiveName] = digest, [Qm9.UncharacterizedName] = digest }),
            file => Assert.Equal(digest, file.Digest));
        var error = Assert.Throws<DatasetException>(() => Qm9Source.Dataset.Files(digests: new Dictionary<string, FileDigest> { [Qm9.ArchiveName] = digest }));
        Assert.Contains("uncharacterized.txt", error.Message, StringComparison.Ordinal);
    }
}
