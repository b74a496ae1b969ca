using FFF.Flows;
using FFF.Flows.Splines;
using FFF.Networks;
using FFF.Randomness;
using FFF.Sampling;
using FFF.Spaces;
using FFF.Training;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Experiments;

/// <summary>Samples of rows, each the best of several.</summary>
public sealed class CandidateSamplerTests : IDisposable
{
    // Built outside of the tests' dispose scopes, in which they would lose their parameters.
    private readonly DensityModel _conditional = Fit(conditions: true);
    private readonly DensityModel _plain = Fit(conditions: false);

    public void Dispose()
    {
        _conditional.Dispose();
        _plain.Dispose();
    }

    [Fact]
    public void TheBestAreReconstructedBetterThanDrawsAre()
    {
        using var scope = NewDisposeScope();
        var drawn = new ModelSampler(_plain).Draw(Request(2000));
        var best = new ModelSampler(_plain).Draw(Request(2000) with { Choice = new(8) });
        Assert.Equal([2000, 2], best.Values.shape);
        Assert.Null(best.LogProb);
        var (plain, chosen) = (Error(_plain, drawn.Values, null), Error(_plain, best.Values, null));
        Assert.True(chosen < plain / 4, $"{chosen} of the best, {plain} of all"); // The least of eight errors, which differ by their own size.
        Assert.True(best.Values.eq(new ModelSampler(_plain).Draw(Request(2000) with { Choice = new(8) }).Values).all().item<bool>());
    }

    [Fact]
    public void TheBestByDensityLieWhereItIsLarge()
    {
        using var scope = NewDisposeScope();
        double Spread(CandidateChoice? choice) =>
            new ModelSampler(_plain).Draw(Request(500) with { Choice = choice }).Values.std([0L]).mean().item<double>();

        // The best of eight of a bell lie near its middle.
        Assert.True(Spread(new(8, CandidateCriterion.Density)) < 0.7 * Spread(null));
    }

    /// <summary>Draws are of the condition that they are chosen for: one for all, or one for each, across blocks of draws.</summary>
    [Fact]
    public void EachSampleKeepsItsCondition()
    {
        using var scope = NewDisposeScope();
        var conditions = linspace(-1, 1, 300).unsqueeze(1);
        var best = new ModelSampler(_conditional).Draw(Request(300) with { Condition = conditions, Choice = new(500) });
        Assert.Equal([300, 2], best.Values.shape);
        var each = _conditional.LogLikelihood(new Samples(best.Values, conditions)).Encoder.median().item<double>();
        var mixed = _conditional.LogLikelihood(new Samples(best.Values, conditions.flip(0))).Encoder.median().item<double>();
        Assert.True(each > mixed, $"{each} for their own conditions, {mixed} for others");
        Assert.Equal([10, 2], new ModelSampler(_conditional).Draw(Request(10) with { Condition = conditions[0], Choice = new(3) }).Values.shape);
    }

    [Fact]
    public void WhatIsOneToOneIsNotChosenByReconstruction()
    {
        using var spline = DensityModel.Fit(Data(conditions: false).Rows, options: Options() with { Method = new SplineFlowMethod() });
        using var scope = NewDisposeScope();
        var error = Assert.Throws<CandidateException>(() => new ModelSampler(spline).Draw(Request(5) with { Choice = new(2) }));
        Assert.Contains("one-to-one by construction, so that all of its samples are reconstructed. Choose by density", error.Message, StringComparison.Ordinal);
        Assert.Equal([5, 2], new ModelSampler(spline).Draw(Request(5) with { Choice = new(2, CandidateCriterion.Density) }).Values.shape);
    }

    private static ModelOptions Options() => new()
    {
        Method = new FreeFormMethod { Flow = new FlowConfig { Network = new DenseOptions { Widths = [16] } } },
        Training = new TrainingConfig { Epochs = 3, Optimizer = new OptimizerConfig { LearningRate = 3e-3 } },
        Seed = 1,
    };

    private static DensityModel Fit(bool conditions)
    {
        var (rows, given) = Data(conditions);
        return DensityModel.Fit(rows, given, Options());
    }

    /// <summary>Two numbers near a third, the condition.</summary>
    private static (double[,] Rows, double[,]? Conditions) Data(bool conditions)
    {
        const int Count = 2000;
        using var random = NamedSeed.Stream(5, "rows");
        using var normal = random.Normal([Count, 3], float64);
        var numbers = normal.data<double>().ToArray();
        var (rows, given) = (new double[Count, 2], new double[Count, 1]);
        for (var row = 0; row < Count; row++)
        {
            given[row, 0] = numbers[3 * row];
            (rows[row, 0], rows[row, 1]) = (given[row, 0] + (0.3 * numbers[3 * row + 1]), given[row, 0] - (0.3 * numbers[3 * row + 2]));
        }

        return (rows, conditions ? given : null);
    }

    private static SampleRequest Request(long count) => new() { Count = count, Seed = 7 };

    private static double Error(DensityModel model, Tensor x, Tensor? condition) =>
        model.Reconstruction(new Samples(x, condition)).median().item<double>();
}
