using FFF.Datasets;
using FFF.Datasets.Molecules;
using FFF.Spaces;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Molecules;

public sealed class MoleculeSamplesTests
{
    private static readonly Element[] Elements = [Element.H, Element.C, Element.O];

    private static readonly Molecule Water = new([Element.O, Element.H, Element.H], [new(0, 0, 0.12), new(0, 0.76, -0.47), new(0, -0.76, -0.47)]);
    private static readonly Molecule Monoxide = new([Element.C, Element.O], [new(5, 0, 0), new(6.13, 0, 0)]);

    [Fact]
    public void MoleculesAreRowsWithoutTheirMeanPositionAndBack()
    {
        var samples = MoleculeSamples.Rows([Water, Monoxide], Elements);
        Assert.Equal([2, 15], samples.Data.shape);
        Assert.Equal([3L, 2L], samples.Group!.data<long>().ToArray());
        Assert.Equal([0L, 0, 1, 1], Space(samples).AtomCounts);
        Assert.Equal([1, 6, 8], Space(samples).AtomicNumbers);
        Check.Close(samples.Data[1][..10], tensor(new float[] { -0.565f, 0, 0, 1, 6, 0.565f, 0, 0, 2, 8 }), 1e-6);
        Assert.True(samples.Data[1][10..].isnan().all().item<bool>());

        var back = MoleculeSamples.Read(samples.Data, Space(samples));
        Assert.Equal([Element.C, Element.O], back[1]!.Elements);
        Assert.Equal(1.13, back[1]!.Positions[0].DistanceTo(back[1]!.Positions[1]), 1e-6);
        Assert.Equal(Water.Positions[0].DistanceTo(Water.Positions[1]), back[0]!.Positions[0].DistanceTo(back[0]!.Positions[1]), 1e-6);
    }

    [Fact]
    public void Qm7IsLearntWhole()
    {
        var dataset = DatasetFactory.Create(new MoleculeData { Source = MoleculeSource.Qm7, ValidationFraction = 0.1, TestFraction = 0.1 }, seed: 0);
        Assert.Equal((5443, 680, 680), (dataset.Train.Count, dataset.Validation.Count, dataset.Test!.Count));
        Assert.Equal(5443, Space(dataset.Train).AtomCounts.Sum());
        Assert.Equal([1, 6, 7, 8], Space(dataset.Train).AtomicNumbers);
        Check.Close(MoleculeRows.Sizes(dataset.Train.Data, MoleculeSpace.DataWidth), dataset.Train.Group!, 0);
    }

    /// <summary>The covariances are those of training molecules alone, are saved with a run, and read again.</summary>
    [Fact]
    public void MoleculesInOrderTellHowTheirRanksVaryTogether()
    {
        var dataset = DatasetFactory.Create(
            new MoleculeData { Source = MoleculeSource.Qm7, Order = AtomOrder.Skeleton, ValidationFraction = 0.1, TestFraction = 0.5 }, seed: 0);
        var space = Space(dataset.Train);
        var data = dataset.Train.Data.to(float64).view(-1, space.MaxAtoms, MoleculeSpace.DataWidth);
        var atoms = data[dataset.Train.Group!.eq(15)].narrow(1, 0, 15);
        var expected = zeros(15, 15, float64);
        foreach (var axis in (int[])[0, 1, 2])
        {
            var along = atoms.select(-1, axis);
            expected += along.t().mm(along) / 3;
        }

        expected = (expected + 5 * (eye(15, dtype: float64) - 1.0 / 15)) / (atoms.shape[0] + 5);
        Check.Close(space.Ranks!.CovarianceOf(15), expected, 1e-9);

        // The first seven ranks are of heavy atoms in most molecules, the last one is hydrogen in nearly all.
        Assert.True(atoms[TensorIndex.Colon, 14, 3].eq(0).to(float64).mean().item<double>() > 0.99);
        Assert.True(atoms[TensorIndex.Colon, 0, 3].ne(0).all().item<bool>());

        var loaded = (MoleculeSpace)SpaceFile.Load(space.Tensors(), space.Dimension)!;
        Assert.Equal(space.Ranks.Sizes, loaded.Ranks!.Sizes);
        Assert.All(space.Ranks.Sizes, nodes => Check.Close(loaded.Ranks.CovarianceOf(nodes), space.Ranks.CovarianceOf(nodes), 0));
        Assert.Equal(-Math.Log(24), loaded.LogOrders(4), 1e-12);
        Assert.Equal(0, new MoleculeSpace([1], [0, 0, 1]).LogOrders(4));
        var damaged = new Dictionary<string, Tensor>(space.Tensors()) { ["data.rank_covariances.15"] = zeros(15, 14, float64) };
        Assert.Contains("damaged", Assert.Throws<ArgumentException>(() => SpaceFile.Load(damaged, space.Dimension)).Message);
    }

    [Theory]
    [InlineData("1\nlone\nH 0 0 0\n", "line 5")]
    [InlineData("2\nfluoride\nH 0 0 0\nF 0 0 0.9\n", "holds F, which is none of data.elements: H, C")]
    [InlineData("2\nodd\nH 0 0 0\nH 0 0 nan\n", "line 8")]
    [InlineData("3\nshort\nH 0 0 0\nH 0 0 1\n", "molecule.xyz")]
    public void AMoleculeThatCannotBeLearntIsNamed(string text, string message)
    {
        var folder = Directory.CreateTempSubdirectory("fff-molecules");
        try
        {
            var file = Path.Combine(folder.FullName, "molecule.xyz");
            File.WriteAllText(file, "2\ngood\nH 0 0 0\nH 0 0 0.74\n" + text);
            var error = Assert.Throws<DatasetException>(() => MoleculeSamples.Of(new MoleculeData { Path = file, Elements = ["H", "C"] }));
            Assert.Contains("molecule.xyz", error.Message);
            Assert.Contains(message, error.Message);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static MoleculeSpace Space(IRows samples) => (MoleculeSpace)samples.Space;
}
