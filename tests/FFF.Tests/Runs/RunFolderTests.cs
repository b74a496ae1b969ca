using System.Runtime.InteropServices;
using FFF.Formats;
using FFF.Runs;
using FFF.Tests.Formats;
using Xunit;

namespace FFF.Tests.Runs;

public sealed class RunFolderTests : IDisposable
{
    private readonly TemporaryFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void CountsVersionsUp()
    {
        var first = RunFolder.Create(_root.Path, "moons");
        var second = RunFolder.Create(_root.Path, "moons");
        var other = RunFolder.Create(_root.Path, "rings");

        Assert.Equal(_root["moons/v0001"], first.Path);
        Assert.Equal(("moons", "v0002"), (second.Name, second.Version));
        Assert.Equal("v0001", other.Version);
        Assert.Equal(["checkpoints", "eval", "plots", "samples"], Directory.GetFileSystemEntries(second.Path).Select(Path.GetFileName).Order());
        Assert.Equal(["v0001", "v0002"], Directory.GetFileSystemEntries(_root["moons"]).Select(Path.GetFileName).Order());
        Assert.Equal(_root["moons/v0001/checkpoints/last.safetensors"], first.LastCheckpoint);
    }

    [Fact]
    public void NeverFillsGapsAndPassesTenThousand()
    {
        Directory.CreateDirectory(_root["moons/v0007"]);
        Directory.CreateDirectory(_root["moons/vault"]);
        Assert.Equal("v0008", RunFolder.Create(_root.Path, "moons").Version);

        Directory.CreateDirectory(_root["moons/v9999"]);
        Assert.Equal("v10000", RunFolder.Create(_root.Path, "moons").Version);
        Assert.Equal("v10001", RunFolder.Create(_root.Path, "moons").Version);
    }

    [Fact]
    public void NumbersThatNobodyCountsToAreNoVersions()
    {
        Directory.CreateDirectory(_root["moons/v2147483647"]);
        Directory.CreateDirectory(_root["moons/v99999999999999999999"]);
        Assert.Equal("v0001", RunFolder.Create(_root.Path, "moons").Version);

        Directory.CreateDirectory(_root["moons/v999999999"]);
        Assert.Contains("none can come after", Assert.Throws<FileWriteException>(() => RunFolder.Create(_root.Path, "moons")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void GivesEveryoneAFolderOfTheirOwn()
    {
        const int Parties = 16;
        const int Each = 10;
        var versions = new string[Parties][];
        using var start = new Barrier(Parties);
        Together.Run(Parties, party =>
        {
            start.SignalAndWait();
            versions[party] = [.. Enumerable.Range(0, Each).Select(_ => RunFolder.Create(_root.Path, "moons").Version)];
        });

        Assert.Equal(Enumerable.Range(1, Parties * Each).Select(version => $"v{version:D4}"), versions.SelectMany(v => v).Order());
        Assert.Equal(Parties * Each, Directory.GetFileSystemEntries(_root["moons"]).Length);
    }

    [Fact]
    public void RenamingOntoAFilledFolderFails()
    {
        // What allocation rests on; .NET checks before it renames, but between the two another process may come.
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Calls the C library of Linux.");
        Directory.CreateDirectory(_root["new/checkpoints"]);
        Directory.CreateDirectory(_root["v0001/checkpoints"]);

        Assert.NotEqual(0, Rename(_root["new"], _root["v0001"]));

        Directory.Delete(_root["v0001/checkpoints"]);
        Assert.Equal(0, Rename(_root["new"], _root["v0001"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../up")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("/tmp/a")]
    [InlineData(".hidden")]
    [InlineData("-n")]
    [InlineData("a b")]
    [InlineData("a\n")]
    [InlineData("mönd")]
    [InlineData("ends.")]
    [InlineData("latest")]
    [InlineData("con")]
    [InlineData("NUL")]
    [InlineData("aux.v2")]
    [InlineData("com1")]
    [InlineData("lpt9.tar.gz")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void RefusesNamesThatEscapeOrConfuse(string name)
    {
        Assert.Contains("cannot name a run", Assert.Throws<RunException>(() => RunFolder.Create(_root.Path, name)).Message);
        Assert.Empty(Directory.GetFileSystemEntries(_root.Path));
    }

    [Theory]
    [InlineData("two_moons")]
    [InlineData("lj13-0.5")]
    [InlineData("7")]
    public void AcceptsUsualNames(string name) => Assert.Equal(name, RunFolder.Create(_root.Path, name).Name);

    [Fact]
    public void RefusesANameThatDiffersByCaseOnly()
    {
        RunFolder.Create(_root.Path, "two_moons");

        Assert.Contains("'Two_Moons' differs from 'two_moons'", Assert.Throws<RunException>(() => RunFolder.Create(_root.Path, "Two_Moons")).Message);
        Assert.Equal(["two_moons"], Directory.GetFileSystemEntries(_root.Path).Select(Path.GetFileName));
        Assert.Equal("v0002", RunFolder.Create(_root.Path, "two_moons").Version);
    }

    [Fact]
    public void NamesTheFolderThatCannotBeWritten()
    {
        var file = _root.WithText("file", "no folder");

        var e = Assert.Throws<FileWriteException>(() => RunFolder.Create(file, "moons"));

        Assert.Contains(Path.Combine(file, "moons"), e.Message);
        Assert.Contains($"'{file}' is a file", e.Message);
    }

    [Fact]
    public void NamesTheFolderThatIsNotPermitted()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc is a folder of Linux, in which nobody may write.");

        Assert.Contains("/proc/moons: cannot be written", Assert.Throws<FileWriteException>(() => RunFolder.Create("/proc", "moons")).Message);
    }

    [DllImport("libc", EntryPoint = "rename", CharSet = CharSet.Ansi)]
    private static extern int Rename(string source, string target);
}
