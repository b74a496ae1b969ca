using FFF.Flows;
using FFF.Networks;
using FFF.Randomness;
using FFF.Spaces;
using FFF.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Spaces;

/// <summary>Densities of numbers with bounds: in their own units, and nowhere else.</summary>
public sealed class BoundedVectorsTests : IDisposable
{
    private static readonly ColumnBounds?[] Bounds = [new(0.1, 0.3), new(0.01, 10, isLogarithmic: true), null, new(2, double.PositiveInfinity)];
    private static readonly ModelOptions Quick = new()
    {
        Method = new FreeFormMethod { Flow = new FlowConfig { Network = new ResidualOptions { Blocks = 1, Widths = [16], Identity = true } } },
        Training = new TrainingConfig { Epochs = 5, BatchSize = 64, Threads = 1 },
    };

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void NoSampleLeavesItsBounds()
    {
        using var model = DensityModel.Fit(Rows(500), Quick);
        var samples = model.Sample(100_000, null, seed: 1, temperature: 9);
        Assert.Equal(float64, samples.dtype);
        Assert.True(model.Space.Contains(samples)!.all().item<bool>());
        Assert.True(samples.isfinite().all().item<bool>());
    }

    [Fact]
    public void TheDensityIntegratesToOneInOwnUnits()
    {
        using var model = DensityModel.Fit(Rows(500) with { Data = Rows(500).Data.narrow(1, 0, 1), Space = new BoundedVectors([Bounds[0]]) }, Quick);

        // Between points that are equally far apart behind the transform, which is steep at the bounds.
        var map = Bounds[0]!.Map!;
        var ends = map.Forward(tensor(new[] { 0.1, 0.3 }));
        var x = map.Inverse(linspace(ends[0].item<double>(), ends[1].item<double>(), 20_001, float64));
        var logProb = model.LogProb(Column(x.data<double>().ToArray()));
        Assert.Equal(1, trapezoid(tensor(logProb).exp(), x).item<double>(), 2e-3);
        Assert.All(logProb, value => Assert.True(double.IsFinite(value)));
        Assert.Equal([double.NegativeInfinity, double.NegativeInfinity], model.LogProb(new[,] { { 0.0999999 }, { 0.4 } }));
    }

    [Fact]
    public void SamplesComeWithTheirDensity()
    {
        using var model = DensityModel.Fit(Rows(500), Quick);
        var drawn = model.SampleWithLogProb(200, null, seed: 1);
        var likelihood = model.LogLikelihood(new Samples(drawn.X, null) { Space = model.Space });
        Assert.InRange((drawn.LogProb - likelihood.Decoder).abs().median().item<double>(), 0, 0.05);
    }

    [Fact]
    public void ASavedModelKeepsItsBounds()
    {
        var folder = Directory.CreateTempSubdirectory("fff-bounded-");
        var path = Path.Combine(folder.FullName, "model.safetensors");
        using var model = DensityModel.Fit(Rows(200), Quick);
        model.Save(path);
        using var loaded = DensityModel.Load(path);
        Assert.Equal(Bounds, ((BoundedVectors)loaded.Space).Bounds);
        Assert.True(loaded.Sample(50, null, seed: 3).Equals(model.Sample(50, null, seed: 3)));
        folder.Delete(recursive: true);
    }

    [Fact]
    public void RowsOutsideAreRefusedByNumber()
    {
        var samples = Rows(50);
        samples.Data[7, 0] = 0.5;
        samples.Data[11, 0] = 0;
        var error = Assert.Throws<ArgumentException>(() => DensityModel.Fit(samples, Quick));
        Assert.Contains("column 0 lies outside of its bounds (0.1 to 0.3) in 2 rows, number 7, 11", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1, false)]
    [InlineData(2, 1, false)]
    [InlineData(0, 1, true)]
    [InlineData(1, double.PositiveInfinity, true)]
    [InlineData(double.NaN, 1, false)]
    public void BoundsHaveAnOrder(double low, double high, bool isLogarithmic) =>
        Assert.Throws<ArgumentException>(() => new ColumnBounds(low, high, isLogarithmic));

    private static Samples Rows(int count)
    {
        using var random = NamedSeed.Stream(1, "bounded");
        var uniform = random.Uniform([count, 4], float64);
        var columns = new[]
        {
            0.1 + (0.2 * uniform.select(1, 0)),
            0.01 * (uniform.select(1, 1) * Math.Log(1000)).exp(),
            uniform.select(1, 2),
            2.1 - (1 - uniform.select(1, 3)).log(),
        };
        return new(stack(columns, 1), null) { Space = new BoundedVectors(Bounds) };
    }

    private static double[,] Column(double[] numbers)
    {
        var column = new double[numbers.Length, 1];
        for (var i = 0; i < numbers.Length; i++)
        {
            column[i, 0] = numbers[i];
        }

        return column;
    }
}
