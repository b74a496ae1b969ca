using FFF.Native;
using Xunit;

namespace FFF.Tests.Native;

public sealed class CacheFolderTests : IDisposable
{
    private const string Shared = "XDG_CACHE_HOME";
    private readonly (string Name, string? Value)[] _before =
    [
        .. new[] { CacheFolder.Variable, Shared }.Select(name => (name, Environment.GetEnvironmentVariable(name))),
    ];

    public void Dispose()
    {
        foreach (var (name, value) in _before)
        {
            Environment.SetEnvironmentVariable(name, value);
        }
    }

    [Fact]
    public void TheProgramsOwnVariableGoesBeforeThatOfAllPrograms()
    {
        var (own, shared) = (Path.Combine(Path.GetTempPath(), "own"), Path.Combine(Path.GetTempPath(), "shared"));
        Environment.SetEnvironmentVariable(Shared, shared);
        Environment.SetEnvironmentVariable(CacheFolder.Variable, own);
        Assert.Equal(Path.Combine(own, "native"), CacheFolder.Of("native"));
        Environment.SetEnvironmentVariable(CacheFolder.Variable, "relative");
        Assert.Equal(Path.Combine(Environment.CurrentDirectory, "relative", "native"), CacheFolder.Of("native"));
        Environment.SetEnvironmentVariable(CacheFolder.Variable, null);
        Assert.Equal(Path.Combine(shared, "fff", "native"), CacheFolder.Of("native"));
    }

    [Fact]
    public void WithoutEitherItIsWhereTheSystemKeepsCaches()
    {
        Environment.SetEnvironmentVariable(Shared, null);
        Environment.SetEnvironmentVariable(CacheFolder.Variable, null);
        var expected = OperatingSystem.IsWindows()
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "fff", "native")
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "fff", "native");
        Assert.Equal(expected, CacheFolder.Of("native"));
    }
}
