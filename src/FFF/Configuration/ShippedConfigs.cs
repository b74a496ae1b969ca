namespace FFF.Configuration;

/// <summary>The experiments that come with the program, in the folder <c>configs</c> beside it.</summary>
public static class ShippedConfigs
{
    private const string Folder = "configs";
    private const string Extension = ".yaml";

    private static string Root => Path.Combine(AppContext.BaseDirectory, Folder);

    /// <summary>Their names, such as sbi/two_moons.</summary>
    public static IReadOnlyList<string> Names => Directory.Exists(Root)
        ? [.. Directory.EnumerateFiles(Root, "*" + Extension, SearchOption.AllDirectories)
            .Select(path => Path.ChangeExtension(Path.GetRelativePath(Root, path), null).Replace('\\', '/')).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>
    /// The file that is meant: the one at this path if there is one; or else the one that comes with the program under this
    /// name, such as sbi/two_moons or configs/sbi/two_moons.yaml; or else the path as it is.
    /// </summary>
    public static string Resolve(string path)
    {
        if (File.Exists(path) || Path.IsPathRooted(path))
        {
            return path;
        }

        var name = path.Replace('\\', '/');
        name = name.StartsWith(Folder + "/", StringComparison.Ordinal) ? name[(Folder.Length + 1)..] : name;
        name = name.EndsWith(Extension, StringComparison.Ordinal) ? name[..^Extension.Length] : name;
        return Names.Contains(name) ? Path.Combine(Root, name + Extension) : path;
    }
}
