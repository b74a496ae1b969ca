using System.Collections.Immutable;
using FFF.Formats;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Molecules;

/// <summary>
/// Molecules as arrays in one .npz file: <c>positions</c> [N, M, 3] in ångström and <c>charges</c> [N, M], nuclear charges, 0 behind the last atom of smaller
/// molecules; <c>num_atoms</c> [N] where it is there. Every other array [N] of numbers is a property of the molecules, such as <c>homo</c>.
/// </summary>
/// <remarks>The form in which Anderson, Hy and Kondor's Cormorant (NeurIPS 2019) and those after it keep QM9.</remarks>
internal static class MoleculeArchive
{
    /// <summary>How its name ends.</summary>
    public const string Ending = ".npz";

    private const string PositionsName = "positions";
    private const string ChargesName = "charges";
    private const string SizesName = "num_atoms";

    /// <summary>Whether a name is one of archives.</summary>
    public static bool IsOne(string path) => path.EndsWith(Ending, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the molecules with their properties.</summary>
    /// <exception cref="FileReadException">The file cannot be read, or lacks an array, or one is of another shape or holds what it should not.</exception>
    public static IEnumerable<Molecule> Read(string path)
    {
        using var scope = NewDisposeScope();
        var arrays = Npz.Read(path);
        var (positions, charges) = (Array(path, arrays, PositionsName), Array(path, arrays, ChargesName));
        if (positions.dim() != 3 || positions.shape[2] != MoleculeSpace.Axes || !charges.shape.SequenceEqual(positions.shape[..2]))
        {
            throw new FileReadException(path, $"'{PositionsName}' has shape ({string.Join(", ", positions.shape)}) and '{ChargesName}' "
                + $"({string.Join(", ", charges.shape)}); expected (N, M, {MoleculeSpace.Axes}) and (N, M), for N molecules of at most M atoms.");
        }

        var (count, most) = ((int)charges.shape[0], (int)charges.shape[1]);
        var (places, numbers) = (Numbers(positions), Numbers(charges));
        var sizes = arrays.TryGetValue(SizesName, out var given) && given.dim() == 1 && given.shape[0] == count ? Numbers(given) : null;
        var properties = arrays.Where(array => array.Key is not (PositionsName or ChargesName or SizesName)
                && array.Value.dim() == 1 && array.Value.shape[0] == count && (array.Value.is_floating_point() || array.Value.is_integral()))
            .Select(array => (array.Key, Values: Numbers(array.Value))).ToArray();
        return [.. Enumerable.Range(0, count).Select(row => Molecule(
            path, row, numbers.AsSpan(row * most, most), places.AsSpan(row * most * MoleculeSpace.Axes, most * MoleculeSpace.Axes), sizes?[row],
            properties.ToDictionary(property => property.Key, property => property.Values[row])))];
    }

    private static Molecule Molecule(
        string path, int row, ReadOnlySpan<double> charges, ReadOnlySpan<double> places, double? size, Dictionary<string, double> properties)
    {
        var (elements, positions) = (ImmutableArray.CreateBuilder<Element>(), ImmutableArray.CreateBuilder<Position>());
        var count = charges.IndexOf(0) is var end and >= 0 ? end : charges.Length;
        if (charges[count..].ContainsAnyExcept(0) || (size is { } told && told != count))
        {
            throw Wrong(path, row, $"has {NumberText.Counted(count, "charge")} before the first 0, "
                + (charges[count..].ContainsAnyExcept(0) ? "and others behind it; zeros stand behind the last atom." : $"but '{SizesName}' {size} atoms."));
        }

        if (count < AtomText.MinAtoms)
        {
            throw Wrong(path, row, $"has {NumberText.Counted(count, "atom")}; at least {AtomText.MinAtoms} are needed. Take it out of the file.");
        }

        for (var atom = 0; atom < count; atom++)
        {
            var element = charges[atom];
            var place = places.Slice(atom * MoleculeSpace.Axes, MoleculeSpace.Axes);
            if (element != Math.Floor(element) || element is < 1 or > int.MaxValue || !Enum.IsDefined((Element)(int)element))
            {
                throw Wrong(path, row, FormattableString.Invariant($"atom {atom} has the charge {element}, which is that of no element."));
            }

            if (!double.IsFinite(place[0] + place[1] + place[2]))
            {
                throw Wrong(path, row, $"atom {atom} has a coordinate that is not finite.");
            }

            elements.Add((Element)(int)element);
            positions.Add(new(place[0], place[1], place[2]));
        }

        foreach (var (name, value) in properties.Where(property => !double.IsFinite(property.Value)))
        {
            _ = properties.Remove(name);
        }

        return new(elements.ToImmutable(), positions.ToImmutable()) { Properties = properties };
    }

    private static Tensor Array(string path, IReadOnlyDictionary<string, Tensor> arrays, string name) => arrays.TryGetValue(name, out var array)
        ? array
        : throw new FileReadException(path, $"has no array '{name}', but {string.Join(", ", arrays.Keys.Order(StringComparer.Ordinal))}. Molecules are arrays "
            + $"'{PositionsName}', (N, M, {MoleculeSpace.Axes}), and '{ChargesName}', (N, M), with 0 behind the last atom.");

    private static double[] Numbers(Tensor array) => array.to(float64).contiguous().data<double>().ToArray();

    private static FileReadException Wrong(string path, int row, string problem) => new(path, $"molecule {row} (counted from 0) {problem}");
}
