using System.Text.Json;
using FFF.Evaluation.Molecules;
using FFF.Spaces;
using Xunit;
using static FFF.Spaces.Element;

namespace FFF.Tests.Evaluation.Molecules;

public sealed class MoleculeEvaluationTests
{
    private static readonly Molecule Water = new([O, H, H], [new(0, 0, 0), new(0.96, 0, 0), new(-0.3, 0.9, 0)]);
    private static readonly Molecule TurnedWater = new([H, O, H], [new(1, 2.96, 3), new(1, 2, 3), new(1.9, 1.7, 3)]);
    private static readonly Molecule Hydroxyl = new([O, H], [new(0, 0, 0), new(0, 0.97, 0)]);
    private static readonly Molecule HydrogenMolecule = new([H, H], [new(0, 0, 0), new(0, 0.74, 0)]);

    /// <summary>A hydrogen between two others.</summary>
    private static readonly Molecule Impossible = new([H, H, H], [new(0, 0, 0), new(0, 0.74, 0), new(0, -0.74, 0)]);

    [Fact]
    public void SharesAreThoseCountedByHand()
    {
        var report = MoleculeEvaluation.Of([Water, TurnedWater, Hydroxyl, Impossible, HydrogenMolecule], [TurnedWater, HydrogenMolecule]);
        Assert.Equal(5, report.Molecules);
        Assert.Equal(3.0 / 5, report.MoleculeStability);
        Assert.Equal(11.0 / 13, report.AtomStability, 12);
        Assert.Equal(4.0 / 5, report.Validity);
        Assert.Equal(3.0 / 4, report.Uniqueness);
        Assert.Equal(1.0 / 3, report.Novelty!.Value, 12);
        Assert.Equal(3.0 / 5, report.ValidUnique);
        Assert.Equal(2.0 / 5, report.StableUnique);
        Assert.Equal(13.0 / 5, report.AtomsPerMolecule);
        Assert.Equal(1, report.Connected);
        Assert.Equal((2, 1.0, 1.0), (report.Reference!.Molecules, report.Reference.MoleculeStability, report.Reference.AtomStability));
    }

    [Fact]
    public void WithoutValidMoleculesThereIsNoUniqueness()
    {
        var report = MoleculeEvaluation.Of([Impossible], [Water]);
        Assert.Equal(0, report.Validity);
        Assert.Null(report.Uniqueness);
        Assert.Null(report.Novelty);
        Assert.Null(MoleculeEvaluation.Of([Water]).Novelty);
        Assert.Null(MoleculeEvaluation.Of([Water]).Reference);
        Assert.Throws<ArgumentException>(() => MoleculeEvaluation.Of([]));
    }

    [Fact]
    public void TheLargestPartTellsMoleculesApart()
    {
        var withHydrogen = new Molecule([H, .. Water.Elements], [new(50, 0, 0), .. Water.Positions]);
        var report = MoleculeEvaluation.Of([Water, withHydrogen]);
        Assert.Equal(1, report.Validity);
        Assert.Equal(0.5, report.Uniqueness);
        Assert.Equal(0.5, report.Connected);

        // Of equally large parts, the one that sorts first, wherever it stands.
        var parts = new MolecularGraph([N, H, C, H], [new(0, 1, 1), new(2, 3, 1)]);
        Assert.Equal("C:1", Validity.Identity(parts));
        Assert.Equal("C:1", Validity.Identity(new MolecularGraph([C, H, N, H], [new(0, 1, 1), new(2, 3, 1)])));
    }

    [Fact]
    public void NitrogensOfFiveBondsAreValidWhereChargesAreSeparated()
    {
        // Nitromethane without hydrogens, diazomethane, hydrazoic acid; a nitrogen of five hydrogens is none.
        Assert.True(Validity.IsValid(new([C, N, O, O], [new(0, 1, 1), new(1, 2, 2), new(1, 3, 2)])));
        Assert.True(Validity.IsValid(new([C, N, N], [new(0, 1, 2), new(1, 2, 3)])));
        Assert.False(Validity.IsValid(new([N, H, H, H, H, H], [new(0, 1, 1), new(0, 2, 1), new(0, 3, 1), new(0, 4, 1), new(0, 5, 1)])));
        Assert.False(Validity.IsValid(new([C, N, C], [new(0, 1, 2), new(1, 2, 2)])));
        Assert.False(Validity.IsValid(new([C, N, C], [new(0, 1, 2), new(1, 2, 3)])));
    }

    [Fact]
    public void DistancesOfDistributionsAreThoseComputedByHand()
    {
        var comparison = MoleculeEvaluation.Of([Hydroxyl, HydrogenMolecule], [HydrogenMolecule]).Reference!;
        Assert.Equal(0, comparison.AtomCountsWasserstein);
        Assert.Null(comparison.BondAnglesWasserstein);
        Assert.Equal((0.97 - 0.74) / 2, comparison.BondLengthsWasserstein!.Value, 12);

        // p = (3/4, 1/4), q = (1, 0), m = (7/8, 1/8).
        var expected = ((0.75 * Math.Log2(0.75 / 0.875)) + (0.25 * Math.Log2(0.25 / 0.125)) + Math.Log2(1 / 0.875)) / 2;
        Assert.Equal(expected, comparison.AtomTypesJensenShannon, 12);
        Assert.Equal(["H-H", "O-H"], comparison.Bonds.Select(bond => bond.Kind));
        Assert.Equal(new BondComparison("H-H", 0.5, 1, 0.74, 0.74, 0), comparison.Bonds[0]);
        Assert.Equal(new BondComparison("O-H", 0.5, 0, 0.97, null, null), comparison.Bonds[1]);
    }

    /// <summary>One bond of a hundred is listed, one of a hundred and one is not, whichever side has it.</summary>
    [Fact]
    public void KindsOfAHundredthOfTheBondsAreListed()
    {
        Assert.Equal(["H-H", "O-H"], Kinds([Hydroxyl, .. Hydrogens(99)], Hydrogens(1)));
        Assert.Equal(["H-H"], Kinds([Hydroxyl, .. Hydrogens(100)], Hydrogens(1)));
        Assert.Equal(["H-H", "O-H"], Kinds(Hydrogens(1), [Hydroxyl, .. Hydrogens(99)]));
        Assert.Equal(["H-H"], Kinds(Hydrogens(1), [Hydroxyl, .. Hydrogens(100)]));

        static IEnumerable<Molecule> Hydrogens(int count) => Enumerable.Repeat(HydrogenMolecule, count);
        static IEnumerable<string> Kinds(IEnumerable<Molecule> found, IEnumerable<Molecule> reference) =>
            MoleculeEvaluation.Of([.. found], [.. reference]).Reference!.Bonds.Select(bond => bond.Kind);
    }

    [Theory]
    [InlineData(H, C, 1, "C-H")]
    [InlineData(C, H, 1, "C-H")]
    [InlineData(O, C, 2, "C=O")]
    [InlineData(C, N, 3, "C#N")]
    [InlineData(H, H, 1, "H-H")]
    public void KindsOfBondsAreNamedAsUsual(Element a, Element b, int order, string name) => Assert.Equal(name, BondKind.Of(a, b, order).ToString());

    [Fact]
    public void AnglesAreInDegrees()
    {
        var molecule = new Molecule([O, H, H], [new(1, 1, 1), new(1.9, 1, 1), new(1, 1.9, 1)]);
        var statistics = MoleculeStatistics.Of([(molecule, MolecularGraph.Of(molecule))]);
        Assert.Equal(90, Assert.Single(statistics.BondAngles), 12);
        var line = new Molecule([O, H, H], [new(0, 0, 0), new(0.6, 0.6, 0), new(-0.6, -0.6, 0)]);
        Assert.Equal(180, Assert.Single(MoleculeStatistics.Of([(line, MolecularGraph.Of(line))]).BondAngles), 12);
    }

    [Fact]
    public void JsonHasTheNamesThatAreRelied()
    {
        var json = JsonDocument.Parse(MoleculeEvaluation.Of([Water], [Water]).Json()).RootElement;
        foreach (var name in (string[])["molecules", "molecule_stability", "atom_stability", "validity", "uniqueness", "novelty"])
        {
            Assert.Equal(JsonValueKind.Number, json.GetProperty(name).ValueKind);
        }

        Assert.Equal(0, json.GetProperty("reference").GetProperty("bond_lengths_wasserstein").GetDouble());
    }
}
