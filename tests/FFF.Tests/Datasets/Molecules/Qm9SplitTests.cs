using FFF.Datasets;
using FFF.Datasets.Molecules;
using FFF.Evaluation;
using FFF.Spaces;
using FFF.Tests.Formats;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Molecules;

/// <summary>The split by molecules' numbers, on an archive of a few of them.</summary>
public sealed class Qm9SplitTests : IDisposable
{
    /// <summary>Molecules 1 to 60 without 43, which the list leaves out, and so on the places 0 to 58 among those that are split.</summary>
    private const int Most = 60;

    private readonly TemporaryFolder _folder = new();

    public Qm9SplitTests()
    {
        Qm9Text.WriteArchive(_folder[Qm9.ArchiveName], Enumerable.Range(1, Most).Select(n => (Qm9Text.FileName(n), Qm9Text.Frame(n, $"0.{n:D3}"))));
        _folder.WithText(Qm9.UncharacterizedName, Qm9Text.List());
    }

    private MoleculeData Data => new() { Source = MoleculeSource.Qm9, Folder = _folder.Path, Cache = false };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EachMoleculeIsInThePartThatThePublishedOrderPutsItIn()
    {
        using var scope = NewDisposeScope();
        var warnings = new List<string>();
        var dataset = DatasetFactory.Create(Data, seed: 3, warnings.Add);
        var places = PlacesOfNumpy();
        Assert.Equal(Numbers(places, place => place < 100_000), Seen(dataset.Train));
        Assert.Equal(Numbers(places, place => place is >= 100_000 and < 117_748), Seen(dataset.Validation));
        Assert.Equal(Numbers(places, place => place >= 117_748), Seen(dataset.Test!));
        Assert.Equal(59, dataset.Train.Count + dataset.Validation.Count + dataset.Test!.Count);
        Assert.Contains("130,772 of QM9's 130,831 molecules are not in the archive", Assert.Single(warnings), StringComparison.Ordinal);

        // Not by the seed, and wherever other molecules are missing.
        Qm9Text.WriteArchive(_folder[Qm9.ArchiveName],
            Enumerable.Range(1, Most).Where(n => n % 3 > 0).Select(n => (Qm9Text.FileName(n), Qm9Text.Frame(n, $"0.{n:D3}"))));
        var fewer = DatasetFactory.Create(Data, seed: 4);
        Assert.Equal(Seen(dataset.Train).Where(n => n % 3 > 0), Seen(fewer.Train));
        Assert.Equal(Seen(dataset.Test!).Where(n => n % 3 > 0), Seen(fewer.Test!));
    }

    [Fact]
    public void PartsAreReadByName()
    {
        var all = MoleculeFile.ReadAll(_folder.Path);
        Assert.Equal(59, all.Count);
        var parts = new[] { "train", "validation", "test" }
            .Select(part => MoleculeFile.ReadAll($"{_folder.Path}:{part}").Select(Qm9.NumberOf).ToArray()).ToArray();
        Assert.Equal(all.Select(Qm9.NumberOf), parts.SelectMany(part => part).Order());
        var places = PlacesOfNumpy();
        Assert.All(parts[2], number => Assert.InRange(places[number], 117_748, 130_830));
        Assert.All(parts[0], number => Assert.InRange(places[number], 0, 99_999));
    }

    [Fact]
    public void ARunOfAnEarlierVersionKeepsItsSplit()
    {
        var error = Assert.Throws<DatasetException>(() => Data.Open(new(0) { TakesPublishedSplit = false }));
        Assert.Contains("100000 molecules to train on, but here are only 59", error.Message, StringComparison.Ordinal);
        using var scope = NewDisposeScope();
        var source = Data.Open(new(0));
        Assert.Equal(Qm9Split.Name, DataNote.Of([], source).Split);
        Assert.Null(DataNote.Of([], source with { Published = null }).Split);
    }

    [Fact]
    public void AnotherListOrNoneIsNoSplit()
    {
        _folder.WithText(Qm9.UncharacterizedName, Qm9Text.List(3053));
        Assert.Contains("lists 3,053 molecules, but QM9's split leaves out the 3,054", Problem(), StringComparison.Ordinal);
        File.Delete(_folder[Qm9.UncharacterizedName]);
        Assert.Contains("which is not beside the archive", Problem(), StringComparison.Ordinal);
        _folder.WithText(Qm9.UncharacterizedName, Qm9Text.List());
        Qm9Text.WriteArchive(_folder[Qm9.ArchiveName], [(Qm9Text.FileName(133_886), Qm9Text.Frame(133_886))]);
        Assert.Contains("molecule 133886, which is none of them", Problem(), StringComparison.Ordinal);
        string Problem() => Assert.Throws<DatasetException>(() => DatasetFactory.Create(Data, 0)).Message;
    }

    [Fact]
    public void ANumberOfMoleculesIsSplitByShares()
    {
        using var scope = NewDisposeScope();
        var dataset = DatasetFactory.Create(Data with { Samples = 40 }, seed: 0);
        Assert.Equal((32, 4, 4), (dataset.Train.Count, dataset.Validation.Count, dataset.Test!.Count));
    }

    [Fact]
    public void HydrogenAndSizesAreLeftOut()
    {
        using var scope = NewDisposeScope();

        // A methane without hydrogen is one atom, which has no geometry.
        var error = Assert.Throws<DatasetException>(() => MoleculeSamples.Of(Data with { RemoveH = true }));
        Assert.Contains("has 0 molecules of C, N, O, F", error.Message, StringComparison.Ordinal);
        Assert.Contains("has 0 molecules of at least 6 atoms H", Assert.Throws<DatasetException>(() => MoleculeSamples.Of(Data with { MinAtoms = 6 })).Message,
            StringComparison.Ordinal);
        Assert.Equal(59, MoleculeSamples.Of(Data with { MinAtoms = 5, MaxAtoms = 5 }).Rows.Count);

        var (_, heavy, _) = MoleculeSamples.Of(new() { Source = MoleculeSource.Qm7, RemoveH = true, MinAtoms = 6, MaxAtoms = 7 });
        var shape = (MoleculeSpace)heavy.Space;
        Assert.Equal([6, 7, 8], shape.AtomicNumbers);
        Assert.Equal(Qm7.Load().Molecules.Count(molecule => molecule.Elements.Count(e => e != Element.H) is 6 or 7), heavy.Count);
        Assert.Equal(0, shape.AtomCounts.Take(6).Sum());
        Assert.Equal(8, shape.AtomCounts.Count);
        var first = heavy.Data[0].view(-1, MoleculeSpace.DataWidth);
        Check.Close(first[first.select(1, 0).isfinite()].narrow(1, 0, 3).mean([0]), zeros(3), 1e-5);
    }

    /// <summary>By number, where the list leaves out every 43rd.</summary>
    private static Dictionary<int, long> PlacesOfNumpy()
    {
        var places = new NumpyRandom(0).Permutation(130_831).Index().ToDictionary(entry => entry.Item, entry => (long)entry.Index);
        return Enumerable.Range(1, Most).Where(n => n != 43).ToDictionary(n => n, n => places[n < 43 ? n - 1 : n - 2]);
    }

    private static IEnumerable<int> Numbers(Dictionary<int, long> places, Func<long, bool> isIn) =>
        places.Where(entry => isIn(entry.Value)).OrderBy(entry => entry.Value).Select(entry => entry.Key);

    /// <summary>The molecules' numbers, which the third coordinate of the second atom holds but for the molecule's mean.</summary>
    private static IEnumerable<int> Seen(IRows rows)
    {
        // C − H differ by 0.008 − 0.NNN.
        using var z = (rows.Data.select(1, 7) - rows.Data.select(1, 2)).to(float64);
        return [.. z.data<double>().ToArray().Select(difference => (int)Math.Round((difference + 0.0080009958) * 1000))];
    }
}
