namespace FFF.Native;

/// <summary>
/// Makes a copy of TorchSharp's native library loadable where the C++ runtime is older than the one it was built with.
/// </summary>
/// <remarks>
/// The library wants GLIBCXX_3.4.32 for one symbol only, which initialises the standard streams; older runtimes do the
/// same through the constructor of <c>std::ios_base::Init</c>. RHEL 9 lacks GLIBCXX_3.4.30 too, again for one symbol
/// that it exports under an older version. Renaming the imports and weakening the version requirement suffices.
/// </remarks>
internal static class GlibcxxPatch
{
    private const ushort VersionFlagWeak = 0x2;

    private static readonly (string Symbol, string Replacement, string Version, string OlderVersion)[] Imports =
    [
        ("_ZSt21ios_base_library_initv", "_ZNSt8ios_base4InitC1Ev", "GLIBCXX_3.4.32", "GLIBCXX_3.4"),
        ("_ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE", "_ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE",
            "GLIBCXX_3.4.30", "GLIBCXX_3.4.11"),
    ];

    /// <summary>Rewrites the 64-bit little-endian ELF image in place.</summary>
    /// <returns>Whether an import was found and rewritten.</returns>
    /// <exception cref="InvalidDataException">The image is not a 64-bit ELF library with symbol versions.</exception>
    public static bool Apply(byte[] image)
    {
        var elf = new ElfImage(image);
        var (symbols, versions, patched) = (elf.Symbols(), elf.RequiredVersions(), false);
        foreach (var (name, replacement, version, olderVersion) in Imports)
        {
            if (!versions.TryGetValue(version, out var wanted) || !versions.TryGetValue(olderVersion, out var older))
            {
                continue;
            }

            foreach (var symbol in symbols.Where(symbol => symbol.Name == name))
            {
                elf.Rename(symbol, replacement);
                elf.U16(symbol.VersionOffset, older.Index);
                elf.U16(wanted.Offset + 4, (ushort)(elf.U16(wanted.Offset + 4) | VersionFlagWeak));
                patched = true;
            }
        }

        return patched;
    }
}
