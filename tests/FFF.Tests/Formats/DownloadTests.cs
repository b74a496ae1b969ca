using System.Security.Cryptography;
using FFF.Formats;
using Xunit;

namespace FFF.Tests.Formats;

public sealed class DownloadTests : IDisposable
{
    private const int Size = 300_000;
    private const string Name = "data.bin";
    private readonly byte[] _content = new byte[Size];
    private readonly TemporaryFolder _folder = new();
    private readonly LocalServer _server;
    private readonly HttpClient _client = new();

    public DownloadTests()
    {
        new Random(1).NextBytes(_content);
        _server = new LocalServer(new() { [Name] = _content });
    }

    private Uri Source => new($"{_server.Address}/{Name}");

    private FileDigest Digest => FileDigest.Parse(Convert.ToHexString(MD5.HashData(_content)));

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void AFileArrivesWithProgressAndIsNotFetchedTwice()
    {
        var seen = new Progress();
        Assert.True(Get(progress: seen));
        Assert.Equal(_content, File.ReadAllBytes(_folder[Name]));
        Assert.Equal([Name], _folder.Files());
        Assert.Equal(new DownloadProgress(Name, 0, Size), seen.Values[0]);
        Assert.Equal(new DownloadProgress(Name, Size, Size), seen.Values[^1]);

        Assert.False(Get());
        Assert.Equal([Name], _server.Requests);
    }

    [Fact]
    public void ABrokenDownloadGoesOnWhereItEnded()
    {
        _server.CutAfter = 100_000;
        var error = Assert.Throws<DownloadException>(() => Get());
        Assert.Contains($"{Source}: cannot be downloaded", error.Message, StringComparison.Ordinal);
        Assert.Contains("the same command goes on", error.Message, StringComparison.Ordinal);
        Assert.Equal([Name + Download.PartSuffix], _folder.Files());
        var there = new FileInfo(_folder[Name + Download.PartSuffix]).Length;
        Assert.InRange(there, 1, 100_000);

        _server.CutAfter = null;
        var seen = new Progress();
        Assert.True(Get(progress: seen));
        Assert.Equal([Name, $"{Name} from {there}"], _server.Requests);
        Assert.Equal(new DownloadProgress(Name, there, Size), seen.Values[0]);
        Assert.Equal(_content, File.ReadAllBytes(_folder[Name]));
        Assert.Equal([Name], _folder.Files());
    }

    [Fact]
    public void AnInterruptedDownloadGoesOnToo()
    {
        (_server.CutAfter, _server.Hangs) = (200_000, true);
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Get(progress: new Progress(value =>
        {
            if (value.Bytes >= 150_000)
            {
                stop.Cancel();
            }
        }), stop: stop.Token));
        var there = new FileInfo(_folder[Name + Download.PartSuffix]).Length;
        Assert.InRange(there, 150_000, 200_000);

        _server.CutAfter = null;
        Assert.True(Get());
        Assert.Equal($"{Name} from {there}", _server.Requests[^1]);
        Assert.Equal(_content, File.ReadAllBytes(_folder[Name]));
    }

    [Fact]
    public void AServerWithoutRangesSendsAllAnew()
    {
        _folder.WithBytes(Name + Download.PartSuffix, new byte[1000]);
        _server.IgnoresRanges = true;
        Assert.True(Get());
        Assert.Equal(_content, File.ReadAllBytes(_folder[Name]));
    }

    [Fact]
    public void APartThatIsWholeIsOnlyRenamed()
    {
        _folder.WithBytes(Name + Download.PartSuffix, _content);
        Assert.True(Get());
        Assert.Equal([$"{Name} from {Size}"], _server.Requests);
        Assert.Equal(_content, File.ReadAllBytes(_folder[Name]));
    }

    [Fact]
    public void AWrongChecksumIsAnErrorAndLeavesTheOldFile()
    {
        _folder.WithText(Name, "old");
        var other = FileDigest.Parse(new string('0', 64));
        var error = Assert.Throws<DownloadException>(() => new Download(_client).Get(Source, _folder[Name], other));
        Assert.Contains("does not have the SHA-256 digest 0000", error.Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(_folder[Name]));
        Assert.Equal([Name], _folder.Files());

        Assert.True(Get());
        Assert.Equal(_content, File.ReadAllBytes(_folder[Name]));
    }

    [Fact]
    public void AMissingFileAndAMissingServerAreNamed()
    {
        var missing = Assert.Throws<DownloadException>(() => new Download(_client).Get(new($"{_server.Address}/none"), _folder[Name], Digest));
        Assert.Contains("/none: cannot be downloaded (the server answers 404 Not Found)", missing.Message, StringComparison.Ordinal);
        var gone = new Uri("http://127.0.0.1:1/x");
        Assert.Contains($"{gone}: cannot be downloaded", Assert.Throws<DownloadException>(() => new Download(_client).Get(gone, _folder[Name], Digest)).Message,
            StringComparison.Ordinal);
        Assert.Throws<FileWriteException>(() => new Download(_client).Get(Source, _folder["nowhere/x"], Digest));
    }

    [Fact]
    public void DigestsAreThoseOfTheTools()
    {
        using var content = new MemoryStream("abc"u8.ToArray());
        Assert.True(FileDigest.Parse("900150983cd24fb0d6963f7d28e17f72").Matches(content)); // RFC 1321
        content.Position = 0;
        Assert.True(FileDigest.Parse("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD").Matches(content)); // FIPS 180-2
        Assert.Equal(("MD5", "SHA-256"), (FileDigest.Parse(new string('a', 32)).Algorithm, FileDigest.Parse(new string('a', 64)).Algorithm));
        Assert.Throws<FormatException>(() => FileDigest.Parse("abc"));

        var list = FileDigest.ReadList(_folder.WithText("sums", $"{new string('a', 32)}  a file\n\n{new string('b', 64)} *b\n"));
        Assert.Equal(["a file", "b"], list.Keys.Order());
        var error = Assert.Throws<FileReadException>(() => FileDigest.ReadList(_folder.WithText("sums", "nothing here\n")));
        Assert.Contains("line 1: expected an MD5 or SHA-256 digest", error.Message, StringComparison.Ordinal);
    }

    private bool Get(IProgress<DownloadProgress>? progress = null, CancellationToken stop = default) =>
        new Download(_client).Get(Source, _folder[Name], Digest, progress, stop);

    private sealed class Progress(Action<DownloadProgress>? then = null) : IProgress<DownloadProgress>
    {
        public List<DownloadProgress> Values { get; } = [];

        public void Report(DownloadProgress value)
        {
            Values.Add(value);
            then?.Invoke(value);
        }
    }
}
