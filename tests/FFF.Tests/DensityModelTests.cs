using FFF.Datasets;
using FFF.Flows;
using FFF.Flows.Splines;
using FFF.Formats;
using FFF.Networks;
using FFF.Randomness;
using FFF.Training;
using FFF.Transforms;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests;

/// <summary>A density from rows of numbers to a file and back, as a program uses it.</summary>
public sealed class DensityModelTests
{
    private static readonly ModelOptions Options = new()
    {
        Method = new FreeFormMethod
        {
            Flow = new FlowConfig { Network = new DenseOptions { Widths = [32, 32], Identity = true } },
            Objective = new ObjectiveConfig { Beta = new FixedSetting { Value = 50 } },
        },
        Training = new TrainingConfig { Epochs = 15, Optimizer = new OptimizerConfig { LearningRate = 3e-3 } },
        Seed = 1,
    };

    /// <summary>x | c ~ N(c, 2²) and y | x, c ~ N(3 + x / 2, 1): the density is known.</summary>
    private static (double[,] Data, double[,] Conditions) Rows(int count)
    {
        using var random = NamedSeed.Stream(5, "rows");
        using var normal = random.Normal([count, 3], float64);
        var numbers = normal.data<double>().ToArray();
        var (data, conditions) = (new double[count, 2], new double[count, 1]);
        for (var row = 0; row < count; row++)
        {
            conditions[row, 0] = 100 + numbers[3 * row];
            data[row, 0] = conditions[row, 0] + 2 * numbers[3 * row + 1];
            data[row, 1] = 3 + data[row, 0] / 2 + numbers[3 * row + 2];
        }

        return (data, conditions);
    }

    private static double Known(double x, double y, double c) =>
        -0.5 * Math.Pow((x - c) / 2, 2) - 0.5 * Math.Pow(y - 3 - x / 2, 2) - Math.Log(2) - Math.Log(2 * Math.PI);

    [Fact]
    public void ADensityIsFittedSampledSavedAndRead()
    {
        var (data, conditions) = Rows(3000);
        using var model = DensityModel.Fit(data, conditions, Options);
        var logProb = model.LogProb(data, conditions);
        var known = Enumerable.Range(0, 3000).Select(row => Known(data[row, 0], data[row, 1], conditions[row, 0])).ToArray();
        Assert.Equal(known.Average(), logProb.Average(), 0.05);
        Assert.InRange(known.Zip(logProb, (a, b) => Math.Abs(a - b)).Average(), 0, 0.15);

        using var given = tensor(new[] { 101.0 });
        using var samples = model.Sample(4000, given, seed: 3);
        Assert.Equal(101, samples.select(1, 0).mean().item<double>(), 0.2);
        Assert.Equal(2, samples.select(1, 0).std().item<double>(), 0.15);
        Assert.Equal(53.5, samples.select(1, 1).mean().item<double>(), 0.2);

        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
        try
        {
            model.Save(file);
            using var read = DensityModel.Load(file);
            Assert.Equal(logProb, read.LogProb(data, conditions));
            using var again = read.Sample(4000, given, seed: 3);
            Assert.True(again.Equals(samples));
            read.Save(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void EncoderAndDecoderAreInverse()
    {
        using var scope = NewDisposeScope();
        var (data, conditions) = Rows(1000);
        using var model = DensityModel.Fit(data, conditions, Options);
        var rows = new FFF.Spaces.Samples(tensor(data), tensor(conditions));
        var z = model.Encode(rows);
        Assert.Equal([1000, 2], z.shape);
        Check.Close(model.Decode(z, rows.Condition), rows.Data.to(float32), 0.5);
    }

    [Fact]
    public async Task AnyNumberOfThreadsMayAsk()
    {
        var (data, conditions) = Rows(500);
        using var model = DensityModel.Fit(data, conditions, Options with { Training = Options.Training with { Epochs = 1 } });
        var expected = model.LogProb(data, conditions);
        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => model.LogProb(data, conditions))));
        Assert.All(results, result => Assert.Equal(expected, result));
    }

    [Fact]
    public void WhatCannotBeFittedIsTold()
    {
        var (data, conditions) = Rows(50);
        Assert.Contains("one row for each sample", Assert.Throws<ArgumentException>(() => DensityModel.Fit(data, Rows(49).Conditions)).Message,
            StringComparison.Ordinal);
        Assert.Contains("1 row", Assert.Throws<DatasetException>(() => DensityModel.Fit(new double[1, 2])).Message, StringComparison.Ordinal);
        data[3, 1] = double.NaN;
        Assert.Contains("not finite", Assert.Throws<ArgumentException>(() => DensityModel.Fit(data, conditions)).Message, StringComparison.Ordinal);
        Assert.Contains("same value", Assert.Throws<ArgumentException>(() => DensityModel.Fit(new double[50, 2])).Message, StringComparison.Ordinal);
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => DensityModel.Fit(Rows(50).Data, null, Options, stop: stop.Token));
    }

    /// <summary>What no configuration could have is refused from programs too.</summary>
    [Fact]
    public void OptionsOutOfTheirBoundsAreRefused()
    {
        var (data, conditions) = Rows(50);
        var method = (FreeFormMethod)Options.Method;
        void Refused(ModelOptions options, params string[] words)
        {
            var error = Assert.Throws<ArgumentException>(() => DensityModel.Fit(data, conditions, options)).Message;
            Assert.All(words, word => Assert.Contains(word, error, StringComparison.Ordinal));
        }

        Refused(Options with { Training = Options.Training with { Optimizer = new() { LearningRate = -1 } } },
            "options.Training.Optimizer.LearningRate: expected a number from 0 to 1000, found -1");
        Refused(Options with { Training = Options.Training with { Optimizer = new() { LearningRate = double.NaN } } }, "LearningRate", "NaN");
        Refused(Options with { Training = Options.Training with { BatchSize = 0 } }, "options.Training.BatchSize: expected a number from 1");
        Refused(Options with { Training = Options.Training with { Epochs = -1 } }, "options.Training.Epochs", "found -1");
        Refused(Options with { Training = Options.Training with { Device = "gpu" } }, "options.Training.Device: expected auto, cpu", "'gpu'");
        Refused(Options with { Training = null! }, "options.Training is null");
        Refused(Options with { ValidationFraction = 1 }, "options.ValidationFraction");
        Refused(Options with { Method = method with { Objective = new() { Beta = new FixedSetting { Value = -1 } } } },
            "options.Method.Objective.Beta.Value: expected a number from 0");
        Refused(Options with { Method = method with { Objective = new() { Beta = new SettingRange { Low = 2, High = 1 } } } },
            "options.Method.Objective.Beta.Low: expected low to be at most high");
        Refused(Options with { Method = method with { Flow = new() { Network = new DenseOptions { Widths = [8, 0] } } } }, "Network.Widths[1]", "found 0");
        Refused(Options with { Method = method with { Flow = new() { Network = new StackOptions { Networks = [] } } } }, "at least 1 element, found fewer");
    }

    [Fact]
    public void WhatCannotBeSampledOrScoredIsRefused()
    {
        var (data, conditions) = Rows(50);
        using var model = DensityModel.Fit(data, conditions, Options with { Training = Options.Training with { Epochs = 1 } });
        using var given = tensor(new[] { 101.0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Sample(-1, given, seed: 1));
        Assert.All((double[])[-1, 0, double.NaN, double.PositiveInfinity],
            temperature => Assert.Throws<ArgumentOutOfRangeException>(() => model.Sample(2, given, seed: 1, temperature)));
        foreach (var (number, word) in ((double, string)[])
            [(double.NaN, "not finite"), (double.NegativeInfinity, "not finite"), (1e300, "no place in float32")])
        {
            using var wrong = tensor(new[] { number });
            using var latent = zeros(2, 2);
            Assert.Contains(word, Assert.Throws<ArgumentException>(() => model.Sample(2, wrong, seed: 1)).Message, StringComparison.Ordinal);
            Assert.Contains(word, Assert.Throws<ArgumentException>(() => model.Decode(latent, wrong)).Message, StringComparison.Ordinal);
            Assert.Contains(word, Assert.Throws<ArgumentException>(() => model.LogProb(data, Constant(50, number))).Message, StringComparison.Ordinal);
        }

        data[3, 1] = 1e308;
        Assert.Contains("Row 3", Assert.Throws<ArgumentException>(() => model.LogProb(data, conditions)).Message, StringComparison.Ordinal);
        data[3, 1] = double.NaN;
        Assert.Contains("Row 3, column 1", Assert.Throws<ArgumentException>(() => model.LogProb(data, conditions)).Message, StringComparison.Ordinal);
    }

    /// <summary>However far out: beyond 1e16 or so the others are the same as soon as the mean is subtracted.</summary>
    [Theory]
    [InlineData(1e12)]
    [InlineData(1e30)]
    [InlineData(1e200)]
    public void AColumnThatAnOutlierMakesConstantIsRefused(double outlier)
    {
        var (data, conditions) = Rows(200);
        data[0, 1] = outlier;
        Assert.Contains("Column 1 of the data", Assert.Throws<ArgumentException>(
            () => DensityModel.Fit(data, conditions, Options with { ValidationFraction = 0, Standardize = Scaling.Standard })).Message,
            StringComparison.Ordinal);
        (data[0, 1], conditions[0, 0]) = (0, outlier);
        Assert.Contains("Column 0 of the conditions", Assert.Throws<ArgumentException>(
            () => DensityModel.Fit(data, conditions, Options with { ValidationFraction = 0, Standardize = Scaling.Standard })).Message,
            StringComparison.Ordinal);
    }

    private static double[,] Constant(int rows, double value)
    {
        var numbers = new double[rows, 1];
        for (var row = 0; row < rows; row++)
        {
            numbers[row, 0] = value;
        }

        return numbers;
    }

    [Fact]
    public void AFileThatHoldsNoModelIsTold()
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
        try
        {
            using var numbers = ones(3);
            Safetensors.Write(file, new Dictionary<string, Tensor> { ["numbers"] = numbers }, new Dictionary<string, string>());
            Assert.Contains("no model", Assert.Throws<FileReadException>(() => DensityModel.Load(file)).Message, StringComparison.Ordinal);
            Safetensors.Write(file, new Dictionary<string, Tensor> { ["numbers"] = numbers },
                new Dictionary<string, string> { ["fff.model"] = """{"method": {"kind": "fff", "flow": {"network": {"kind": "unheard-of"}}}}""" });
            Assert.Throws<FileReadException>(() => DensityModel.Load(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Earlier versions had flow and objective beside every method, also beside those that have no such keys.</summary>
    [Theory]
    [InlineData("""{"method": {"kind": "fff"},"""
        + """ "flow": {"network": {"kind": "dense", "widths": [7]}, "latent": {"kind": "normal"}, "dequantizer": {"blocks": 4}},"""
        + """ "objective": {"beta": {"kind": "fixed", "value": 9}}}""")]
    [InlineData("""{"flow": {"network": {"kind": "residual"}}, "objective": {"hutchinson_samples": 1}, "method": {"kind": "spline-flow", "bins": 4}}""")]
    public void OptionsOfEarlierVersionsAreReadAsTheyWereMeant(string json)
    {
        var read = ModelOptionsJson.Read(json).Method;
        if (read is FreeFormMethod method)
        {
            Assert.Equal([7], Assert.IsType<DenseOptions>(method.Flow.Network).Widths);
            Assert.Equal(new FixedSetting { Value = 9 }, method.Objective.Beta);
        }
        else
        {
            Assert.Equal(4, Assert.IsType<SplineFlowMethod>(read).Bins);
        }
    }
}
