using FFF.Datasets;
using FFF.Datasets.Table;
using FFF.Randomness;
using FFF.Spaces;
using FFF.Tests.Formats;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets;

/// <summary>Rows that were held out and are in the training data, too, are counted.</summary>
public sealed class RepeatedRowsTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void RowsAreCountedOnceEachAndSaidInWords()
    {
        var rows = Rows(1000, 3);
        var train = rows.narrow(0, 0, 900);
        var validation = cat([rows.narrow(0, 900, 95), train.narrow(0, 7, 5)], 0);
        var test = cat([rows.narrow(0, 950, 47), train[0].unsqueeze(0), train[0].unsqueeze(0), train[800].unsqueeze(0)], 0);
        var repeated = RepeatedRows.Of(new Samples(train, null), new Samples(validation, null), new Samples(test, null))!;

        Assert.Equal(new(5, 100), repeated.Validation);
        Assert.Equal(new(3, 50), repeated.Test);
        Assert.Equal("3 of 50 test rows (6.0 %) and 5 of 100 validation rows (5.0 %)", repeated.Words());
        Assert.Contains("3 of 50 test rows (6.0 %) are in the training data", Assert.Single(repeated.Doubts(HeldOut.OfTest)), StringComparison.Ordinal);
    }

    [Fact]
    public void NothingIsRepeatedAmongDifferentRows()
    {
        var rows = Rows(3000, 2);
        Assert.Null(RepeatedRows.Of(new Samples(rows.narrow(0, 0, 2000), null),
            new Samples(rows.narrow(0, 2000, 500), null), new Samples(rows.narrow(0, 2500, 500), null)));
        Assert.Null(RepeatedRows.Of(new Samples(rows, null), new Samples(rows.narrow(0, 0, 0), null), new Samples(rows.narrow(0, 0, 0), null)));
    }

    /// <summary>Whole numbers differ only in the highest bits of a float64, and the same numbers in another order are another row.</summary>
    [Fact]
    public void RowsOfWholeNumbersAreToldApart()
    {
        var grid = cartesian_prod([arange(60, dtype: float64), arange(60, dtype: float64)]);
        var odd = arange(1, 3600, 2, dtype: int64);
        Assert.Null(RepeatedRows.Of(new Samples(grid.index_select(0, odd), null),
            new Samples(grid.index_select(0, odd - 1), null), new Samples(grid.narrow(0, 0, 0), null)));
    }

    [Fact]
    public void ZeroHasNoSignAndAConditionBelongsToItsRow()
    {
        var (data, condition) = (tensor(new[,] { { 0.0 }, { 1.0 } }), tensor(new[,] { { 5.0 }, { 6.0 } }));
        var none = new Samples(zeros(0, 1, dtype: float64), zeros(0, 1, dtype: float64));
        Assert.Equal(new(1, 1), RepeatedRows.Of(new Samples(data, condition),
            new Samples(tensor(new[,] { { -0.0 } }), tensor(new[,] { { 5.0 } })), none)!.Validation);
        Assert.Null(RepeatedRows.Of(new Samples(data, condition), new Samples(tensor(new[,] { { 0.0 } }), tensor(new[,] { { 6.0 } })), none));
    }

    /// <summary>A file of single precision holds the same rows as one of text.</summary>
    [Fact]
    public void RowsAmongOthersAreCountedInSinglePrecision()
    {
        var (rows, conditions) = (Rows(1000, 3), Rows(1000, 2) + 1);
        var train = new Samples(rows, conditions);
        var given = new Samples(cat([rows.narrow(0, 100, 40), rows.narrow(0, 0, 60) + 1e-3], 0).to(float32),
            cat([conditions.narrow(0, 100, 40), conditions.narrow(0, 0, 60)], 0).to(float32));
        var seen = RepeatedRows.Among(train, given);
        Assert.Equal(new(40, 100), seen);
        Assert.Equal("40 of 100 given rows (40.0 %)", seen.Words("given"));
        Assert.Equal(0, RepeatedRows.Among(train, given with { Condition = given.Condition! + 1 }).Repeated);
    }

    [Fact]
    public void ATableThatRepeatsItsRowsIsNoted()
    {
        var lines = Enumerable.Range(0, 100).Select(i => FormattableString.Invariant($"{Math.Sin(i)},{Math.Cos(3 * i)}")).ToArray();
        File.WriteAllLines(_folder["twice.csv"], ["a,b", .. lines, .. lines]);
        File.WriteAllLines(_folder["once.csv"], ["a,b", .. lines]);

        var twice = DatasetFactory.Create(new TableData { Path = _folder["twice.csv"], TestFraction = 0.2 }, seed: 1);
        Assert.Equal(40, twice.Origin!.Repeated!.Test!.Rows);
        Assert.InRange(twice.Origin.Repeated.Test.Repeated, 20, 40);
        Assert.Single(twice.HeldOut.Doubts);
        Assert.Null(DatasetFactory.Create(new TableData { Path = _folder["once.csv"], TestFraction = 0.2 }, seed: 1).Origin!.Repeated);
    }

    /// <summary>One in a hundred does no harm.</summary>
    [Fact]
    public void FewRepeatedRowsAreNoDoubt()
    {
        Assert.Empty(new RepeatedRows(null, new(10, 1000)).Doubts(HeldOut.OfTest));
        Assert.Single(new RepeatedRows(null, new(11, 1000)).Doubts(HeldOut.OfTest));
        Assert.Empty(new RepeatedRows(null, new(11, 1000)).Doubts(HeldOut.OfValidation));
    }

    private static Tensor Rows(long rows, long columns)
    {
        using var random = new RandomStream(3);
        return random.Normal([rows, columns], float64);
    }
}
