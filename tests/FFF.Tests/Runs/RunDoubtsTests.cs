using FFF.Evaluation.Calibration;
using FFF.Evaluations;
using FFF.Evaluations.Calibration;
using FFF.Flows;
using FFF.Latents;
using FFF.Networks;
using FFF.Networks.Equivariant;
using FFF.Randomness;
using FFF.Reports;
using FFF.Runs;
using FFF.Spaces;
using FFF.Tests.Experiments;
using FFF.Tests.Formats;
using FFF.Tests.Networks.Equivariant;
using FFF.Transforms;
using Xunit;

namespace FFF.Tests.Runs;

/// <summary>Doubtful numbers do not pass for good ones.</summary>
public sealed class RunDoubtsTests : IDisposable
{
    private const string Doubt = "The encoder <folds>.";

    private readonly TemporaryFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void DoubtsAreKeptAndGoWithTheResultThatTheyWereAbout()
    {
        var run = Run(0, nll: -3, decoder: -3, doubts: [Doubt]);
        var manifest = Manifest.Read(run.ManifestFile);
        Assert.Equal([Doubt], manifest.Doubts!["nll"]);
        Assert.Equal("-3?", RunDoubts.Marked("-3", manifest, "nll"));
        Assert.Equal("0.5", RunDoubts.Marked("0.5", manifest, "c2st.mean"));

        Keep(run, -2, -2, []);
        manifest = Manifest.Read(run.ManifestFile);
        Assert.Null(manifest.Doubts);
        Assert.Equal("-2", RunDoubts.Marked("-2", manifest, "nll"));
    }

    [Fact]
    public void RunsWithDoubtsRankBehindThoseWithout()
    {
        var (tempting, good, better) = (Run(0, -9, -9, [Doubt]), Run(1, -1, -1, []), Run(2, -2, -2, []));
        Assert.Equal([better, good, tempting], Ranked("nll", maximize: false));
        Assert.Equal([good, better, tempting], Ranked("nll", maximize: true));
        Assert.Equal([good, tempting], RunPruning.AllButBest(RunLocator.List(_root.Path), 1, "nll", maximize: false).Going.Select(run => run.Folder)
            .OrderByDescending(run => run == good));
    }

    /// <summary>What a training found of its last validation is known before any evaluation, and stays beside those.</summary>
    [Fact]
    public void DoubtsOfValidationAreThoseOfItsMetrics()
    {
        var run = Run(0, -3, -3, [Doubt]);
        var manifest = Manifest.Read(run.ManifestFile);
        manifest = manifest with { Doubts = RunDoubts.With(manifest.Doubts, RunDoubts.Validation, ["Rows are repeated."]) };
        Assert.Equal(["Rows are repeated."], RunDoubts.Of(manifest, "val_nll_decoder"));
        Assert.Equal([Doubt], RunDoubts.Of(manifest, "nll.decoder"));
        Assert.Empty(RunDoubts.Of(manifest, "loss"));
        Assert.Equal(2, RunDoubts.With(manifest.Doubts, RunDoubts.Validation, null)!.Count);
        Assert.Equal(["nll"], RunDoubts.With(manifest.Doubts, RunDoubts.Validation, [])!.Keys);
    }

    [Fact]
    public void OfTwoLikelihoodsTheLargerDecides()
    {
        var (spurious, honest) = (Run(0, nll: -5, decoder: 3, []), Run(1, nll: -2, decoder: -1.9, []));
        Assert.Equal([honest, spurious], Ranked("nll", maximize: false));
    }

    /// <summary>Encoder and decoder agree on too much: the reconstruction tells that they tell more than they keep apart.</summary>
    [Fact]
    public void ALikelihoodFinerThanItsReconstructionDoesNotWin()
    {
        var (spurious, honest) = (SyntheticRuns.Add(_root.Path, "sir", 100, []), SyntheticRuns.Add(_root.Path, "sir", 101, []));
        Keep(spurious, -5, -5, [], judged: -1);
        Keep(honest, -2, -2, [], judged: -1.9);
        Assert.Equal([honest, spurious], Ranked("nll", maximize: false));
        Assert.Equal("nll.judged", RunDoubts.Judgement(Manifest.Read(honest.ManifestFile).Results, "nll"));
        Assert.Single(Folding.Spurious(-5, -5, -1, 2));
        Assert.Empty(Folding.Spurious(-2, -2, -1.9, 2));
    }

    [Fact]
    public void ARunWithoutTheMetricComesLast()
    {
        var (none, doubted) = (SyntheticRuns.Add(_root.Path, "sir", 100, []), Run(1, -1, -1, [Doubt]));
        Assert.Equal([doubted, none], Ranked("nll", maximize: false));
    }

    [Fact]
    public void TheReportMarksThemAndSaysWhyAndEscapesAll()
    {
        var run = Run(0, -3, -3, [Doubt]);
        (Manifest.Read(run.ManifestFile) with { ProgramVersion = "<meta http-equiv=refresh content=0>" }).Write(run.ManifestFile);
        var page = RunReport.Create([run]);
        Assert.Contains("−3?</b>", page, StringComparison.Ordinal);
        Assert.Contains("The encoder &lt;folds&gt;.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<meta http-equiv=refresh", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-5.0, -4.85, 2, false)]
    [InlineData(-5.0, -4.75, 2, true)]
    [InlineData(-4.75, -5.0, 2, true)]
    [InlineData(-50.0, -48.1, 39, false)]
    [InlineData(-50.0, -48.0, 39, true)]
    public void LikelihoodsThatDisagreeAreDoubted(double encoder, double decoder, long dimension, bool isDoubted) =>
        Assert.Equal(isDoubted, Folding.Disagreement(encoder, decoder, dimension).Any());

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ANetworkThatLeavesTheSubspaceOfItsDataIsDoubted(bool isForVectors)
    {
        var shape = new MeanFreePositions(4, 2);
        var x = ParticleFlows.Positions(20, shape, new RandomStream(0)).to(TorchSharp.torch.float32);
        var samples = new Samples(x, null) { Space = shape };
        INetwork Network() => isForVectors
            ? new ModuleNetwork(new Moving())
            : new EquivariantNet(new EquivariantOptions { Blocks = 1, Width = 32 }, shape.Nodes!, 0, new RandomStream(1));
        var flow = new FreeFormFlow(Network(), Network(), new MeanFreeNormal(shape.Nodes!), shape.Dimension);
        var objective = new ObjectiveConfig();
        using var model = DensityModel.Create((_, _) => new Method(flow, new Objective(flow, objective), SettingConditions.Of(objective)), samples,
            ColumnScalings.Of(Scaling.None, shape.Dimension, 0), TorchSharp.torch.CPU);
        Assert.Equal(isForVectors, OffSubspace.Doubts(model, samples).Any());
    }

    [Theory]
    [InlineData(0, "calibrated")]
    [InlineData(1, "1 of 5 parameters fails a test")]
    [InlineData(2, "2 of 5 parameters fail a test")]
    public void TheVerdictOnAPosteriorIsThatOfAllItsTests(int failing, string words) =>
        Assert.Equal(words, PosteriorCalibration.Words(new Verdict(CoverageFault.None, 0, false), failing, 5));

    /// <summary>A network for vectors, which knows nothing of a mean: x + 1.</summary>
    private sealed class Moving() : TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>(nameof(Moving))
    {
        public override TorchSharp.torch.Tensor forward(TorchSharp.torch.Tensor input) => input + 1;
    }

    private IEnumerable<RunFolder> Ranked(string metric, bool maximize) =>
        RunDoubts.Ranked(RunLocator.List(_root.Path), run => run.Manifest, RunMetrics.Of, metric, maximize).Select(run => run.Folder);

    private RunFolder Run(int number, double nll, double decoder, IReadOnlyList<string> doubts)
    {
        var run = SyntheticRuns.Add(_root.Path, "sir", 100 + number, []);
        Keep(run, nll, decoder, doubts);
        return run;
    }

    private static void Keep(RunFolder run, double nll, double decoder, IReadOnlyList<string> doubts, double? judged = null)
    {
        var metrics = new Dictionary<string, double> { ["nll"] = nll, ["nll.decoder"] = decoder };
        if (judged is { } value)
        {
            metrics["nll.judged"] = value;
        }

        EvaluationFiles.Save(run, "nll", new EvaluationResult("{}", metrics, new ResultTable()) { Doubts = doubts });
    }
}
