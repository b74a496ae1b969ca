using FFF.Datasets;
using FFF.Randomness;
using FFF.Spaces;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets;

public sealed class SplitTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(10_000, 0.1, 0.0, 9000, 1000, 0)]
    [InlineData(10_000, 0.1, 0.2, 7000, 1000, 2000)]
    [InlineData(4, 0.01, 0.01, 2, 1, 1)]
    [InlineData(2, 0.0, 0.0, 2, 0, 0)]
    [InlineData(15, 0.1, 0.0, 13, 2, 0)]
    public void RoundsFractionsToRows(long rows, double validation, double test, long train, long expectedValidation, long expectedTest) =>
        Assert.Equal(new Split(train, expectedValidation, expectedTest), Split.Of(rows, validation, test, "data"));

    [Theory]
    [InlineData(1, 0.0, 0.0, "has 1 row,")]
    [InlineData(0, 0.1, 0.1, "has 0 rows,")]
    [InlineData(3, 0.1, 0.1, "has 3 rows,")]
    [InlineData(10, 0.5, 0.45, "of which 5 would go to validation, 5 to the test and 0 to training")]
    [InlineData(1000, 0.5, 0.5, "leave nothing to train on")]
    public void TooFewRowsAreAnErrorThatCountsThem(long rows, double validation, double test, string part)
    {
        var error = Assert.Throws<DatasetException>(() => Split.Of(rows, validation, test, "measurements.csv"));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("measurements.csv", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryRowIsInOnePartWithItsCondition()
    {
        using var random = NamedSeed.Stream(1, "test");
        var data = arange(100, dtype: float32).unsqueeze(1);
        var (train, validation, test) = new Split(70, 20, 10).Draw(new Samples(data, data + 1000), random);
        Assert.Equal([70, 20, 10], (long[])[train.Count, validation.Count, test.Count]);

        var all = cat([train.Data, validation.Data, test.Data]);
        Assert.True(all.sort(0).Values.Equals(data));
        Assert.False(all.Equals(data));
        Assert.All([train, validation, test], part => Assert.True(part.Condition!.Equals(part.Data + 1000)));
    }
}
