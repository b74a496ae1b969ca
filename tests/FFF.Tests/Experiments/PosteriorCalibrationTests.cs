using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Sbi;
using FFF.Datasets.Toy;
using FFF.Evaluation.Calibration;
using FFF.Evaluations.Calibration;
using FFF.Flows;
using FFF.Networks;
using FFF.Randomness;
using FFF.Runs;
using FFF.Spaces;
using FFF.Tests.Formats;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Experiments;

public sealed class PosteriorCalibrationTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    /// <summary>A flow that is the identity: the Gaussian with the mean and deviations of its training parameters, whatever the condition.</summary>
    private static (Experiment Experiment, DensityModel Flow, string[] Names) Untrained(string task)
    {
        var experiment = new Experiment
        {
            Name = "untrained",
            Seed = 3,
            Data = new SbiData { Task = task, Simulations = 2000 },
            Method = new FreeFormMethod { Flow = new FlowConfig { Network = new DenseOptions { Widths = [8], Identity = true } } },
        };
        var dataset = DatasetFactory.Create(experiment.Data, experiment.Seed);
        return (experiment, ExperimentModel.Create(experiment, dataset.Train, CPU), [.. dataset.Columns]);
    }

    private static CalibrationReport Evaluate(DensityModel flow, CalibrationPairs pairs, string[] names, int samples = 50) =>
        PosteriorCalibration.Of(flow, pairs, names, "data", samples, 1);

    /// <summary>The average of posteriors over data is the prior, so that a Gaussian prior itself passes; sir's parameters are learnt as logarithms.</summary>
    [Theory]
    [InlineData("gaussian_linear", 10)]
    [InlineData("sir", 2)]
    public void ThePriorIsCalibrated(string task, int dimensions)
    {
        var (experiment, flow, names) = Untrained(task);
        var pairs = CalibrationPairs.Of(experiment, 300, 5);
        var report = Evaluate(flow, pairs, names);
        flow.Dispose();
        Assert.True(report.Calibrated, report.Json());
        Assert.Equal("calibrated", report.Verdict);
        Assert.Equal((300, 50, 1L, "simulations"), (report.Simulations, report.PosteriorSamples, report.Seed, report.Pairs));
        Assert.Equal(names, report.Parameters.Select(parameter => parameter.Name));
        Assert.Equal(dimensions, report.Parameters.Count);
        Assert.Equal(1.0, report.AcceptedShare);
    }

    [Theory]
    [InlineData(2, "over-confident")]
    [InlineData(0.5, "under-confident")]
    public void APriorOfTheWrongWidthIsNot(double factor, string verdict)
    {
        var (experiment, flow, names) = Untrained("gaussian_linear");
        var pairs = CalibrationPairs.Of(experiment, 300, 5);
        var report = Evaluate(flow, pairs with { Parameters = pairs.Parameters * factor }, names);
        flow.Dispose();
        Assert.Equal((false, verdict), (report.Calibrated, report.Verdict));
        Assert.All(report.Parameters, parameter => Assert.Equal(verdict, parameter.Verdict));
    }

    [Fact]
    public void SamplesOutsideOfTheSupportAreDrawnAgainAndCounted()
    {
        var (experiment, flow, names) = Untrained("gaussian_linear_uniform");
        var report = Evaluate(flow, CalibrationPairs.Of(experiment, 60, 5), names);
        flow.Dispose();

        // All ten of a Gaussian with a uniform distribution's deviation lie within its bounds: P(|z| < √3)¹⁰.
        Assert.Equal(Math.Pow(0.9167355, 10), report.AcceptedShare!.Value, 0.02);
    }

    /// <summary>
    /// Whatever a flow has learnt, its own samples are its posterior: it passes on them only if each is compared with samples
    /// of its own condition, and true parameters with samples by the same density, whose encoder here inverts no decoder.
    /// </summary>
    [Fact]
    public void AFlowIsCalibratedOnItsOwnSamplesGivenTheirOwnConditionsOnly()
    {
        var (flow, pairs) = SelfConsistent(400);
        var report = Evaluate(flow, pairs, ["a", "b"], samples: 300);
        var rolled = Evaluate(flow, pairs with { Conditions = pairs.Conditions.roll(1, 0) }, ["a", "b"], samples: 300);
        flow.Dispose();
        Assert.True(report.Calibrated, report.Json());
        Assert.Null(report.AcceptedShare);
        Assert.False(rolled.Calibrated);
    }

    [Fact]
    public void TheSameSeedGivesTheSameAndProgressIsTold()
    {
        var (flow, pairs) = SelfConsistent(400);
        var told = new List<CalibrationProgress>();
        CalibrationReport Report() => PosteriorCalibration.Of(flow, pairs, ["a", "b"], "data", 300, 1, new Progress(told.Add)) with { Seconds = 0 };
        Assert.Equal(Report().Json(), Report().Json());
        flow.Dispose();
        Assert.Equal([(218, 400), (400, 400)], told.Take(2).Select(progress => (progress.Done, progress.Total)));
    }

    [Fact]
    public void SimulationsAreFreshAndReproducible()
    {
        var experiment = new Experiment { Name = "fresh", Seed = 3, Data = new SbiData { Task = "two_moons", Simulations = 200 } };
        var pairs = CalibrationPairs.Of(experiment, 200, experiment.Seed);
        Check.Close(pairs.Parameters, CalibrationPairs.Of(experiment, 200, experiment.Seed).Parameters, 0);
        Assert.True(Check.Difference(pairs.Parameters, CalibrationPairs.Of(experiment, 200, 4).Parameters) > 0.1);
        var trained = DatasetFactory.Create(experiment.Data, experiment.Seed).Train.Data;
        Assert.False(pairs.Parameters.unsqueeze(1).eq(trained.unsqueeze(0)).any().item<bool>());
    }

    [Theory]
    [InlineData(0.2, "test")]
    [InlineData(0, "validation")]
    public void OtherDataAreCheckedOnWhatWasHeldOut(double testFraction, string source)
    {
        var data =
            new ToyData { Distribution = ToyDistribution.Pinwheel, Samples = 300, Conditional = true, ValidationFraction = 0.1, TestFraction = testFraction };
        var experiment = new Experiment { Name = "toy", Seed = 2, Data = data };
        var pairs = CalibrationPairs.Of(experiment, 1000, 9);
        var dataset = DatasetFactory.Create(data, 2);
        var held = dataset.Test ?? dataset.Validation;
        Assert.Equal(source, pairs.Source);
        Check.Close(pairs.Parameters, held.Data, 0);
        Check.Close(pairs.Conditions, held.Condition!, 0);
        Assert.Equal(25, CalibrationPairs.Of(experiment, 25, 9).Count);
        Assert.Null(pairs.Task);
    }

    [Theory]
    [InlineData(false, 0.2, "have no conditions")]
    [InlineData(true, 0.05, "10 pairs were held out for validation, but calibration needs at least 20")]
    public void DataThatCannotBeCheckedAreRefused(bool conditional, double fraction, string message)
    {
        var data =
            new ToyData { Distribution = ToyDistribution.Pinwheel, Samples = 200, Conditional = conditional, ValidationFraction = fraction, TestFraction = 0 };
        var error = Assert.Throws<CalibrationException>(() => CalibrationPairs.Of(new Experiment { Name = "toy", Data = data }, 100, 1));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NotANumberIsAnError()
    {
        var (flow, pairs) = SelfConsistent(30);
        var error = Assert.Throws<CalibrationException>(() => Evaluate(flow, pairs with { Parameters = pairs.Parameters * double.NaN }, ["a", "b"]));
        Assert.Contains("densities of true parameters are no numbers", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<CalibrationException>(() => Evaluate(flow, pairs with { Conditions = pairs.Conditions * double.NaN }, ["a", "b"]));
        Assert.Contains("conditions that are not finite", error.Message, StringComparison.Ordinal);
        flow.Dispose();
    }

    /// <summary>A flow with random networks that depends on its condition, and pairs drawn from itself.</summary>
    private static (DensityModel Flow, CalibrationPairs Pairs) SelfConsistent(int count)
    {
        using var random = NamedSeed.Stream(1, "own");
        var train = new Samples(random.Normal([count, 2]), 3 * random.Normal([count, 1]));
        var experiment = new Experiment
        {
            Name = "own",
            Data = new ToyData { Distribution = ToyDistribution.Pinwheel, Samples = count, Standardize = false },
            Method = new FreeFormMethod { Flow = new FlowConfig { Network = new DenseOptions { Widths = [16] } } },
        };
        var flow = ExperimentModel.Create(experiment, train, CPU);
        return (flow, new("test", flow.Sample(count, train.Condition, 77), train.Condition!, null));
    }

    private sealed class Progress(Action<CalibrationProgress> tell) : IProgress<CalibrationProgress>
    {
        public void Report(CalibrationProgress value) => tell(value);
    }
}
