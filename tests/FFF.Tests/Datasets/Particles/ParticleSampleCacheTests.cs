using FFF.Datasets;
using FFF.Datasets.Particles;
using FFF.Formats;
using FFF.Spaces;
using FFF.Tests.Formats;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Particles;

public sealed class ParticleSampleCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly List<string> _warnings = [];
    private readonly Harmonic _system = new(3, 2, 1, 1);

    private ParticleSampleCache Cache => new(_folder["cache"], _warnings.Add);

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void SamplesAndTheirReportAreDrawnOnce()
    {
        var drawn = Cache.Get(_system, 30, seed: 1);
        var read = Cache.Get(_system, 30, seed: 1);
        Assert.True(drawn.Positions.Equals(read.Positions));
        Assert.Equal(drawn.Report.Seconds, read.Report.Seconds);
        Assert.Equal(drawn.Report.Energy, read.Report.Energy);
        Assert.Equal(drawn.Report.StepSizes, read.Report.StepSizes);
        Assert.Equal(drawn.Report.EnergyHistogram.Counts, read.Report.EnergyHistogram.Counts);
        Assert.Equal(Cache.PathOf(_system, 30, 1), Assert.Single(Directory.GetFiles(_folder["cache"])));
        Assert.False(drawn.Positions.Equals(Cache.Get(_system, 30, seed: 2).Positions));
        Assert.Empty(_warnings);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    [InlineData("no report")]
    public void AFileWithoutItsReportIsDrawnAgain(string? report)
    {
        var drawn = Cache.Get(_system, 30, seed: 1);
        var path = Cache.PathOf(_system, 30, 1);
        var (tensors, metadata) = Safetensors.Read(path);
        var notes = metadata.Where(note => note.Key is not (Safetensors.ChecksumKey or "report")).ToDictionary();
        if (report is not null)
        {
            notes["report"] = report;
        }

        Safetensors.Write(path, tensors, notes);
        Assert.True(drawn.Positions.Equals(Cache.Get(_system, 30, seed: 1).Positions));
        Assert.Contains(path, Assert.Single(_warnings), StringComparison.Ordinal);
        Cache.Get(_system, 30, seed: 1);
        Assert.Single(_warnings);
    }

    [Fact]
    public void AnExperimentsDataAreTheSameWithAndWithoutTheCache()
    {
        var config = new ParticleData { System = ParticleSystemKind.Dw4, Samples = 40, Seed = 3 };
        var fresh = DatasetFactory.Create(config with { Cache = false }, 7);
        var file = ParticleSampleCache.OfUser(null).PathOf(new DoubleWell4(), 40, 3);
        Assert.False(File.Exists(file));
        foreach (var _ in new[] { "drawn", "read" })
        {
            var dataset = DatasetFactory.Create(config, 7);
            Assert.True(File.Exists(file));
            Assert.True(dataset.Train.Data.Equals(fresh.Train.Data) && dataset.Test!.Data.Equals(fresh.Test!.Data));
        }

        // The experiment's seed splits, and does not draw.
        var other = DatasetFactory.Create(config, 8);
        Assert.False(other.Train.Data.Equals(fresh.Train.Data));
        Assert.Equal(Everything(fresh), Everything(other), 1e-4);
        Assert.Equal("particle system dw4", fresh.Name);
        Assert.Equal(new MeanFreePositions(4, 2), fresh.Train.Space);
    }

    private static double Everything(Dataset dataset) =>
        new[] { dataset.Train, dataset.Validation, dataset.Test! }.Sum(part => part.Data.to(float64).square().sum().item<double>());
}
