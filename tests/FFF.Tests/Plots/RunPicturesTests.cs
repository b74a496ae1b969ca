using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Sbi;
using FFF.Datasets.Toy;
using FFF.Figures;
using FFF.Flows;
using FFF.Plots;
using FFF.Runs;
using FFF.Tests.Formats;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Plots;

public sealed class RunPicturesTests : IDisposable
{
    private const string Metrics = "step,epoch,beta,reconstruction,val_nll,val_nll_decoder,val_reconstruction\n10,1,25,0.5,3,3,0.5\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private (RunFolder Run, DensityModel Flow, Dataset Data) Untrained(DataConfig data)
    {
        var run = RunFolder.Create(_folder.Path, "run");
        File.WriteAllText(run.MetricsFile, Metrics);
        var dataset = DatasetFactory.Create(data, 1);
        return (run, ExperimentModel.Create(new Experiment { Name = "run", Data = data }, dataset.Train, CPU), dataset);
    }

    private static string[] Pictures(RunFolder run) => [.. Directory.GetFiles(run.PlotFolder).Select(f => Path.GetFileName(f)).Order()];

    [Fact]
    public void ABenchmarkTaskGetsCurvesAndAPosterior()
    {
        var (run, flow, data) = Untrained(new SbiData { Task = "gaussian_linear", Simulations = 100 });
        var written = RunPictures.Draw(run, flow, data, new FreeFormMethod());
        flow.Dispose();
        Assert.Equal(["curves.png", "posterior_1.png"], Pictures(run));
        Assert.Equal(Pictures(run), written.Select(f => Path.GetFileName(f)).Order());
        using var png = new Png(Path.Combine(run.PlotFolder, RunPictures.PosteriorFile));
        Assert.True(png.Vermilion(0, 0, png.Width, png.Height) > 1000);
    }

    [Theory]
    [InlineData(false, 0.1, 0.1)]
    [InlineData(true, 0.1, 0)]
    [InlineData(false, 0, 0)]
    public void OtherDataGetCurvesAndSamples(bool conditional, double validation, double test)
    {
        var (run, flow, data) = Untrained(new ToyData
        {
            Distribution = ToyDistribution.Pinwheel,
            Samples = 300,
            Conditional = conditional,
            ValidationFraction = validation,
            TestFraction = test,
        });
        RunPictures.Draw(run, flow, data, new FreeFormMethod());
        flow.Dispose();
        Assert.Equal(["curves.png", "samples.png"], Pictures(run));
        using var png = new Png(Path.Combine(run.PlotFolder, RunPictures.SamplesFile));
        Assert.True(png.Blue(110, 112, 550, 552) > 100);
        Assert.True(png.Vermilion(586, 112, 1026, 552) > 100);
    }

    [Fact]
    public void OneFailureLeavesTheOtherPictureAndIsTold()
    {
        var (run, flow, data) = Untrained(new ToyData { Distribution = ToyDistribution.Rings, Samples = 100 });
        File.Delete(run.MetricsFile);
        var error = Assert.Throws<PictureException>(() => RunPictures.Draw(run, flow, data, new FreeFormMethod()));
        Assert.StartsWith("The picture curves.png was not drawn: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(run.MetricsFile, error.Message);
        Assert.Equal(["samples.png"], Pictures(run));

        // A flow that is gone fails of a kind that nobody foresaw.
        flow.Dispose();
        Assert.Contains("samples.png", Assert.Throws<PictureException>(() => RunPictures.Draw(run, flow, data, new FreeFormMethod())).Message);
    }

    [Fact]
    public void AFolderThatCannotBeWrittenIsTold()
    {
        var (run, flow, data) = Untrained(new ToyData { Distribution = ToyDistribution.Rings, Samples = 100 });
        Directory.Delete(run.PlotFolder);
        File.WriteAllText(run.PlotFolder, "a file where the folder should be");
        var error = Assert.Throws<PictureException>(() => RunPictures.Draw(run, flow, data, new FreeFormMethod()));
        flow.Dispose();
        Assert.Contains("curves.png", error.Message);
        Assert.Contains("samples.png", error.Message);
    }
}
