namespace FFF.Configuration;

/// <summary>
/// What a flow has to know of molecules. A row holds the numbers of one atom after the other; rows of smaller molecules end
/// in NaN, so that rows of all sizes make one tensor.
/// </summary>
/// <param name="AtomicNumbers">The elements that there are, K of them; an atom's type is an index into this list.</param>
/// <param name="AtomCounts">How many training molecules have n atoms, for n from 0 up to the largest.</param>
public sealed record MoleculeShape(IReadOnlyList<int> AtomicNumbers, IReadOnlyList<long> AtomCounts)
{
    /// <summary>Dimensions of space.</summary>
    public const int Space = 3;

    /// <summary>Numbers of an atom in the data: its position, type and nuclear charge.</summary>
    public const int DataWidth = Space + 2;

    /// <summary>K.</summary>
    public int Types => AtomicNumbers.Count;

    /// <summary>Atoms of the largest molecule.</summary>
    public int MostAtoms => AtomCounts.Count - 1;

    /// <summary>What networks are given of an atom: its position, a number for each type, one for its charge.</summary>
    public NodeLayout Nodes => new(Space, Types + 1);
}
