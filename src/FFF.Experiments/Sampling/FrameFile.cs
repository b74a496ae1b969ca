using FFF.Datasets.Molecules;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Sampling;

/// <summary>Samples of particles whose elements are known, as frames of a .xyz file, which programs for molecules show.</summary>
internal static class FrameFile
{
    /// <summary>The elements of particles; null where they are not known, or not in three dimensions.</summary>
    public static IReadOnlyList<Element>? ElementsOf(Space space)
    {
        if (space is not MeanFreePositions { Dimensions: MoleculeSpace.Axes, Labels: { } labels })
        {
            return null;
        }

        var elements = labels.Names.Select(name => Elements.TryParseSymbol(name, out var element) ? element : (Element?)null).ToList();
        return elements.Contains(null) ? null : [.. elements.OfType<Element>()];
    }

    /// <summary>Whether the file is one of frames, plain or compressed.</summary>
    public static bool IsOne(string path) => MoleculeFile.IsKnown(path) && MoleculeFile.IsXyz(path);

    /// <summary>Writes samples; the log-density of each, where there is one, is in the comment.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="elements">Of the N particles.</param>
    /// <param name="samples">[B, N·3], in the data's unit.</param>
    /// <exception cref="Formats.FileWriteException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<Element> elements, DrawnSamples samples)
    {
        var numbers = samples.Values.cpu().to(float64).contiguous().data<double>().ToArray();
        var logProb = samples.LogProb?.cpu().to(float64).data<double>().ToArray();
        XyzFile.Write(path, numbers.Chunk(elements.Count * MoleculeSpace.Axes).Select((row, i) => new Molecule(
            [.. elements],
            [.. row.Chunk(MoleculeSpace.Axes).Select(place => new Position(place[0], place[1], place[2]))],
            logProb is null ? $"sample {i}" : FormattableString.Invariant($"sample {i} log_prob={logProb[i]:R}"))));
    }
}
