using FFF.Formats;

namespace FFF.Configuration;

/// <summary>
/// Configurations by name: those in the folder <c>configs</c> of the working directory, at any depth, and those that come
/// with the program, in the folder of that name beside it.
/// </summary>
internal static class ConfigNames
{
    /// <summary>The folder's name.</summary>
    internal const string Folder = "configs";

    private const int MaxNear = 3;
    private const int MaxListed = 8;
    private const int MaximumDepth = 8;

    private static readonly string[] Extensions = [".yaml", ".yml"];

    /// <summary>The names of those that come with the program, such as sbi/two_moons.</summary>
    public static IReadOnlyList<string> Shipped => [.. ShippedConfigs().Select(config => config.Name)];

    /// <summary>All names that can be given, without their endings: with their folders, and without where no other has the same.</summary>
    public static IReadOnlyList<string> All
    {
        get
        {
            var known = Known();
            return [.. known.Select(config => config.Name)
                .Concat(known.GroupBy(config => config.LastName).Where(group => group.Count() == 1).Select(group => group.Key))
                .Distinct()];
        }
    }

    /// <summary>
    /// The file that is meant: the one at this path if there is one, or else the one configuration whose path ends in this
    /// name, with or without .yaml. The user's own come before those that come with the program.
    /// </summary>
    /// <param name="text">A path, or a name such as two_moons, sbi/two_moons or configs/sbi/two_moons.yaml.</param>
    /// <param name="directory">What a path is relative to.</param>
    internal static ConfigLocation Locate(string text, string directory)
    {
        text = HomeFolder.Expand(text);
        var path = Path.GetFullPath(text, directory);
        if (File.Exists(path))
        {
            return new(path, null, null);
        }

        var beside = Extensions.Select(extension => Path.ChangeExtension(path, extension)).FirstOrDefault(File.Exists);
        if (beside is not null && Extensions.Contains(Path.GetExtension(path)))
        {
            return new(null, null, $"does not exist; did you mean '{Path.ChangeExtension(text, Path.GetExtension(beside))}'?");
        }

        if (Path.IsPathRooted(text) || text[0] == '.')
        {
            return new(null, null, "does not exist");
        }

        var name = text.Replace('\\', '/').TrimEnd('/');
        foreach (var configs in (IReadOnlyList<NamedConfig>[])[OwnConfigs(), ShippedConfigs()])
        {
            var found = configs.Where(config => config.IsCalled(name)).ToList();
            if (found.Count == 1)
            {
                return new(found[0].File, $"Takes {found[0]} for '{text}'.", null);
            }

            if (found.Count > 1)
            {
                return new(null, null, $"does not exist, and {found.Count} configurations have this name; name one of them: {Listed(found)}");
            }
        }

        return Unknown(name);
    }

    private static ConfigLocation Unknown(string name)
    {
        var known = Known();
        var inside = known.Where(config => config.IsIn(name)).ToList();
        if (inside.Count > 0)
        {
            return new(null, null, $"is a folder of configurations; name one of them: {Listed(inside)}", IsFolder: true);
        }

        var last = Path.GetFileNameWithoutExtension(name);
        var near = NearestKey.InOrder(last, known.Select(config => config.LastName).Distinct()).Take(MaxNear)
            .SelectMany(near => known.Where(config => config.LastName == near));
        var advice = known.Count == 0
            ? ""
            : $". Near: {string.Join(", ", near.Select(config => config.Name))}; 'fff config list' tells all that come with the program";
        return new(null, null, $"does not exist, and no configuration has this name{advice}");
    }

    /// <summary>The user's own, and those that come with the program and are not the same.</summary>
    private static List<NamedConfig> Known() => [.. OwnConfigs().Concat(ShippedConfigs()).DistinctBy(config => config.Name)];

    private static string Listed(List<NamedConfig> configs) =>
        string.Join(", ", configs.Take(MaxListed).Select(config => config.Typed)) + (configs.Count > MaxListed ? $" and {configs.Count - MaxListed} more" : "");

    private static IReadOnlyList<NamedConfig> OwnConfigs() => In(Folder, isShipped: false);

    private static IReadOnlyList<NamedConfig> ShippedConfigs() => In(Path.Combine(AppContext.BaseDirectory, Folder), isShipped: true);

    private static IReadOnlyList<NamedConfig> In(string root, bool isShipped)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, MaxRecursionDepth = MaximumDepth };
        return Directory.Exists(root)
            ? [.. Directory.EnumerateFiles(root, "*", options)
                .Where(file => Extensions.Contains(Path.GetExtension(file)))
                .Select(file => new NamedConfig(file, Path.GetRelativePath(root, file).Replace('\\', '/'), isShipped))
                .OrderBy(config => config.Name, StringComparer.Ordinal)]
            : [];
    }
}

/// <summary>Where a configuration is.</summary>
/// <param name="File">Its file; null where there is none.</param>
/// <param name="Note">Which file was taken for a name; null where it is at the path itself.</param>
/// <param name="Problem">Why there is none, in words that follow "the file".</param>
/// <param name="IsFolder">Whether there is none because it is a folder of configurations.</param>
internal sealed record ConfigLocation(string? File, string? Note, string? Problem, bool IsFolder = false);

/// <summary>A configuration that has a name.</summary>
/// <param name="File">Its file.</param>
/// <param name="RelativePath">Its path in the folder of configurations, with slashes.</param>
/// <param name="IsShipped">Whether it comes with the program.</param>
internal sealed record NamedConfig(string File, string RelativePath, bool IsShipped)
{
    /// <summary>Such as sbi/two_moons.</summary>
    public string Name => Path.ChangeExtension(RelativePath, null);

    /// <summary>Such as two_moons.</summary>
    public string LastName => Path.GetFileNameWithoutExtension(RelativePath);

    /// <summary>What names it and no other: a path that can be typed, or its whole name among those that come with the program.</summary>
    public string Typed => IsShipped ? Name : $"{ConfigNames.Folder}/{RelativePath}";

    /// <summary>Whether its path ends in these words: from the start where they begin with the folder's own name.</summary>
    public bool IsCalled(string name) =>
        new[] { RelativePath, Name }.Any(path => $"/{ConfigNames.Folder}/{path}".EndsWith("/" + name, StringComparison.Ordinal));

    /// <summary>Whether it lies in this folder.</summary>
    public bool IsIn(string folder) =>
        $"/{ConfigNames.Folder}/{RelativePath}".Contains($"/{folder}/", StringComparison.Ordinal) && folder != ConfigNames.Folder;

    /// <inheritdoc/>
    public override string ToString() => IsShipped ? $"{Name}, which comes with the program," : Typed;
}
