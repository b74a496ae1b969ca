using System.Collections.Immutable;
using static TorchSharp.torch;

namespace FFF.Spaces;

/// <summary>
/// In which order the atoms of a molecule are placed, and by which others: each by its distance to an atom it is bonded to, the angle there with a second
/// one, and the dihedral angle about the line of these two with a third. The first atom has none of them, the second a distance, the third a distance and
/// an angle.
/// </summary>
/// <remarks>
/// The further atoms of a bonded one turn with the first of them, by improper dihedrals, so that only the first has to know how the group is turned.
/// </remarks>
public sealed class ZMatrix : IEquatable<ZMatrix>
{
    /// <summary>No atom.</summary>
    private const int None = -1;

    private const int Columns = 4;

    private ZMatrix(ImmutableArray<ZMatrixRow> rows) => Rows = rows;

    /// <summary>The atoms in the order in which they are placed.</summary>
    public ImmutableArray<ZMatrixRow> Rows { get; }

    /// <summary>The matrix along a tree of bonds, from its centre outwards; of rings one bond is left out.</summary>
    /// <param name="atoms">N, at least 3.</param>
    /// <param name="bonds">Pairs of atoms, from 0.</param>
    /// <exception cref="ArgumentException">The bonds do not reach all atoms, or there are too few atoms.</exception>
    public static ZMatrix Of(int atoms, IEnumerable<(int First, int Second)> bonds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(atoms, 3);
        var neighbours = Neighbours(atoms, bonds);
        if (Unreached(neighbours) is { Count: > 0 } unreached)
        {
            throw new ArgumentException($"Bonds do not reach the atoms {string.Join(", ", unreached)} from atom 0.", nameof(bonds));
        }

        var root = Enumerable.Range(0, atoms).MinBy(atom => (Depth(neighbours, atom), -neighbours[atom].Count, atom));
        var (order, parent) = Outwards(neighbours, root);

        var placed = new List<int>();
        var rows = new List<ZMatrixRow>();
        foreach (var atom in order)
        {
            rows.Add(RowOf(atom));
            placed.Add(atom);
        }

        return new([.. rows]);

        ZMatrixRow RowOf(int atom)
        {
            var bonded = parent[atom];
            if (placed.Count < 2)
            {
                return new(atom, bonded, None, None);
            }

            // Towards the root; of the root itself the first that is bonded to it.
            var angle = parent[bonded] != None ? parent[bonded] : placed[1];
            return new(atom, bonded, angle, placed.Count < 3 ? None : Third(bonded, angle));
        }

        // Another atom of the bonded one, or else of the second.
        int Third(int bonded, int angle)
        {
            bool IsOf(int other, int centre) => parent[other] == centre || parent[centre] == other;
            return placed.Where(other => other != angle && other != bonded).OrderBy(other => (IsOf(other, bonded) ? 0 : IsOf(other, angle) ? 1 : 2)).First();
        }
    }

    /// <summary>The atoms that bonds do not reach from atom 0, so that there is more than one molecule.</summary>
    /// <inheritdoc cref="Of"/>
    public static IReadOnlyList<int> Unreached(int atoms, IEnumerable<(int First, int Second)> bonds) => Unreached(Neighbours(atoms, bonds));

    /// <summary>The bonds that molecules seem to have: those of the shortest tree by mean distance.</summary>
    /// <param name="positions">x, [N, atoms·3].</param>
    public static IReadOnlyList<(int First, int Second)> ShortestTree(Tensor positions)
    {
        using var scope = NewDisposeScope();
        var x = positions.to(float64).reshape(positions.shape[0], -1, MoleculeSpace.Axes);
        var atoms = (int)x.shape[1];
        double[][] distance = [.. Enumerable.Range(0, atoms).Select(atom =>
            (x - x.narrow(1, atom, 1)).square().sum(-1).sqrt().mean([0]).data<double>().ToArray())];

        // Of each atom that is not reached, the nearest that is (Prim's algorithm).
        var (nearest, bonds) = (Enumerable.Range(1, atoms - 1).ToDictionary(atom => atom, _ => 0), new List<(int First, int Second)>());
        while (nearest.Count > 0)
        {
            var (next, from) = nearest.MinBy(atom => distance[atom.Value][atom.Key]);
            bonds.Add((from, next));
            nearest.Remove(next);
            foreach (var atom in nearest.Keys.Where(atom => distance[next][atom] < distance[nearest[atom]][atom]).ToList())
            {
                nearest[atom] = next;
            }
        }

        return bonds;
    }

    /// <inheritdoc/>
    public bool Equals(ZMatrix? other) => other is not null && Rows.SequenceEqual(other.Rows);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ZMatrix);

    /// <inheritdoc/>
    public override int GetHashCode() => Rows.Aggregate(0, HashCode.Combine);

    /// <summary>The rows as a tensor, [N, 4], int32; −1 for none.</summary>
    internal Tensor Saved() => tensor(Rows.SelectMany(row => (int[])[row.Atom, row.Bonded, row.Angle, row.Dihedral]).ToArray(), [Rows.Length, Columns]);

    /// <summary>What <see cref="Saved"/> was made of; null if it is damaged.</summary>
    internal static ZMatrix? Load(Tensor saved, int atoms)
    {
        if (saved.dtype != ScalarType.Int32 || !saved.shape.SequenceEqual([atoms, Columns]))
        {
            return null;
        }

        ZMatrixRow[] rows = [.. saved.data<int>().ToArray().Chunk(Columns).Select(row => new ZMatrixRow(row[0], row[1], row[2], row[3]))];
        var seen = new HashSet<int>();
        foreach (var (number, row) in rows.Index())
        {
            int[] others = [row.Bonded, row.Angle, row.Dihedral];
            var known = others[..Math.Min(number, others.Length)];
            if (known.Distinct().Count() < known.Length || !known.All(seen.Contains) || row.Atom < 0 || row.Atom >= atoms || !seen.Add(row.Atom))
            {
                return null;
            }
        }

        return new([.. rows]);
    }

    private static List<int> Unreached(SortedSet<int>[] neighbours) => [.. Enumerable.Range(0, neighbours.Length).Except(Outwards(neighbours, 0).Order)];

    private static SortedSet<int>[] Neighbours(int atoms, IEnumerable<(int First, int Second)> bonds)
    {
        var neighbours = Enumerable.Range(0, atoms).Select(_ => new SortedSet<int>()).ToArray();
        foreach (var (first, second) in bonds)
        {
            _ = neighbours[first].Add(second) && neighbours[second].Add(first);
        }

        return neighbours;
    }

    /// <summary>How far the farthest atom is from this one, in bonds.</summary>
    private static int Depth(SortedSet<int>[] neighbours, int root)
    {
        var (order, parent) = Outwards(neighbours, root);
        var depth = 0;
        for (var atom = order[^1]; atom != root; atom = parent[atom])
        {
            depth++;
        }

        return depth;
    }

    /// <summary>All that can be reached, nearest first, of one atom's those with most neighbours first; and from where.</summary>
    private static (List<int> Order, int[] Parent) Outwards(SortedSet<int>[] neighbours, int root)
    {
        var (order, parent) = (new List<int> { root }, Enumerable.Repeat(None, neighbours.Length).ToArray());
        for (var i = 0; i < order.Count; i++)
        {
            foreach (var next in neighbours[order[i]].OrderByDescending(atom => neighbours[atom].Count).Where(next => next != root && parent[next] == None))
            {
                parent[next] = order[i];
                order.Add(next);
            }
        }

        return (order, parent);
    }
}

/// <summary>An atom, and those that place it; −1 where there is none.</summary>
/// <param name="Atom">i.</param>
/// <param name="Bonded">p, to which the distance is.</param>
/// <param name="Angle">g: the angle is that of i, p and g.</param>
/// <param name="Dihedral">s: the dihedral angle is that between the planes of i, p, g and of s, p, g.</param>
public readonly record struct ZMatrixRow(int Atom, int Bonded, int Angle, int Dihedral);
