using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Sbi;
using FFF.Flows;
using FFF.Networks;
using FFF.Runs;
using FFF.Sampling;
using FFF.Spaces;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Experiments;

/// <summary>Flows of a task whose parameters are learnt as logarithms, given counts in another form: nothing of it shows outside.</summary>
public sealed class PosteriorSamplerTests : IDisposable
{
    private const long Count = 200;
    private static readonly SirTask Task = new();
    private static readonly Experiment Experiment = new()
    {
        Name = "small",
        Seed = 3,
        Data = new SbiData { Task = "sir", Simulations = 500 },
        Method = new FreeFormMethod { Flow = new FlowConfig { Network = new DenseOptions { Widths = [8], Identity = true } } },
    };

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Dataset _dataset = DatasetFactory.Create(Experiment.Data, Experiment.Seed);
    private readonly DensityModel _flow;
    private readonly Tensor _observation = ReferenceData.Observation(Task, 1);

    public PosteriorSamplerTests() => _flow = ExperimentModel.Create(Experiment, _dataset.Train, CPU);

    public void Dispose()
    {
        _flow.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void DataSetsHoldParametersAndConditions()
    {
        Assert.Equal((2, 9), (_dataset.Dimension, _dataset.ConditionDimension));
        Assert.Equal(["parameter_1", "parameter_2"], _dataset.Columns);
        Assert.Equal(Math.Log(0.4), _dataset.Train.Data.select(1, 0).log().mean().item<float>(), 0.15);
        Assert.Equal(Math.Log(0.125), _dataset.Train.Data.select(1, 1).log().mean().item<float>(), 0.06);
        Assert.InRange(_dataset.Train.Condition!.max().item<float>(), 0.1, Math.PI / 2);

        // The flow is given standardised logarithms.
        var transformed = _flow.Transformed(_dataset.Train).Samples.Data;
        Check.Close(transformed.mean([0]), zeros(2), 1e-5);
        Check.Close(transformed.std(0, unbiased: false), ones(2), 1e-5);
        var learnt = _dataset.Train.Data.to(float64).log();
        Check.Close(transformed, ((learnt - learnt.mean([0])) / learnt.std(0, unbiased: false)).to(float32), 1e-5);
    }

    [Fact]
    public void SamplesAreParametersNotLogarithms()
    {
        var samples = Draw(_observation).Values;
        Assert.Equal([Count, 2], samples.shape);
        Assert.True((samples > 0).all().item<bool>());

        // Untrained, the flow is the prior's Gaussian of logarithms.
        Assert.Equal(Math.Log(0.4), samples.select(1, 0).log().mean().item<float>(), 0.25);
    }

    [Fact]
    public void DensitiesAreThoseOfTheParameters()
    {
        // The density of ln θ by the encoder, which inverts an untrained flow: it starts as the identity.
        var condition = Task.ToCondition(_observation).expand(Count, 9);
        var learnt = _dataset.Train.Data.to(float64).log();
        var (mean, deviation) = (learnt.mean([0]), learnt.std(0, unbiased: false));
        foreach (var observed in (Tensor[])[_observation, _observation.expand(Count, 10)])
        {
            var drawn = Draw(observed, logProb: true);
            Check.Close(drawn.Values, Draw(observed).Values, 1e-5);
            var theta = drawn.Values.to(float64);
            Check.Close(drawn.LogProb!, _flow.LogLikelihood(new Samples(drawn.Values, condition)).Encoder, 1e-3);

            // ln θ is normal, and p(θ) = p(ln θ) / Π θ.
            var z = (theta.log() - mean) / deviation;
            var expected = -0.5 * z.square().sum(1) - Math.Log(2 * Math.PI) - deviation.log().sum() - theta.log().sum(1);
            Check.Close(drawn.LogProb!, expected, 1e-3);
        }
    }

    [Fact]
    public void WhatNoSimulationGivesIsAnError()
    {
        var short9 = Assert.Throws<ArgumentException>(() => Draw(zeros(9)));
        Assert.Contains("has 9 numbers, but the data of the task 'sir' have 10", short9.Message, StringComparison.Ordinal);
        foreach (var value in (double[])[1001, -1, double.NaN])
        {
            var error = Assert.Throws<ArgumentException>(() => Draw(full(Count, 10, value)));
            Assert.Contains("no data of the task 'sir'", error.Message, StringComparison.Ordinal);
        }
    }

    private DrawnSamples Draw(Tensor observation, bool logProb = false) =>
        new PosteriorSampler(_flow, Task).Draw(new() { Condition = observation, Count = Count, Seed = 1, Stream = 1, LogProb = logProb });
}
