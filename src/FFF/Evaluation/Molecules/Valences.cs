using FFF.Spaces;

namespace FFF.Evaluation.Molecules;

/// <summary>How many bonds atoms have, a double bond counted twice and a triple bond three times.</summary>
internal static class Valences
{
    /// <summary>The numbers of bonds with which an atom is stable, as in EDM's public code (<c>qm9/bond_analyze.py</c>).</summary>
    /// <remarks>
    /// Elements that it has no number for are never stable. Sulphur has 4 there and nothing else,
    /// so that thiols and thioethers count as unstable; it is kept, for figures that compare.
    /// </remarks>
    public static bool IsStable(Element element, int bonds) => element switch
    {
        Element.P => bonds is 3 or 5,
        Element.H or Element.F or Element.Cl or Element.Br or Element.I => bonds == 1,
        Element.O => bonds == 2,
        Element.B or Element.N => bonds == 3,
        Element.C or Element.Si or Element.S => bonds == 4,
        _ => false,
    };

    /// <summary>Whether bonds of the element can be told: it has usual lengths, see <see cref="BondLengths"/>, and usual numbers of bonds.</summary>
    public static bool IsKnown(Element element) => Largest(element) > 0;

    /// <summary>
    /// The largest number of bonds of a neutral atom, as in the usual valence models, such as RDKit's; 0 for elements whose bonds cannot be told.
    /// </summary>
    public static int Largest(Element element) => element switch
    {
        Element.H or Element.F or Element.Cl or Element.Br => 1,
        Element.O => 2,
        Element.B or Element.N => 3,
        Element.C or Element.Si => 4,
        Element.P => 7,
        Element.S => 6,
        Element.I => 5,
        _ => 0,
    };
}
