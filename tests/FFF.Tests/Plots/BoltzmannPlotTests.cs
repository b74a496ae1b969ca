using FFF.Evaluation.Boltzmann;
using FFF.Evaluations.Boltzmann;
using FFF.Formats;
using FFF.Tests.Formats;
using Xunit;

namespace FFF.Tests.Plots;

public sealed class BoltzmannPlotTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["picture.png"];

    public void Dispose() => _folder.Dispose();

    private static EmpiricalDistribution Even(double low, double high, int count = 1000) =>
        EmpiricalDistribution.Of([.. Enumerable.Range(0, count).Select(i => low + ((high - low) * (i + 0.5) / count))])!;

    private static BoltzmannResult Result(SampledDistributions? energies, SampledDistributions distances)
    {
        var none = new ComparedDistribution(0, 0, 0);
        var nll = new SubspaceNll(0, 0, 0);
        return new(new("data", null, 4, 2, "best", 0, "test", 1, 0, nll, nll, new(0, 0), null, new(1, 0, 1, 1, 1, 1), null, null, new(0, none, null, none),
            null, [], [], 0),
            energies, distances);
    }

    [Fact]
    public void DataAndSamplesAreInTheirPlaces()
    {
        // Data in [0, 1], samples in [1, 2]: panels of 520 × 380 pixels that begin at (110, 146) and (748, 146).
        var energies = new SampledDistributions(Even(0, 1), Even(1, 2), Even(0, 1));
        BoltzmannPlot.Save(Result(energies, new(Even(0, 1), Even(1, 2), null)), "title", Path);
        using var png = new Png(Path);
        Assert.Equal((1304, 602), (png.Width, png.Height));
        foreach (var left in new[] { 110, 748 })
        {
            Assert.True(png.Vermilion(left + 50, 250, left + 230, 520) > 20_000);
            Assert.Equal(0, png.Vermilion(left + 290, 150, left + 480, 520));
            Assert.True(png.Blue(left + 290, 150, left + 480, 400) > 300);
        }
    }

    [Fact]
    public void WithoutEnergiesThereIsOnePanelAndFarSamplesAreTold()
    {
        BoltzmannPlot.Save(Result(null, new(Even(0, 1), Even(0, 1), null)), "title", Path);
        int without;
        using (var png = new Png(Path))
        {
            Assert.Equal(900, png.Width);
            without = png.Dark(110, 115, 630, 140);
        }

        BoltzmannPlot.Save(Result(null, new(Even(0, 1), Even(0, 100), null)), "title", Path);
        using var far = new Png(Path);
        Assert.True(far.Dark(110, 115, 630, 140) > without + 200);
    }

    [Fact]
    public void AHeapOfWeightLeavesTheRestVisible()
    {
        var spike = EmpiricalDistribution.Of([0.2, 0.8], [0.999, 0.001])!;
        BoltzmannPlot.Save(Result(null, new(Even(0, 1), Even(0, 1), spike)), "title", Path);
        using var png = new Png(Path);
        Assert.True(png.Vermilion(160, 250, 580, 520) > 50_000);
    }

    [Fact]
    public void APlaceThatCannotBeWrittenIsTold() =>
        Assert.Throws<FileWriteException>(() => BoltzmannPlot.Save(Result(null, new(Even(0, 1), Even(0, 1), null)), "", _folder["none/picture.png"]));
}
