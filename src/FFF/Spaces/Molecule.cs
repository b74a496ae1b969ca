using System.Collections.Immutable;
using System.Collections.ObjectModel;

namespace FFF.Spaces;

/// <summary>A place in space, in ångström.</summary>
public readonly record struct Position(double X, double Y, double Z)
{
    /// <summary>The distance to another place, in ångström.</summary>
    public double DistanceTo(Position other)
    {
        var (x, y, z) = (X - other.X, Y - other.Y, Z - other.Z);
        return Math.Sqrt((x * x) + (y * y) + (z * z));
    }
}

/// <summary>Atoms in space. Which of them are bonded is not given but inferred, see <see cref="Evaluation.Molecules.MolecularGraph"/>.</summary>
public sealed class Molecule
{
    /// <summary>A molecule of N atoms.</summary>
    /// <param name="elements">The atoms' elements, N.</param>
    /// <param name="positions">Their places, N, in ångström; finite.</param>
    /// <param name="comment">What its file says of it, one line.</param>
    /// <exception cref="ArgumentException">There is no atom, the lengths differ, or a coordinate is not finite.</exception>
    public Molecule(ImmutableArray<Element> elements, ImmutableArray<Position> positions, string comment = "")
    {
        if (elements.IsDefaultOrEmpty || elements.Length != positions.Length)
        {
            throw new ArgumentException(
                $"A molecule needs at least one atom and a position for each: {elements.Length} elements, {positions.Length} positions.");
        }

        if (positions.Any(p => !double.IsFinite(p.X + p.Y + p.Z)))
        {
            throw new ArgumentException("A coordinate is not finite.");
        }

        (Elements, Positions, Comment) = (elements, positions, comment);
    }

    /// <summary>The atoms' elements, N.</summary>
    public ImmutableArray<Element> Elements { get; }

    /// <summary>The atoms' places, N, in ångström.</summary>
    public ImmutableArray<Position> Positions { get; }

    /// <summary>What its file says of it, one line.</summary>
    public string Comment { get; }

    /// <summary>Numbers that its file has of it by name, such as homo, beside those in the comment; empty where there are none.</summary>
    public IReadOnlyDictionary<string, double> Properties { get; init; } = ReadOnlyDictionary<string, double>.Empty;

    /// <summary>N, how many atoms there are.</summary>
    public int AtomCount => Elements.Length;

    /// <summary>The mean of the atoms' places.</summary>
    internal Position Centre => new(Positions.Average(p => p.X), Positions.Average(p => p.Y), Positions.Average(p => p.Z));

    /// <summary>The molecule of these atoms, in this order, with what is known of the whole one.</summary>
    /// <param name="atoms">Their numbers, at least one.</param>
    internal Molecule Of(IReadOnlyCollection<int> atoms) =>
        new([.. atoms.Select(atom => Elements[atom])], [.. atoms.Select(atom => Positions[atom])], Comment)
        {
            // Of the .npz archives; those of comments are read from these.
            Properties = Properties,
        };
}

/// <summary>A bond between two atoms of a molecule, numbered from 0.</summary>
/// <param name="First">The smaller number.</param>
/// <param name="Second">The larger number.</param>
/// <param name="Order">1 single, 2 double, 3 triple.</param>
public readonly record struct Bond(int First, int Second, int Order);

/// <summary>A molecule and its bonds.</summary>
internal sealed record BondedMolecule(Molecule Molecule, ImmutableArray<Bond> Bonds);

/// <summary>Molecules of a data set.</summary>
/// <param name="Molecules">Those that are used.</param>
/// <param name="LeftOut">How many hold other elements and are not used.</param>
internal sealed record MoleculeSet(IReadOnlyList<Molecule> Molecules, int LeftOut)
{
    /// <summary>Keeps molecules that hold these elements only.</summary>
    public static MoleculeSet Of(IEnumerable<Molecule> molecules, IReadOnlySet<Element> elements)
    {
        var (kept, leftOut) = (new List<Molecule>(), 0);
        foreach (var molecule in molecules)
        {
            if (molecule.Elements.All(elements.Contains))
            {
                kept.Add(molecule);
            }
            else
            {
                leftOut++;
            }
        }

        return new MoleculeSet(kept, leftOut);
    }
}
