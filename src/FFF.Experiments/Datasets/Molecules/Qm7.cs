using System.Collections.Frozen;
using System.IO.Compression;
using FFF.Spaces;

namespace FFF.Datasets.Molecules;

/// <summary>QM7: 7,101 molecules of up to seven heavy atoms (Rupp et al., Physical Review Letters 108, 058301, 2012).</summary>
/// <remarks>The file is embedded in the library; its origin and licence are in the folder <c>Reference</c>.</remarks>
internal static class Qm7
{
    /// <summary>What it is called.</summary>
    public const string Name = "qm7";

    /// <summary>H, C, N and O, which 6,803 of the molecules are made of.</summary>
    public static IReadOnlySet<Element> DefaultElements { get; } = FrozenSet.Create(Element.H, Element.C, Element.N, Element.O);

    /// <summary>The molecules of these elements.</summary>
    /// <param name="elements">Molecules with others are left out and counted; <see cref="DefaultElements"/> if left out.</param>
    public static MoleculeSet Load(IReadOnlySet<Element>? elements = null) => MoleculeSet.Of(Read(), elements ?? DefaultElements);

    private static IEnumerable<Molecule> Read()
    {
        var file = typeof(Qm7).Assembly.GetManifestResourceStream($"{typeof(Qm7).Namespace}.Reference.qm7.xyz.gz")!;
        using var lines = new LineReader(new StreamReader(new GZipStream(file, CompressionMode.Decompress)), "qm7.xyz.gz");
        while (XyzFile.Next(lines) is { } molecule)
        {
            yield return molecule;
        }
    }
}
