using System.Buffers.Binary;
using System.Text;

namespace FFF.Native;

/// <summary>A 64-bit little-endian ELF library in memory.</summary>
/// <remarks>Layouts: System V ABI, "ELF Object Files"; Linux Standard Base, "Symbol Versioning".</remarks>
internal sealed class ElfImage
{
    private const int SectionDynamicSymbols = 11;
    private const int SectionVersionSymbols = 0x6fffffff;
    private const int SectionVersionRequirements = 0x6ffffffe;
    private const int SymbolSize = 24;
    private const int BindingWeak = 2;

    private readonly byte[] _image;
    private readonly Section[] _sections;

    /// <summary>Takes an image over, without a copy.</summary>
    /// <exception cref="InvalidDataException">It is no 64-bit ELF file, or not a whole one.</exception>
    public ElfImage(byte[] image)
    {
        _image = image;
        if (image.Length < 64 || image[0] != 0x7f || Encoding.ASCII.GetString(image, 1, 3) != "ELF" || image[4] != 2 || image[5] != 1)
        {
            throw new InvalidDataException("The library is not a 64-bit ELF file.");
        }

        _sections = Whole(Sections);
    }

    /// <summary>A symbol of the dynamic table.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="NameOffset">Where the name stands in the image.</param>
    /// <param name="VersionOffset">Where the index of its version stands, if the library has versions.</param>
    /// <param name="IsImport">Whether another library has to define it.</param>
    /// <param name="IsWeak">Whether it may stay undefined.</param>
    public readonly record struct Symbol(string Name, int NameOffset, int VersionOffset, bool IsImport, bool IsWeak);

    /// <summary>The symbols of the dynamic table.</summary>
    /// <exception cref="InvalidDataException">The library has none, or is not whole.</exception>
    public IReadOnlyList<Symbol> Symbols() => Whole<IReadOnlyList<Symbol>>(() =>
    {
        var symbols = Find(SectionDynamicSymbols) ?? throw new InvalidDataException("The library has no dynamic symbols.");
        var (names, versions) = (_sections[symbols.Link].Offset, Find(SectionVersionSymbols)?.Offset ?? 0);
        return [.. Enumerable.Range(0, symbols.Size / SymbolSize).Select(i =>
        {
            var at = symbols.Offset + (SymbolSize * i);
            var name = names + (int)U32(at);
            return new Symbol(Text(name), name, versions + (2 * i), U16(at + 6) == 0 && i > 0, _image[at + 4] >> 4 == BindingWeak);
        })];
    });

    /// <summary>The versions that it requires: by name, the index that symbols carry and the offset of its Vernaux entry.</summary>
    /// <exception cref="InvalidDataException">The library has no symbol versions, or is not whole.</exception>
    public IReadOnlyDictionary<string, (ushort Index, int Offset)> RequiredVersions() => Whole(() =>
    {
        var requirements = Find(SectionVersionRequirements) ?? throw new InvalidDataException("The library has no symbol versions.");
        return VersionEntries(requirements.Offset, _sections[requirements.Link].Offset);
    });

    /// <summary>Two bytes at an offset.</summary>
    public ushort U16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(_image.AsSpan(offset));

    /// <summary>Overwrites two bytes.</summary>
    public void U16(int offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(_image.AsSpan(offset), value);

    /// <summary>Overwrites a name by one that is not longer.</summary>
    public void Rename(Symbol symbol, string name)
    {
        _image.AsSpan(symbol.NameOffset, symbol.Name.Length).Clear();
        Encoding.ASCII.GetBytes(name, _image.AsSpan(symbol.NameOffset));
    }

    private readonly record struct Section(int Type, int Link, int Offset, int Size);

    private Section[] Sections()
    {
        var table = (int)U64(0x28);
        var (entrySize, count) = (U16(0x3a), U16(0x3c));
        return [.. Enumerable.Range(0, count).Select(i => table + i * entrySize).Select(at =>
            new Section((int)U32(at + 4), (int)U32(at + 40), (int)U64(at + 24), (int)U64(at + 32)))];
    }

    private Section? Find(int type) => Array.Find(_sections, s => s.Type == type) is { Size: > 0 } found ? found : null;

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

    private static T Whole<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            throw new InvalidDataException("The library is not a whole ELF file.", e);
        }
    }

    private string Text(int offset)
    {
        var end = Array.IndexOf(_image, (byte)0, offset);
        return Encoding.ASCII.GetString(_image, offset, end - offset);
    }

    private uint U32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_image.AsSpan(offset));

    private ulong U64(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(_image.AsSpan(offset));
}
