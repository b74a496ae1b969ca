using System.Runtime.InteropServices;

namespace FFF.Native;

/// <summary>Whether TorchSharp's native library finds in the libtorch that was loaded all that it calls.</summary>
/// <param name="Imports">How many symbols it imports; 0 where the system's loader has checked them all.</param>
/// <param name="Missing">Those that nothing that was loaded defines.</param>
internal sealed record LibraryFit(int Imports, IReadOnlyList<string> Missing)
{
    /// <summary>
    /// Looks every import up. Linux binds a function when it is first called, and ends the process where there is none: with a
    /// libtorch of another version that may be in the middle of a training. Other systems refuse to load the library instead.
    /// </summary>
    /// <exception cref="LibtorchException">libtorch cannot be loaded.</exception>
    public static LibraryFit OfLoaded()
    {
        var wrapper = Libtorch.Load().Wrapper;
        return OperatingSystem.IsLinux() ? Of(File.ReadAllBytes(wrapper), NativeLibrary.Load(wrapper)) : new(0, []);
    }

    /// <summary>Looks the imports of a library up.</summary>
    /// <param name="image">The library's file.</param>
    /// <param name="handle">The library, loaded: its own dependencies, and theirs, are searched.</param>
    /// <exception cref="InvalidDataException">The file is no ELF library.</exception>
    internal static LibraryFit Of(byte[] image, nint handle)
    {
        var everywhere = NativeLibrary.GetMainProgramHandle();
        bool IsThere(string name) => NativeLibrary.TryGetExport(handle, name, out _) || NativeLibrary.TryGetExport(everywhere, name, out _);

        // What is weak may be missing; what has no name is no import.
        string[] imports =
        [
            .. new ElfImage(image).Symbols().Where(symbol => symbol.IsImport && !symbol.IsWeak && symbol.Name.Length > 0).Select(symbol => symbol.Name),
        ];
        return new(imports.Length, [.. imports.Where(name => !IsThere(name))]);
    }
}
