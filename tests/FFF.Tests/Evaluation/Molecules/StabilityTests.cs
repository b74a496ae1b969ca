using FFF.Datasets.Molecules;
using FFF.Evaluation.Molecules;
using FFF.Spaces;
using Xunit;
using static FFF.Spaces.Element;

namespace FFF.Tests.Evaluation.Molecules;

public sealed class StabilityTests
{
    /// <summary>The published figures: 98.27 % of the molecules, 99.71 % of the atoms.</summary>
    [Fact]
    public void OfQm7()
    {
        var report = MoleculeEvaluation.Of([.. Qm7.Load().Molecules]);
        Assert.Equal(6803, report.Molecules);
        Assert.Equal(0.9827, report.MoleculeStability, 4);
        Assert.Equal(0.9971, report.AtomStability, 4);
    }

    /// <summary>Each threshold of each order, from both sides.</summary>
    [Theory]
    [InlineData(C, C, 164, 139, 123)]
    [InlineData(C, N, 157, 134, 119)]
    [InlineData(C, O, 153, 125, 116)]
    [InlineData(N, N, 155, 130, 113)]
    [InlineData(N, O, 150, 126, 0)]
    [InlineData(O, O, 158, 126, 0)]
    [InlineData(H, C, 119, 0, 0)]
    [InlineData(H, H, 84, 0, 0)]
    [InlineData(F, N, 146, 0, 0)]
    [InlineData(S, C, 192, 165, 0)]
    [InlineData(P, O, 173, 155, 0)]
    [InlineData(I, I, 276, 0, 0)]
    [InlineData(B, C, 0, 0, 0)]
    public void OrdersChangeAtTheThresholds(Element a, Element b, int one, int two, int three)
    {
        int[] thresholds = [one, two, three];
        for (var pm = 50; pm < 300; pm++)
        {
            var expected = thresholds.Count(threshold => pm + 0.5 < threshold);
            Assert.Equal(expected, BondLengths.Order(a, b, (pm + 0.5) / 100));
            Assert.Equal(expected, BondLengths.Order(b, a, (pm + 0.5) / 100));
        }
    }

    [Fact]
    public void EveryElementHasItsValences()
    {
        int[] Stable(Element element) => [.. Enumerable.Range(0, 10).Where(bonds => Valences.IsStable(element, bonds))];
        Assert.Equal([1], Stable(H));
        Assert.Equal([4], Stable(C));
        Assert.Equal([3], Stable(N));
        Assert.Equal([2], Stable(O));
        Assert.Equal([1], Stable(F));
        Assert.Equal([3, 5], Stable(P));
        Assert.Equal([4], Stable(S));
        Assert.Equal([H, B, C, N, O, F, Si, P, S, Cl, Br, I], Elements.All.Where(Valences.IsKnown));
        Assert.All(Elements.All.Where(Valences.IsKnown), element => Assert.InRange(Valences.Largest(element), Stable(element).Max(), 7));
        Assert.All(Elements.All.Where(element => !Valences.IsKnown(element)), element => Assert.Empty(Stable(element)));
    }

    [Fact]
    public void AtomsOfAMoleculeAreCounted()
    {
        // Water, and a hydroxyl radical 5 Å away.
        var molecule = new Molecule([O, H, H, O, H], [new(0, 0, 0), new(0.96, 0, 0), new(-0.3, 0.9, 0), new(5, 0, 0), new(5.96, 0, 0)]);
        var graph = MolecularGraph.Of(molecule);
        Assert.Equal([new Bond(0, 1, 1), new Bond(0, 2, 1), new Bond(3, 4, 1)], graph.Bonds);
        Assert.Equal(new Stability(4, 5), Stability.Of(graph));
        Assert.False(Stability.Of(graph).IsStable);
        Assert.Equal([[0, 1, 2], [3, 4]], graph.Fragments());
        Assert.True(Stability.Of(graph.Part([2, 0, 1])).IsStable);
    }
}
