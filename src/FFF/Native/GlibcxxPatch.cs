using System.Buffers.Binary;
using System.Text;

namespace FFF.Native;

/// <summary>
/// Makes a copy of TorchSharp's native library loadable where the C++ runtime is older than the one it was built with.
/// </summary>
/// <remarks>
/// The library wants GLIBCXX_3.4.32 for one symbol only, which initialises the standard streams; older runtimes do the
/// same through the constructor of <c>std::ios_base::Init</c>. RHEL 9 lacks GLIBCXX_3.4.30 too, again for one symbol
/// that it exports under an older version. Renaming the imports and weakening the version requirement suffices.
/// Layouts: System V ABI, "ELF Object Files"; Linux Standard Base, "Symbol Versioning".
/// </remarks>
internal static class GlibcxxPatch
{
    private const int SectionDynamicSymbols = 11;
    private const int SectionVersionSymbols = 0x6fffffff;
    private const int SectionVersionRequirements = 0x6ffffffe;
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
        try
        {
            return new Elf(image).Patch();
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new InvalidDataException("The library is not a whole ELF file.", e);
        }
    }

    private sealed class Elf(byte[] image)
    {
        private readonly record struct Section(int Type, int Link, int Offset, int Size);

        public bool Patch()
        {
            if (image.Length < 64 || image[0] != 0x7f || Encoding.ASCII.GetString(image, 1, 3) != "ELF" || image[4] != 2 || image[5] != 1)
            {
                throw new InvalidDataException("The library is not a 64-bit ELF file.");
            }

            var sections = Sections();
            var symbols = Find(sections, SectionDynamicSymbols);
            var symbolVersions = Find(sections, SectionVersionSymbols);
            var requirements = Find(sections, SectionVersionRequirements);
            var symbolNames = sections[symbols.Link].Offset;
            var versions = VersionEntries(requirements.Offset, sections[requirements.Link].Offset);

            var patched = false;
            foreach (var (symbol, replacement, version, olderVersion) in Imports)
            {
                if (!versions.TryGetValue(version, out var wanted) || !versions.TryGetValue(olderVersion, out var older))
                {
                    continue;
                }

                for (var i = 0; i < symbols.Size / 24; i++)
                {
                    var name = symbolNames + (int)U32(symbols.Offset + 24 * i);
                    if (Text(name) == symbol)
                    {
                        image.AsSpan(name, symbol.Length).Clear();
                        Encoding.ASCII.GetBytes(replacement, image.AsSpan(name));
                        U16(symbolVersions.Offset + 2 * i, older.Index);
                        U16(wanted.Offset + 4, (ushort)(U16(wanted.Offset + 4) | VersionFlagWeak));
                        patched = true;
                    }
                }
            }

            return patched;
        }

        private Section[] Sections()
        {
            var table = (int)U64(0x28);
            var (entrySize, count) = (U16(0x3a), U16(0x3c));
            return [.. Enumerable.Range(0, count).Select(i => table + i * entrySize).Select(at =>
                new Section((int)U32(at + 4), (int)U32(at + 40), (int)U64(at + 24), (int)U64(at + 32)))];
        }

        private static Section Find(Section[] sections, int type) =>
            Array.Find(sections, s => s.Type == type) is { Size: > 0 } found
                ? found
                : throw new InvalidDataException("The library has no symbol versions.");

        /// <summary>Version name to the index that symbols carry and the offset of its Vernaux entry.</summary>
        private Dictionary<string, (ushort Index, int Offset)> VersionEntries(int needed, int names)
        {
            var entries = new Dictionary<string, (ushort, int)>();
            while (true)
            {
                var entry = needed + (int)U32(needed + 8);
                for (var i = 0; i < U16(needed + 2); i++)
                {
                    entries.TryAdd(Text(names + (int)U32(entry + 8)), (U16(entry + 6), entry));
                    entry += (int)U32(entry + 12);
                }

                var next = (int)U32(needed + 12);
                if (next == 0)
                {
                    return entries;
                }

                needed += next;
            }
        }

        private string Text(int offset)
        {
            var end = Array.IndexOf(image, (byte)0, offset);
            return Encoding.ASCII.GetString(image, offset, end - offset);
        }

        private ushort U16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(offset));

        private void U16(int offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(offset), value);

        private uint U32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(image.AsSpan(offset));

        private ulong U64(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(image.AsSpan(offset));
    }
}
