using FFF.Spaces;

namespace FFF.Datasets.Molecules;

/// <summary>Which atoms of molecules are learnt.</summary>
/// <param name="Elements">The elements that there may be; an atom's type is its element's index.</param>
/// <param name="RemovesHydrogen">Whether hydrogen is left out of the molecules, and of <paramref name="Elements"/>.</param>
/// <param name="Order">The order that they are brought into.</param>
internal sealed record LearntAtoms(IReadOnlyList<Element> Elements, bool RemovesHydrogen = false, AtomOrder Order = AtomOrder.Any)
{
    /// <summary>What molecules are made of that can be learnt: <see cref="Elements"/>, and hydrogen where it is removed.</summary>
    public IReadOnlySet<Element> Accepted => Elements.Concat(RemovesHydrogen ? [Element.H] : Array.Empty<Element>()).ToHashSet();

    /// <summary>The molecules as they are learnt; those of which fewer than two atoms are left have no geometry, and are left out.</summary>
    public IEnumerable<Molecule> Of(IEnumerable<Molecule> molecules)
    {
        var learnt = RemovesHydrogen ? molecules.Select(WithoutHydrogen).OfType<Molecule>() : molecules;
        return Order == AtomOrder.Skeleton ? learnt.Select(SkeletonOrder.Of) : learnt;
    }

    private static Molecule? WithoutHydrogen(Molecule molecule)
    {
        int[] heavy = [.. Enumerable.Range(0, molecule.AtomCount).Where(atom => molecule.Elements[atom] != Element.H)];
        return heavy.Length < AtomText.MinAtoms ? null : molecule.Of(heavy);
    }
}
