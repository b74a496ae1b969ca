using FFF.Datasets;
using FFF.Datasets.Sbi;
using FFF.Datasets.Toy;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets;

public sealed class DatasetFactoryTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<ToyDistribution, int> ToyConditions => new()
    {
        { ToyDistribution.TwoMoons, 2 },
        { ToyDistribution.EightGaussians, 8 },
        { ToyDistribution.Pinwheel, 5 },
        { ToyDistribution.Checkerboard, 4 },
        { ToyDistribution.Rings, 4 },
        { ToyDistribution.SwissRoll, 1 },
    };

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(ToyConditions))]
    public void ToyDataAreSplitAndConditionalWhereAsked(ToyDistribution distribution, int conditions)
    {
        var config = new ToyData { Distribution = distribution, Samples = 1000, ValidationFraction = 0.2, TestFraction = 0.1 };
        var plain = DatasetFactory.Create(config, 1);
        Assert.Equal([700, 200, 100], (long[])[plain.Train.Count, plain.Validation.Count, plain.Test!.Count]);
        Assert.Equal((2, 0), (plain.Dimension, plain.ConditionDimension));
        Assert.Null(plain.Test.Condition);
        Assert.Equal(float32, plain.Train.Data.dtype);

        var conditional = DatasetFactory.Create(config with { Conditional = true, TestFraction = 0 }, 1);
        Assert.Equal((2, conditions), (conditional.Dimension, conditional.ConditionDimension));
        Assert.Equal(conditions, conditional.ConditionColumns.Count);
        Assert.Null(conditional.Test);
        Assert.Equal(800, conditional.Train.Condition!.shape[0]);
    }

    [Theory]
    [MemberData(nameof(ToyConditions))]
    public void TheSeedDecidesWhatIsDrawn(ToyDistribution distribution, int conditions)
    {
        var config = new ToyData { Distribution = distribution, Samples = 100, Conditional = true };
        var (first, again, other) = (DatasetFactory.Create(config, 1), DatasetFactory.Create(config, 1), DatasetFactory.Create(config, 2));
        Assert.True(first.Train.Data.Equals(again.Train.Data) && first.Validation.Data.Equals(again.Validation.Data));
        Assert.False(first.Train.Data.Equals(other.Train.Data));
        Assert.Equal([80, conditions], other.Train.Condition!.shape);
    }

    [Fact]
    public void BenchmarkTasksGiveParametersConditionedOnSimulations()
    {
        var dataset = DatasetFactory.Create(new SbiData { Task = "gaussian_linear", Simulations = 20_000 }, 1);
        Assert.Equal((10, 10), (dataset.Dimension, dataset.ConditionDimension));
        Assert.Equal([18_000, 2000], (long[])[dataset.Train.Count, dataset.Validation.Count]);
        Assert.Equal("gaussian_linear", dataset.Inference!.Name);
        Assert.Null(dataset.Test);
        Assert.Equal("parameter_10", dataset.Columns[9]);
        Assert.Equal("condition_1", dataset.ConditionColumns[0]);

        // Pairs stay together: cov(θᵢ, xᵢ) = var θᵢ = 0.1.
        var product = (dataset.Train.Data * dataset.Train.Condition!).mean([0]);
        Assert.True((product - 0.1).abs().max().item<float>() < 0.007);
    }

    [Fact]
    public void PriorAndSimulatorDrawIndependently()
    {
        var dataset = DatasetFactory.Create(new SbiData { Task = "gaussian_linear", Simulations = 20_000 }, 1);
        var noise = dataset.Train.Condition! - dataset.Train.Data;
        Assert.True((noise * dataset.Train.Data).mean([0]).abs().max().item<float>() < 0.005);
    }

    [Fact]
    public void LeavesOnlyTheDataSetBehind()
    {
        var before = _scope.DisposablesCount;
        DatasetFactory.Create(new ToyData { Distribution = ToyDistribution.Rings, Samples = 100, Conditional = true }, 1);
        Assert.Equal(before + 6, _scope.DisposablesCount);
    }

    [Fact]
    public void TwoSamplesAreTooFewToSplit()
    {
        var error = Assert.Throws<DatasetException>(() => DatasetFactory.Create(new ToyData { Distribution = ToyDistribution.Rings, Samples = 2 }, 1));
        Assert.Contains("2 rows", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AConditionThatNeverVariesIsAnErrorThatNamesIt()
    {
        // Three points cannot have all of eight components.
        var config = new ToyData { Distribution = ToyDistribution.EightGaussians, Samples = 3, Conditional = true, ValidationFraction = 0, TestFraction = 0 };
        var error = Assert.Throws<DatasetException>(() => DatasetFactory.Create(config, 1));
        Assert.Contains("condition column 'condition_", error.Message, StringComparison.Ordinal);
    }
}
