using FFF.Runs;
using FFF.Tests.Formats;
using Xunit;

namespace FFF.Tests.Runs;

public sealed class RunLocatorTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _root = new();

    public void Dispose() => _root.Dispose();

    private RunFolder Run(string name, int hour)
    {
        var folder = RunFolder.Create(_root.Path, name);
        ManifestTests.Example(folder.Name, folder.Version, Start.AddHours(hour)).Write(folder.ManifestFile);
        return folder;
    }

    [Fact]
    public void FindsByNameVersionAgeAndPath()
    {
        var old = Run("moons", 1);
        var newest = Run("rings", 3);
        var newer = Run("moons", 2);

        Assert.Equal(newer, RunLocator.Find(_root.Path, "moons"));
        Assert.Equal(old, RunLocator.Find(_root.Path, "moons/v0001"));
        Assert.Equal(newest, RunLocator.Find(_root.Path, "latest"));
        Assert.Equal(old, RunLocator.Find("elsewhere", old.Path));
        Assert.Equal(old, RunLocator.Find("elsewhere", old.Path + "/"));
        Assert.Equal(newer, RunLocator.Find("elsewhere", _root["moons"]));
        Assert.Equal(old, RunLocator.Find(_root.Path, Path.GetRelativePath(Environment.CurrentDirectory, old.Path)));
    }

    [Fact]
    public void TakesTheHighestVersionByNumber()
    {
        Run("moons", 1);
        Directory.CreateDirectory(_root["moons/v9999"]);
        var highest = Run("moons", 2);

        Assert.Equal("v10000", highest.Version);
        Assert.Equal(highest, RunLocator.Find(_root.Path, "moons"));
    }

    /// <summary>A start that was ended by force before the first manifest does not hide what was trained.</summary>
    [Fact]
    public void AVersionWithoutAManifestIsPassedOver()
    {
        var whole = Run("moons", 1);
        var unbegun = RunFolder.Create(_root.Path, "moons");

        Assert.Equal(whole, RunLocator.Find(_root.Path, "moons"));
        Assert.Equal(whole, RunLocator.Find(_root.Path, "latest"));
        Assert.Equal(whole, RunLocator.Newest(_root.Path, "moons")!.Folder);
        Assert.Equal(unbegun, RunLocator.Find(_root.Path, "moons/v0002"));
        Assert.Equal("v0003", RunFolder.Create(_root.Path, "moons").Version);
    }

    [Fact]
    public void FindsARunThatWasCopiedElsewhere()
    {
        Directory.CreateDirectory(_root["published/best-moons"]);
        ManifestTests.Example().Write(_root["published/best-moons/manifest.json"]);

        Assert.Equal(_root["published/best-moons"], RunLocator.Find(_root["runs"], _root["published/best-moons"]).Path);
    }

    [Theory]
    [InlineData("two_mons", "Near: two_moons/v0002, checkerboard/v0001, gaussian_linear/v0001.")]
    [InlineData("two_moons/v0009", "Near: two_moons/v0002,")]
    [InlineData("no/such/path", "'fff runs list' shows all")]
    [InlineData("", "Near: ")]
    public void ListsNearNames(string run, string expected)
    {
        Run("checkerboard", 1);
        Run("two_moons", 2);
        Run("two_moons", 3);
        Run("gaussian_linear", 4);

        var message = Assert.Throws<RunException>(() => RunLocator.Find(_root.Path, run)).Message;

        Assert.StartsWith($"There is no run '{run}' in '{_root.Path}'", message);
        Assert.Contains(expected, message);
    }

    [Theory]
    [InlineData("latest")]
    [InlineData("moons")]
    public void SaysWhenThereAreNoRuns(string run)
    {
        Assert.Contains("holds no runs", Assert.Throws<RunException>(() => RunLocator.Find(_root.Path, run)).Message);
        Assert.Contains("holds no runs", Assert.Throws<RunException>(() => RunLocator.Find(_root["missing"], run)).Message);
        Assert.Empty(RunLocator.List(_root["missing"]));
    }

    [Fact]
    public void ListsTheNewestFirstAndSaysWhatCannotBeRead()
    {
        var old = Run("moons", 1);
        var newer = Run("rings", 2);
        var damaged = RunFolder.Create(_root.Path, "damaged");
        File.WriteAllText(damaged.ManifestFile, "{");
        Directory.SetLastWriteTimeUtc(damaged.Path, Start.UtcDateTime);
        Directory.CreateDirectory(_root["rings/notes"]);
        Directory.CreateDirectory(_root["rings/.new-123"]);

        var runs = RunLocator.List(_root.Path);

        Assert.Equal([newer, old, damaged], runs.Select(run => run.Folder));
        Assert.Equal("rings", runs[0].Manifest!.Name);
        Assert.Null(runs[0].Problem);
        Assert.Null(runs[2].Manifest);
        Assert.Contains("is no manifest", runs[2].Problem);
    }
}
