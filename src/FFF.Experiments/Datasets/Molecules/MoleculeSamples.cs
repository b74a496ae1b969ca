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
    /// <returns>What they are called, their rows, grouped by size, and their numbers in the data set; null where they have none.</returns>
    /// <exception cref="DatasetException">They cannot be read, or hold an element that is not named.</exception>
    public static (string Name, Samples Rows, Tensor? Numbers) Of(MoleculeData config, Action<string>? warn = null)
    {
        try
        {
            var atoms = AtomsOf(config);
            var (name, all) = (config.Source, config.Path) switch
            {
                (MoleculeSource.Qm7, _) => (Qm7.Name, Unnumbered(Qm7.Name, Qm7.Load(atoms.Accepted).Molecules, atoms, config)),
                (MoleculeSource.Qm9, _) when config.Cache => (Qm9.Name, Qm9Cache.OfUser(warn).Get(config.Folder, atoms, config.Condition)),
                (MoleculeSource.Qm9, _) => (Qm9.Name, NumberedMolecules.OfQm9(config.Folder, atoms, config.Condition)),
                var (_, path) => (path!, Unnumbered(path!, Known(path!, atoms), atoms, config)),
            };
            var chosen = all.OfSize(config.MinAtoms, config.MaxAtoms);
            var count = chosen.Rows.shape[0];
            if (count == 0 || config.Samples > count)
            {
                throw new DatasetException($"{name}: has {count} molecules of {Sizes(config)}"
                    + $"{Elements.List(atoms.Elements)}{(count == 0 ? "" : $", but data.samples asks for {config.Samples}")}. "
                    + "Name other elements by data.elements, or leave them and data.samples out to take all.");
            }

            var taken = chosen.First(config.Samples ?? count);
            var rows = Rows(taken.Rows, atoms.Elements) with { Condition = taken.Conditions };
            rows = rows with
            {
                Space = (MoleculeSpace)rows.Space with
                {
                    IsSizeGiven = config.Condition.Contains(MoleculeProperties.Size),
                    Ranks = config.Ranks,
                },
            };
            return (name, rows, taken.Numbers);
        }
        catch (FileReadException e)
        {
            throw new DatasetException(e.Message, e) { Key = "path" };
        }
    }

    private static NumberedMolecules Unnumbered(string name, IEnumerable<Molecule> molecules, LearntAtoms atoms, MoleculeData config)
    {
        Molecule[] learnt = [.. atoms.Of(molecules)];
        return new(Numbers(learnt, atoms.Elements), null, MoleculeProperties.Conditions(learnt, config.Condition, name));
    }

    private static string Sizes(MoleculeData config) => (config.MinAtoms, config.MaxAtoms) switch
    {
        (null, null) => "",
        ({ } least, null) => $"at least {least} atoms ",
        (null, { } most) => $"at most {most} atoms ",
        ({ } least, { } most) => $"{least} to {most} atoms ",
    };

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
        var (x, y, z) = molecule.Centre;
        for (var atom = 0; atom < molecule.AtomCount; atom++)
        {
            var (position, element) = (molecule.Positions[atom], molecule.Elements[atom]);
            float[] values = [(float)(position.X - x), (float)(position.Y - y), (float)(position.Z - z), Index(elements, element), (int)element];
            values.CopyTo(row[(atom * MoleculeSpace.DataWidth)..]);
        }
    }

    private static int Index(IReadOnlyList<Element> elements, Element element) => elements.Index().First(entry => entry.Item == element).Index;

    private static LearntAtoms AtomsOf(MoleculeData config)
    {
        IEnumerable<Element> elements = config.Elements.Count == 0
            ? (config.Source == MoleculeSource.Qm7 ? Qm7.DefaultElements : Qm9.DefaultElements)
            : [.. config.Elements.Select(symbol => Elements.TryParse(symbol, out var element)
                ? element
                : throw new DatasetException($"data.elements: '{symbol}' is no element; symbols such as H, C or Cl are needed."))];
        Element[] learnt = [.. elements.Distinct().Where(element => !config.RemoveH || element != Element.H).Order()];
        return learnt.Length > 0
            ? new(learnt, config.RemoveH, config.Order)
            : throw new DatasetException("data.elements: names hydrogen alone, which data.remove_h leaves out.");
    }

    /// <summary>In a user's own file a molecule that cannot be learnt is an error, not something to pass over.</summary>
    private static List<Molecule> Known(string path, LearntAtoms atoms)
    {
        var (molecules, accepted) = (new List<Molecule>(), atoms.Accepted);
        foreach (var molecule in MoleculeFile.Read(path))
        {
            if (molecule.Elements.FirstOrDefault(e => !accepted.Contains(e)) is var unknown && unknown != default)
            {
                throw new DatasetException($"{path}: molecule {molecules.Count + 1} holds {unknown}, which is none of data.elements: "
                    + $"{Elements.List(atoms.Elements)}. Name it there, or take the molecule out.");
            }

            molecules.Add(molecule);
        }

        return molecules;
    }
}
