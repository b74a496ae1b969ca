using FFF.Spaces;

namespace FFF.Datasets.Molecules;

/// <summary>
/// An order of a molecule's atoms that neighbours in space are near each other in: atoms other than hydrogen along their minimum spanning
/// tree of distances, then the hydrogens in the order of the atoms that they are nearest to.
/// </summary>
/// <remarks>
/// The tree is walked from one end of its longest path to the other, side branches first: from the end with more hydrogens, then
/// of the lighter element. Prim, "Shortest connection networks and some generalizations", Bell System Technical Journal 1957.
/// What is equal is taken in the order of the distances from the centre. So neither the order of atoms in a file nor rotations, reflections and
/// translations change the order, and no table of bonds is needed.
/// </remarks>
internal sealed class SkeletonOrder
{
    private readonly Molecule _molecule;
    private readonly int[] _heavy;
    private readonly ILookup<int, int> _hydrogens;
    private readonly Dictionary<int, List<int>> _neighbours;

    private SkeletonOrder(Molecule molecule)
    {
        _molecule = molecule;
        int[] outwards = [.. Outwards(molecule)];
        _heavy = [.. outwards.Where(atom => molecule.Elements[atom] != Element.H)];
        _hydrogens = outwards.Where(atom => molecule.Elements[atom] == Element.H).ToLookup(hydrogen => _heavy.MinBy(atom => Distance(atom, hydrogen)));
        _neighbours = SpanningTree();
    }

    /// <summary>The molecule with its atoms in order; one of hydrogen alone stays as it is.</summary>
    public static Molecule Of(Molecule molecule) =>
        molecule.Elements.All(element => element == Element.H) ? molecule : molecule.Of(new SkeletonOrder(molecule).Order());

    private static IEnumerable<int> Outwards(Molecule molecule)
    {
        var centre = molecule.Centre;
        return Enumerable.Range(0, molecule.AtomCount).OrderBy(atom => molecule.Positions[atom].DistanceTo(centre));
    }

    private double Distance(int atom, int other) => _molecule.Positions[atom].DistanceTo(_molecule.Positions[other]);

    /// <summary>Prim's algorithm: of the atoms that are outside, the one nearest to the tree comes next.</summary>
    private Dictionary<int, List<int>> SpanningTree()
    {
        var neighbours = _heavy.ToDictionary(atom => atom, _ => new List<int>());
        var outside = _heavy.Skip(1).ToDictionary(atom => atom, atom => (Nearest: _heavy[0], Distance: Distance(_heavy[0], atom)));
        while (outside.Count > 0)
        {
            var (next, (nearest, _)) = outside.MinBy(entry => entry.Value.Distance);
            outside.Remove(next);
            neighbours[next].Add(nearest);
            neighbours[nearest].Add(next);
            foreach (var atom in outside.Keys.ToArray())
            {
                outside[atom] = Distance(next, atom) is var distance && distance < outside[atom].Distance ? (next, distance) : outside[atom];
            }
        }

        return neighbours;
    }

    private List<int> Order()
    {
        var one = Farthest(_heavy[0], from: null).Atom;
        var other = Farthest(one, from: null).Atom;
        var order = new List<int>();
        Walk(new[] { one, other }.MaxBy(end => (_hydrogens[end].Count(), -(int)_molecule.Elements[end])), null, order);
        order.AddRange(order.ToArray().SelectMany(atom => _hydrogens[atom]));
        return order;
    }

    private void Walk(int atom, int? from, List<int> order)
    {
        order.Add(atom);
        foreach (var next in Onwards(atom, from).OrderBy(next => Farthest(next, atom).Steps).ThenBy(next => Size(next, atom)))
        {
            Walk(next, atom, order);
        }
    }

    private IEnumerable<int> Onwards(int atom, int? from) => _neighbours[atom].Where(next => next != from);

    private (int Atom, int Steps) Farthest(int atom, int? from) =>
        Onwards(atom, from).Select(next => Farthest(next, atom)).Select(end => (end.Atom, end.Steps + 1)).Append((atom, 0)).MaxBy(end => end.Item2);

    private int Size(int atom, int from) => 1 + Onwards(atom, from).Sum(next => Size(next, atom));
}
