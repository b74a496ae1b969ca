using System.Reflection;
using System.Runtime.Loader;

namespace FFF.Plugins;

/// <summary>
/// Where one plug-in lives. It has these libraries, TorchSharp and .NET in common with the program, whose types it could not
/// derive from otherwise; all else that it brings along in its folder is its own, in whatever version.
/// </summary>
internal sealed class PluginContext(string path) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path))
{
    private static readonly string[] Shared =
    [
        .. new[] { typeof(Options.Kinds), typeof(PluginContext), typeof(TorchSharp.torch) }.Select(type => type.Assembly.GetName().Name!),
    ];

    private readonly AssemblyDependencyResolver _resolver = new(path);

    // What is not found here, the program is asked for.
    protected override Assembly? Load(AssemblyName assemblyName) =>
        !Shared.Contains(assemblyName.Name) && _resolver.ResolveAssemblyToPath(assemblyName) is { } file ? LoadFromAssemblyPath(file) : null;

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } file ? LoadUnmanagedDllFromPath(file) : 0;
}
