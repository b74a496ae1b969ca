using FFF.Datasets;
using FFF.Datasets.Particles;
using FFF.Formats;
using FFF.Tests.Formats;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Particles;

public sealed class PositionsVirialTests : IDisposable
{
    private static readonly IParticleSystem Cluster = ParticleSystems.Get(ParticleSystemKind.Lj13);

    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    /// <summary>x·∇U is the slope of U along x, by central differences.</summary>
    [Fact]
    public void ItIsTheSlopeAlongThePositions()
    {
        var x = ParticleSampler.Draw(Cluster, 5, seed: 1).Positions.view(5, 39).to(float64);
        const double H = 1e-6;
        var expected = (Cluster.Energy((1 + H) * x) - Cluster.Energy((1 - H) * x)) / (2 * H);
        Check.Close(VirialTheorem.Of(ChainState.At(Cluster, x)), expected, 1e-5 * (1 + expected.abs().max().item<double>()));
    }

    /// <summary>It tells the energy that a file follows: half or double the pairs' is seen, and which one fits is said.</summary>
    [Fact]
    public void AFileTellsItsWellDepth()
    {
        var drawn = ParticleSampler.Draw(Cluster.WithWellDepth(2), 4000, seed: 1).Positions;
        Npy.Write(_folder["deep.npy"], drawn);
        Assert.Empty(Warnings(2));
        var doubt = Assert.Single(Warnings(1));
        Assert.Contains("no samples of lj13 at its temperature", doubt, StringComparison.Ordinal);
        Assert.Contains("should be (N−1)·d = 36. It is with data.well_depth: ", doubt, StringComparison.Ordinal);
        var fit = PositionsVirial.Of(Cluster, drawn.view(-1, 39)).WellDepth!;
        Assert.InRange(Math.Abs(fit.Value - 2), 0, 4 * fit.StandardError);
        Assert.InRange(fit.StandardError, 0, 0.2);
    }

    /// <summary>Repeated rows tell nothing new: the error is that of the rows that differ, and the file is doubted.</summary>
    [Fact]
    public void RepeatedRowsAreSaidAndDoNotCount()
    {
        var x = ParticleSampler.Draw(Cluster, 300, seed: 1).Positions.view(-1, 39);
        var (once, thrice) = (PositionsVirial.Of(Cluster, x), PositionsVirial.Of(Cluster, cat([x, x, x], 0)));
        Assert.Equal(once.Mean.Value, thrice.Mean.Value, 1e-9);
        Assert.Equal(once.Mean.StandardError, thrice.Mean.StandardError, 0.01 * once.Mean.StandardError);
        Npy.Write(_folder["deep.npy"], cat([x, x, x], 0).view(-1, 13, 3));
        Assert.Contains("300 of 900 rows are distinct", Assert.Single(Warnings(1)), StringComparison.Ordinal);
    }

    private List<string> Warnings(double depth)
    {
        var warnings = new List<string>();
        DatasetFactory.Create(new ParticleData { System = ParticleSystemKind.Lj13, WellDepth = depth, Path = _folder["deep.npy"] }, 0, warnings.Add);
        return warnings;
    }
}
