using System.Collections.Immutable;
using FFF.Spaces;

namespace FFF.Evaluation.Molecules;

/// <summary>Which atoms of a molecule are bonded, by how many bonds.</summary>
public sealed class MolecularGraph
{
    private readonly ImmutableArray<Bond>[] _bondsOf;

    /// <summary>A graph of N atoms.</summary>
    /// <param name="elements">The atoms' elements, N.</param>
    /// <param name="bonds">The bonds, at most one for two atoms.</param>
    public MolecularGraph(ImmutableArray<Element> elements, ImmutableArray<Bond> bonds)
    {
        (Elements, Bonds) = (elements, bonds);
        var bondsOf = new List<Bond>[elements.Length];
        for (var atom = 0; atom < elements.Length; atom++)
        {
            bondsOf[atom] = [];
        }

        foreach (var bond in bonds)
        {
            bondsOf[bond.First].Add(bond);
            bondsOf[bond.Second].Add(bond);
        }

        _bondsOf = [.. bondsOf.Select(list => list.ToImmutableArray())];
    }

    /// <summary>The atoms' elements, N.</summary>
    public ImmutableArray<Element> Elements { get; }

    /// <summary>The bonds, sorted by their atoms.</summary>
    public ImmutableArray<Bond> Bonds { get; }

    /// <summary>N, how many atoms there are.</summary>
    public int AtomCount => Elements.Length;

    /// <summary>Infers the bonds from the distances, by <see cref="BondLengths.Order"/>.</summary>
    public static MolecularGraph Of(Molecule molecule)
    {
        var bonds = ImmutableArray.CreateBuilder<Bond>();
        for (var i = 0; i < molecule.AtomCount; i++)
        {
            for (var j = i + 1; j < molecule.AtomCount; j++)
            {
                var order = BondLengths.Order(molecule.Elements[i], molecule.Elements[j], molecule.Positions[i].DistanceTo(molecule.Positions[j]));
                if (order > 0)
                {
                    bonds.Add(new(i, j, order));
                }
            }
        }

        return new(molecule.Elements, bonds.ToImmutable());
    }

    /// <summary>The bonds of an atom.</summary>
    public ImmutableArray<Bond> BondsOf(int atom) => _bondsOf[atom];

    /// <summary>The atom at the other end of a bond.</summary>
    public static int Other(Bond bond, int atom) => bond.First == atom ? bond.Second : bond.First;

    /// <summary>The sum of the orders of an atom's bonds.</summary>
    public int Valence(int atom)
    {
        var sum = 0;
        foreach (var bond in _bondsOf[atom])
        {
            sum += bond.Order;
        }

        return sum;
    }

    /// <summary>The connected parts, each the sorted numbers of its atoms, in order of their first atoms.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Fragments()
    {
        var (fragments, seen, next) = (new List<IReadOnlyList<int>>(), new bool[AtomCount], new Stack<int>());
        for (var start = 0; start < AtomCount; start++)
        {
            if (seen[start])
            {
                continue;
            }

            var fragment = new List<int>();
            seen[start] = true;
            next.Push(start);
            while (next.TryPop(out var atom))
            {
                fragment.Add(atom);
                foreach (var bond in _bondsOf[atom])
                {
                    var other = Other(bond, atom);
                    if (!seen[other])
                    {
                        seen[other] = true;
                        next.Push(other);
                    }
                }
            }

            fragment.Sort();
            fragments.Add(fragment);
        }

        return fragments;
    }

    /// <summary>The part of these atoms, which are numbered anew in the order that they are given in.</summary>
    public MolecularGraph Part(IReadOnlyList<int> atoms)
    {
        var number = new int[AtomCount];
        Array.Fill(number, -1);
        foreach (var (position, atom) in atoms.Index())
        {
            number[atom] = position;
        }

        return new(
            [.. atoms.Select(atom => Elements[atom])],
            [.. Bonds.Where(bond => number[bond.First] >= 0 && number[bond.Second] >= 0)
                .Select(bond => new Bond(Math.Min(number[bond.First], number[bond.Second]), Math.Max(number[bond.First], number[bond.Second]), bond.Order))
                .OrderBy(bond => (bond.First, bond.Second))]);
    }
}
