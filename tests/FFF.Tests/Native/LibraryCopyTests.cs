using System.Security.Cryptography;
using FFF.Native;
using FFF.Tests.Formats;
using Xunit;

namespace FFF.Tests.Native;

/// <summary>The copy of the native library is loaded only as it was made.</summary>
public sealed class LibraryCopyTests : IDisposable
{
    private const string Name = "lib.so";

    private static readonly byte[] Image = SHA512.HashData([1]);

    private readonly TemporaryFolder _root = new();

    public LibraryCopyTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Only there a library is adapted.");

    public void Dispose() => _root.Dispose();

    [Fact]
    public void NobodyElseCanReadOrWriteIt()
    {
        var path = LibraryCopy.KeepIn(Image, _root["cache/native"], Name);
        Assert.Equal(Image, File.ReadAllBytes(path));
        Assert.Equal("600", Mode(path));
        Assert.Equal("700", Mode(_root["cache/native"]));
        Assert.Equal([path], Directory.GetFileSystemEntries(_root["cache/native"]));
    }

    [Fact]
    public void WhatIsThereAlreadyStays()
    {
        var path = LibraryCopy.KeepIn(Image, _root["cache"], Name);
        var written = DateTime.UnixEpoch;
        File.SetLastWriteTimeUtc(path, written);
        Assert.Equal(path, LibraryCopy.KeepIn(Image, _root["cache"], Name));
        Assert.Equal(written, File.GetLastWriteTimeUtc(path));
    }

    [Theory]
    [InlineData("other content of the same length")]
    [InlineData("half written")]
    [InlineData("a link")]
    [InlineData("writable by others")]
    public void WhatIsNotTheImageIsReplaced(string what)
    {
        Directory.CreateDirectory(_root["cache"]);
        var path = Path.Combine(_root["cache"], Name);
        var other = _root["other"];
        File.WriteAllBytes(other, Image);
        switch (what)
        {
            case "other content of the same length":
                File.WriteAllBytes(path, [.. Image.Reverse()]);
                break;
            case "half written":
                File.WriteAllBytes(path, Image[..(Image.Length / 2)]);
                break;
            case "a link":
                File.CreateSymbolicLink(path, other);
                break;
            default:
                File.WriteAllBytes(path, Image);
                Chmod(path, 0x1b6); // 0666
                break;
        }

        Assert.Equal(path, LibraryCopy.KeepIn(Image, _root["cache"], Name));
        Assert.Equal(Image, File.ReadAllBytes(path));
        Assert.Null(new FileInfo(path).LinkTarget);
        Assert.Equal("600", Mode(path));
        Assert.Equal(Image, File.ReadAllBytes(other));
    }

    [Fact]
    public void AFolderThatOthersCanWriteIsRefused()
    {
        Directory.CreateDirectory(_root["cache/native"]);
        Chmod(_root["cache"], 0x1ff); // 0777: who can write here can put another folder in the place of ours.
        Assert.Throws<IOException>(() => LibraryCopy.KeepIn(Image, _root["cache/native"], Name));
        Assert.Empty(Directory.GetFileSystemEntries(_root["cache/native"]));

        Chmod(_root["cache"], 0x1fd); // 0775, as by the umask 002.
        Assert.Throws<IOException>(() => LibraryCopy.KeepIn(Image, _root["cache/native"], Name));
    }

    /// <summary>What others put there meanwhile is another's, or could be written by others.</summary>
    [Fact]
    public void TheUsersOwnFolderIsClosedToOthers()
    {
        Directory.CreateDirectory(_root["native"]);
        Chmod(_root["native"], 0x1ff); // 0777
        File.WriteAllBytes(_root["native/" + Name], Image);
        Chmod(_root["native/" + Name], 0x1b6);
        var path = LibraryCopy.KeepIn(Image, _root["native"], Name);
        Assert.Equal(("755", "600"), (Mode(_root["native"]), Mode(path)));
    }

    /// <summary>Where the cache folder cannot be trusted, a second start finds the copy of the first, outside of it.</summary>
    [Fact]
    public void ACacheThatAGroupMayWriteMakesNoCopyAtEachStart()
    {
        var before = Environment.GetEnvironmentVariable(CacheFolder.Variable);
        Directory.CreateDirectory(_root["shared"]);
        Chmod(_root["shared"], 0x1fd); // 0775
        Environment.SetEnvironmentVariable(CacheFolder.Variable, _root["shared"]);
        var key = "test-" + Path.GetRandomFileName();
        try
        {
            var first = LibraryCopy.Keep(Image, key, Name);
            var written = DateTime.UnixEpoch;
            File.SetLastWriteTimeUtc(first, written);
            Assert.False(first.StartsWith(_root["shared"], StringComparison.Ordinal));
            Assert.Equal(first, LibraryCopy.Keep(Image, key, Name));
            Assert.Equal((written, "600", "700"), (File.GetLastWriteTimeUtc(first), Mode(first), Mode(Path.GetDirectoryName(first)!)));
            Directory.Delete(Path.GetDirectoryName(first)!, recursive: true);
        }
        finally
        {
            Environment.SetEnvironmentVariable(CacheFolder.Variable, before);
        }
    }

    private static void Chmod(string path, int mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)mode);
        }
    }

    private static string Mode(string path) => OperatingSystem.IsWindows() ? "" : Convert.ToString((int)File.GetUnixFileMode(path), 8);
}
