using FFF.Datasets.Molecules;
using FFF.Spaces;
using Xunit;

namespace FFF.Tests.Datasets.Molecules;

public sealed class Qm7Tests
{
    [Fact]
    public void MoleculesOfOtherElementsAreLeftOutAndCounted()
    {
        var set = Qm7.Load();
        Assert.Equal((6803, 298), (set.Molecules.Count, set.LeftOut));
        Assert.Equal(Qm7.DefaultElements, set.Molecules.SelectMany(molecule => molecule.Elements).ToHashSet());
        Assert.Equal((4, 23), (set.Molecules.Min(molecule => molecule.AtomCount), set.Molecules.Max(molecule => molecule.AtomCount)));
        Assert.Equal((7101, 0), (Qm7.Load(Elements.All.ToHashSet()).Molecules.Count, Qm7.Load(Elements.All.ToHashSet()).LeftOut));
    }

    [Fact]
    public void TheFirstIsMethane()
    {
        var methane = Qm7.Load().Molecules[0];
        Assert.Equal("qm7 0001", methane.Comment);
        Assert.Equal([Element.C, Element.H, Element.H, Element.H, Element.H], methane.Elements);
        Assert.Equal(new Position(0.678614, -1.038285, 0.228641), methane.Positions[4]);
    }

    [Fact]
    public void MoleculesAreChecked()
    {
        Assert.Throws<ArgumentException>(() => new Molecule([], []));
        Assert.Throws<ArgumentException>(() => new Molecule([Element.H], []));
        Assert.Throws<ArgumentException>(() => new Molecule([Element.H], [new(double.NaN, 0, 0)]));
    }
}
