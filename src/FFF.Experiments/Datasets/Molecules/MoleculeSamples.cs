using System.Collections.Frozen;
using System.Collections.Immutable;
using FFF.Formats;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Molecules;

/// <summary>Molecules that an experiment learns, as rows of numbers.</summary>
internal static class MoleculeSamples
{
    /// <summary>Reads the molecules of an experiment.</summary>
    /// <param name="config">Which ones.</param>
    /// <param name="warn">Is told what does no harm but should be known, such as a cache that cannot be written.</param>
    /// <returns>What they are called, and their rows; grouped by size.</returns>
    /// <exception cref="DatasetException">They cannot be read, or hold an element that is not named.</exception>
    public static (string Name, Samples Rows) Of(MoleculeData config, Action<string>? warn = null)
    {
        try
        {
            var elements = ElementsOf(config);
            var named = elements.ToFrozenSet();
            var (name, numbers) = (config.Source, config.Path) switch
            {
                (MoleculeSource.Qm7, _) => (Qm7.Name, Numbers(Qm7.Load(named).Molecules, elements)),
                (MoleculeSource.Qm9, _) when config.Cache => (Qm9.Name, Qm9Cache.OfUser(warn).Get(config.Folder, elements)),
                (MoleculeSource.Qm9, _) => (Qm9.Name, Numbers(Qm9.Load(config.Folder, named).Molecules, elements)),
                var (_, path) => (path!, Numbers(Known(path!, named), elements)),
            };
            var count = numbers.shape[0];
            if (count == 0 || config.Samples > count)
            {
                throw new DatasetException($"{name}: has {count} molecules of "
                    + $"{Elements.List(elements)}{(count == 0 ? "" : $", but data.samples asks for {config.Samples}")}. "
                    + "Name other elements by data.elements, or leave them and data.samples out to take all.");
            }

            return (name, Rows(numbers.narrow(0, 0, config.Samples ?? count), elements));
        }
        catch (FileReadException e)
        {
            throw new DatasetException(e.Message, e) { Key = "path" };
        }
    }

    /// <summary>Positions without their mean, types and nuclear charges, float32, and what there is to know of them.</summary>
    /// <param name="molecules">The molecules, of at least two atoms each.</param>
    /// <param name="elements">The elements that there may be; an atom's type is its element's index.</param>
    public static Samples Rows(IReadOnlyList<Molecule> molecules, IReadOnlyList<Element> elements) => Rows(Numbers(molecules, elements), elements);

    /// <summary>The rows of molecules as numbers, float32, [N, M·5], M of the largest.</summary>
    /// <inheritdoc cref="Rows(IReadOnlyList{Molecule}, IReadOnlyList{Element})"/>
    public static Tensor Numbers(IReadOnlyList<Molecule> molecules, IReadOnlyList<Element> elements)
    {
        var columns = molecules.Select(m => m.AtomCount).DefaultIfEmpty().Max() * MoleculeSpace.DataWidth;
        var numbers = new float[molecules.Count * columns];
        Array.Fill(numbers, float.NaN);
        for (var row = 0; row < molecules.Count; row++)
        {
            Fill(numbers.AsSpan(row * columns, columns), molecules[row], elements);
        }

        return molecules.Count == 0 ? empty(0, 0) : tensor(numbers, [molecules.Count, columns]);
    }

    private static Samples Rows(Tensor numbers, IReadOnlyList<Element> elements)
    {
        var sizes = MoleculeRows.Sizes(numbers, MoleculeSpace.DataWidth).to(int64);
        var counts = sizes.bincount(null).data<long>().ToArray();
        return new Samples(numbers.narrow(1, 0, (counts.Length - 1) * MoleculeSpace.DataWidth), null)
        {
            Space = new MoleculeSpace([.. elements.Select(e => (int)e)], counts),
            Group = sizes,
        };
    }

    /// <summary>Molecules of data rows; an atom's element is its type's.</summary>
    /// <param name="rows">[B, M·5].</param>
    /// <param name="shape">What there is to know of them.</param>
    /// <returns>One for each row; null where a coordinate is not finite.</returns>
    public static IReadOnlyList<Molecule?> Read(Tensor rows, MoleculeSpace shape)
    {
        if (rows.shape[0] == 0)
        {
            return [];
        }

        using var atoms = rows.to(float32).cpu().contiguous();
        var numbers = atoms.data<float>().ToArray();
        var columns = (int)rows.shape[1];
        using var sizes = MoleculeRows.Sizes(rows, MoleculeSpace.DataWidth).to(int64).cpu();
        return [.. sizes.data<long>().ToArray().Select((size, row) => Molecule(numbers.AsSpan(row * columns, (int)size * MoleculeSpace.DataWidth), shape))];
    }

    private static Molecule? Molecule(ReadOnlySpan<float> atoms, MoleculeSpace shape)
    {
        var (elements, positions) = (ImmutableArray.CreateBuilder<Element>(), ImmutableArray.CreateBuilder<Position>());
        for (; atoms.Length > 0; atoms = atoms[MoleculeSpace.DataWidth..])
        {
            elements.Add((Element)shape.AtomicNumbers[(int)atoms[MoleculeSpace.Axes]]);
            positions.Add(new Position(atoms[0], atoms[1], atoms[2]));
        }

        return positions.Count > 0 && positions.All(p => double.IsFinite(p.X + p.Y + p.Z))
            ? new Molecule(elements.ToImmutable(), positions.ToImmutable())
            : null;
    }

    private static void Fill(Span<float> row, Molecule molecule, IReadOnlyList<Element> elements)
    {
        var (x, y, z) = (molecule.Positions.Average(p => p.X), molecule.Positions.Average(p => p.Y), molecule.Positions.Average(p => p.Z));
        for (var atom = 0; atom < molecule.AtomCount; atom++)
        {
            var (position, element) = (molecule.Positions[atom], molecule.Elements[atom]);
            float[] values = [(float)(position.X - x), (float)(position.Y - y), (float)(position.Z - z), Index(elements, element), (int)element];
            values.CopyTo(row[(atom * MoleculeSpace.DataWidth)..]);
        }
    }

    private static int Index(IReadOnlyList<Element> elements, Element element) => elements.Index().First(entry => entry.Item == element).Index;

    private static IReadOnlyList<Element> ElementsOf(MoleculeData config)
    {
        if (config.Elements.Count == 0)
        {
            return [.. (config.Source == MoleculeSource.Qm7 ? Qm7.DefaultElements : Qm9.DefaultElements).Order()];
        }

        return [.. config.Elements.Select(symbol => Elements.TryParse(symbol, out var element)
            ? element
            : throw new DatasetException($"data.elements: '{symbol}' is no element; symbols such as H, C or Cl are needed."))
            .Distinct().Order()];
    }

    /// <summary>In a user's own file a molecule that cannot be learnt is an error, not something to pass over.</summary>
    private static List<Molecule> Known(string path, FrozenSet<Element> elements)
    {
        var molecules = new List<Molecule>();
        foreach (var molecule in MoleculeFile.Read(path))
        {
            if (molecule.Elements.FirstOrDefault(e => !elements.Contains(e)) is var unknown && unknown != default)
            {
                throw new DatasetException($"{path}: molecule {molecules.Count + 1} holds {unknown}, which is none of data.elements: "
                    + $"{Elements.List(elements.Order())}. Name it there, or take the molecule out.");
            }

            molecules.Add(molecule);
        }

        return molecules;
    }
}
