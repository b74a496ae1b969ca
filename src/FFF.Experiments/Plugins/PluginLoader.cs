using System.Reflection;
using FFF.Formats;
using FFF.Options;

namespace FFF.Plugins;

/// <summary>
/// Loads assemblies that register kinds (<see cref="Kinds"/>), for as long as the process lives. Only what somebody names is
/// loaded: a run tells which plug-ins it needs, but that does not load them.
/// </summary>
public static class PluginLoader
{
    private static readonly Lock Gate = new();
    private static volatile IReadOnlyList<PluginNote> Known = [];

    /// <summary>What has been loaded, in that order.</summary>
    public static IReadOnlyList<PluginNote> Loaded => Known;

    /// <summary>Loads a plug-in into a context of its own and registers its kinds. One that is loaded already is passed over.</summary>
    /// <param name="path">The assembly. What it depends on lies in the same folder.</param>
    /// <exception cref="PluginException">
    /// The file is missing or no .NET assembly, lacks what it depends on, registers no kinds, or kinds with names that are taken.
    /// </exception>
    public static PluginNote Load(string path)
    {
        var file = Path.GetFullPath(path);
        lock (Gate)
        {
            var note = new PluginNote(NameOf(file), file, FileDigest.Sha256(file));
            var same = Known.FirstOrDefault(one => one.Name == note.Name);
            if (same is not null)
            {
                return same.Sha256 == note.Sha256
                    ? same
                    : throw new PluginException($"The plug-in '{file}' cannot be loaded: '{same.Path}' of the same name is loaded already, "
                        + "and is another file. Name one of them only.");
            }

            Register(file);
            Known = [.. Known, note];
            return note;
        }
    }

    /// <summary>Refuses what needs plug-ins that are not loaded, or of which other files are loaded.</summary>
    /// <param name="what">What needs them, such as "the run moons/v0001".</param>
    /// <param name="needed">The plug-ins.</param>
    /// <exception cref="PluginException">One is not loaded, or another file of its name is.</exception>
    public static void Require(string what, IReadOnlyList<PluginNote> needed)
    {
        foreach (var plugin in needed)
        {
            var found = Known.FirstOrDefault(one => one.Name == plugin.Name);
            if (found is null)
            {
                throw new PluginException(
                    $"{what} needs the plug-in {plugin.Name}, which was not named: give --plugin {plugin.Path} (SHA-256 {plugin.Sha256}).");
            }

            if (found.Sha256 != plugin.Sha256)
            {
                throw new PluginException($"{what} was made with another plug-in {plugin.Name} than '{found.Path}', whose SHA-256 is {found.Sha256}: "
                    + $"it needs the file that was '{plugin.Path}' then, with SHA-256 {plugin.Sha256}. Name that one, or start a new run.");
            }
        }
    }

    private static string NameOf(string file)
    {
        try
        {
            using var _ = InputFile.Open(file); // tells what is missing or not permitted
            return AssemblyName.GetAssemblyName(file).Name!;
        }
        catch (FileReadException e)
        {
            throw new PluginException($"The plug-in cannot be read: {e.Message}", e);
        }
        catch (Exception e) when (e is BadImageFormatException or FileLoadException)
        {
            throw new PluginException($"The plug-in '{file}' is no .NET assembly.", e);
        }
    }

    private static void Register(string file)
    {
        try
        {
            var assembly = new PluginContext(file).LoadFromAssemblyPath(file);
            if (Kinds.In(assembly).Count == 0)
            {
                throw new PluginException(
                    $"The plug-in '{file}' registers no kinds. Each needs a line such as [assembly: Kind<DataConfig, MyData>(\"mine\")].");
            }

            Kinds.Register(assembly);
        }
        catch (ArgumentException e)
        {
            throw new PluginException($"The plug-in '{file}' cannot be used: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or BadImageFormatException or TypeLoadException or InvalidOperationException or MissingMemberException)
        {
            throw new PluginException($"The plug-in '{file}' cannot be loaded: {e.Message.Trim().ReplaceLineEndings(" ")} What it depends on must lie in its "
                    + "folder, and it must be built for this version of the program.",
                e);
        }
    }
}
