using FFF.Formats;

namespace FFF.Native;

/// <summary>Where files are kept that can be made again at any time.</summary>
internal static class CacheFolder
{
    /// <summary>The environment variable that names the folder.</summary>
    public const string Variable = "FFF_CACHE";

    /// <summary>
    /// A folder below <c>$FFF_CACHE</c>; where that is not set, below <c>fff</c> in <c>$XDG_CACHE_HOME</c>, on Windows in the
    /// local application data, else in <c>~/.cache</c>. It may not exist yet.
    /// </summary>
    public static string Of(string purpose) => Path.GetFullPath(Path.Combine(Root(), purpose));

    private static string Root() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? HomeFolder.Expand(named)
        : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } caches ? Path.Combine(HomeFolder.Expand(caches), "fff")
        : OperatingSystem.IsWindows() ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "fff")
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "fff");
}
