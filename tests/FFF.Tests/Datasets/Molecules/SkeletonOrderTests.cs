using FFF.Datasets.Molecules;
using FFF.Spaces;
using Xunit;

namespace FFF.Tests.Datasets.Molecules;

public sealed class SkeletonOrderTests
{
    private const double Bond = 1.5;

    [Fact]
    public void HydrogensFollowTheSkeletonInTheOrderOfTheirAtoms()
    {
        // H3C-CH2-OH, its atoms mixed: the end with three hydrogens comes first.
        var ethanol = Of((Element.H, 0, 1.1, 0), (Element.O, 3, 0, 0), (Element.C, 1.5, 0, 0), (Element.H, 3.3, 0.9, 0.1), (Element.C, 0, 0, 0),
            (Element.H, 1.4, 1.1, 0), (Element.H, -0.9, 0.5, 0), (Element.H, 1.6, -1.1, 0), (Element.H, -0.2, -1.1, 0));
        var ordered = SkeletonOrder.Of(ethanol);
        Assert.Equal("C C O H H H H H H", string.Join(' ', ordered.Elements));
        Assert.Equal([0, 1.5, 3], ordered.Positions.Take(3).Select(p => p.X));
        int[] owners = [.. ordered.Positions.Skip(3).Select(h => Enumerable.Range(0, 3).MinBy(atom => ordered.Positions[atom].DistanceTo(h)))];
        Assert.Equal([0, 0, 0, 1, 1, 2], owners);
    }

    [Fact]
    public void SideBranchesComeBeforeTheRestOfTheLongestPath()
    {
        // N at the end of five in a row is not lighter than the carbon at the other; two branches at the third atom, the shorter one first.
        var tree = Of((Element.N, 0, 0, 0), (Element.C, Bond, 0, 0), (Element.C, 2 * Bond, 0, 0), (Element.C, 3 * Bond, 0, 0), (Element.C, 4 * Bond, 0, 0),
            (Element.O, 2 * Bond, Bond, 0));
        var ordered = SkeletonOrder.Of(tree);
        Assert.Equal([4 * Bond, 3 * Bond, 2 * Bond, 2 * Bond, Bond, 0], ordered.Positions.Select(p => p.X));
        Assert.Equal(Element.O, ordered.Elements[3]);
    }

    [Fact]
    public void NeitherTheFilesOrderNorMotionsOfTheMoleculeMatter()
    {
        var random = new Random(3);
        foreach (var molecule in Qm7.Load(new HashSet<Element>(Qm7.DefaultElements)).Molecules.Take(40))
        {
            var ordered = SkeletonOrder.Of(molecule);
            int[] mixed = [.. Enumerable.Range(0, molecule.AtomCount).OrderBy(_ => random.Next())];
            var other = SkeletonOrder.Of(new Molecule([.. mixed.Select(a => molecule.Elements[a])],
                [.. mixed.Select(a => molecule.Positions[a]).Select(p => new Position(2 - p.Z, p.X + 1, p.Y))]));
            Assert.Equal(ordered.Elements, other.Elements);

            // Atoms that a symmetry exchanges may be: then distances are nearly the same.
            Assert.All(Distances(ordered).Zip(Distances(other)), pair => Assert.Equal(pair.First, pair.Second, 0.02));
            Assert.Equal(molecule.Positions.OrderBy(p => (p.X, p.Y, p.Z)), ordered.Positions.OrderBy(p => (p.X, p.Y, p.Z)));
        }
    }

    [Fact]
    public void HydrogenAloneHasNoSkeleton() =>
        Assert.Equal([0, 0.7], SkeletonOrder.Of(Of((Element.H, 0, 0, 0), (Element.H, 0.7, 0, 0))).Positions.Select(p => p.X));

    private static IEnumerable<double> Distances(Molecule molecule) =>
        from atom in molecule.Positions from other in molecule.Positions select atom.DistanceTo(other);

    private static Molecule Of(params (Element Element, double X, double Y, double Z)[] atoms) =>
        new([.. atoms.Select(a => a.Element)], [.. atoms.Select(a => new Position(a.X, a.Y, a.Z))]);
}
