using FFF.Spaces;

namespace FFF.Evaluation.Molecules;

/// <summary>A kind of bond: two elements and an order.</summary>
/// <param name="First">The lighter element; the other one of hydrogen's bonds.</param>
/// <param name="Second">The heavier element, or hydrogen.</param>
/// <param name="Order">1 single, 2 double, 3 triple.</param>
internal readonly record struct BondKind(Element First, Element Second, int Order)
{
    /// <summary>The kind of a bond of two elements in any order.</summary>
    public static BondKind Of(Element a, Element b, int order) =>
        (a < b && a != Element.H) || b == Element.H ? new(a, b, order) : new(b, a, order);

    /// <summary>Such as C=O.</summary>
    public override string ToString() => $"{First}{"-=#"[Order - 1]}{Second}";
}

/// <summary>What is measured in a set of molecules: numbers of atoms, elements, bonds and their lengths, angles.</summary>
internal sealed class MoleculeStatistics
{
    private readonly Dictionary<Element, long> _elements = [];
    private readonly Dictionary<BondKind, List<double>> _lengths = [];
    private readonly List<double> _angles = [];
    private readonly List<double> _atoms = [];

    private MoleculeStatistics()
    {
    }

    /// <summary>How many atoms there are of each element.</summary>
    public IReadOnlyDictionary<Element, long> Elements => _elements;

    /// <summary>The lengths of the bonds of each kind, in ångström.</summary>
    public IReadOnlyDictionary<BondKind, List<double>> BondLengths => _lengths;

    /// <summary>The angles between two bonds of an atom, in degrees, 0 to 180.</summary>
    public IReadOnlyList<double> BondAngles => _angles;

    /// <summary>The numbers of atoms of the molecules.</summary>
    public IReadOnlyList<double> AtomCounts => _atoms;

    /// <summary>Measures molecules.</summary>
    public static MoleculeStatistics Of(IEnumerable<(Molecule Molecule, MolecularGraph Graph)> molecules)
    {
        var statistics = new MoleculeStatistics();
        foreach (var (molecule, graph) in molecules)
        {
            statistics.Add(molecule, graph);
        }

        return statistics;
    }

    private void Add(Molecule molecule, MolecularGraph graph)
    {
        _atoms.Add(molecule.AtomCount);
        foreach (var element in molecule.Elements)
        {
            _elements[element] = _elements.GetValueOrDefault(element) + 1;
        }

        foreach (var (first, second, order) in graph.Bonds)
        {
            var kind = BondKind.Of(molecule.Elements[first], molecule.Elements[second], order);
            if (!_lengths.TryGetValue(kind, out var lengths))
            {
                _lengths[kind] = lengths = [];
            }

            lengths.Add(molecule.Positions[first].DistanceTo(molecule.Positions[second]));
        }

        for (var atom = 0; atom < graph.AtomCount; atom++)
        {
            var bonds = graph.BondsOf(atom);
            for (var i = 0; i < bonds.Length; i++)
            {
                for (var j = i + 1; j < bonds.Length; j++)
                {
                    AddAngle(molecule.Positions[MolecularGraph.Other(bonds[i], atom)], molecule.Positions[atom],
                        molecule.Positions[MolecularGraph.Other(bonds[j], atom)]);
                }
            }
        }
    }

    private void AddAngle(Position a, Position centre, Position b)
    {
        var (u, v) = ((X: a.X - centre.X, Y: a.Y - centre.Y, Z: a.Z - centre.Z), (X: b.X - centre.X, Y: b.Y - centre.Y, Z: b.Z - centre.Z));
        var (x, y, z) = ((u.Y * v.Z) - (u.Z * v.Y), (u.Z * v.X) - (u.X * v.Z), (u.X * v.Y) - (u.Y * v.X));

        // Unlike the arc cosine, this is accurate near 0° and 180° too, and 0 for atoms at the same place.
        _angles.Add(double.RadiansToDegrees(Math.Atan2(Math.Sqrt((x * x) + (y * y) + (z * z)), (u.X * v.X) + (u.Y * v.Y) + (u.Z * v.Z))));
    }
}
