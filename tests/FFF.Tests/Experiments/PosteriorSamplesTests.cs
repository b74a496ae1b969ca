using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Sbi;
using FFF.Experiments;
using FFF.Flows;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Experiments;

/// <summary>Flows of a task whose parameters are learnt as logarithms, given counts in another form: nothing of it shows outside.</summary>
public sealed class PosteriorSamplesTests : IDisposable
{
    private const long Count = 200;
    private static readonly SirTask Task = new();
    private static readonly Experiment Experiment = new()
    {
        Name = "small",
        Seed = 3,
        Data = new SbiData { Task = "sir", Simulations = 500 },
        Flow = new FlowConfig { Network = new DenseNetwork { Widths = [8], Identity = true } },
    };

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Dataset _dataset = DatasetFactory.Create(Experiment.Data, Experiment.Seed);
    private readonly TrainedFlow _flow;
    private readonly Tensor _observation = ReferenceData.Observation(Task, 1);

    public PosteriorSamplesTests() => _flow = TrainedFlow.Create(Experiment, _dataset.Train, CPU);

    public void Dispose()
    {
        _flow.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void DataSetsHoldLogarithmsAndConditions()
    {
        Assert.Equal((2, 9), (_dataset.Dimension, _dataset.ConditionDimension));
        Assert.Equal(["parameter_1", "parameter_2"], _dataset.Columns);
        Assert.Equal(Math.Log(0.4), _dataset.Train.Data.select(1, 0).mean().item<float>(), 0.15);
        Assert.Equal(Math.Log(0.125), _dataset.Train.Data.select(1, 1).mean().item<float>(), 0.06);
        Assert.InRange(_dataset.Train.Condition!.max().item<float>(), 0.1, Math.PI / 2);
    }

    [Fact]
    public void SamplesAreParametersNotLogarithms()
    {
        var samples = PosteriorSamples.Draw(_flow, Task, _observation, Count, 1, 1).Values;
        Assert.Equal([Count, 2], samples.shape);
        Assert.True((samples > 0).all().item<bool>());

        // Untrained, the flow is the prior's Gaussian of logarithms.
        Assert.Equal(Math.Log(0.4), samples.select(1, 0).log().mean().item<float>(), 0.25);
    }

    [Fact]
    public void DensitiesAreThoseOfTheParameters()
    {
        var rows = PosteriorSamples.DrawWithLogProb(_flow, Task, _observation, Count, 1, 1).Values;
        var theta = rows.narrow(1, 0, 2);
        Check.Close(theta, PosteriorSamples.Draw(_flow, Task, _observation, Count, 1, 1).Values, 1e-5);

        // The flow's density of ln θ, by its encoder, which inverts an untrained flow.
        var condition = Task.ToCondition(_observation).expand(Count, 9);
        var learnt = _flow.LogLikelihood(new Samples(theta.log().to(float32), condition)).Encoder;
        Check.Close(rows.select(1, 2), learnt.to(float64) - theta.log().sum(1), 1e-3);

        var each = PosteriorSamples.DrawEachWithLogProb(_flow, Task, _observation.expand(Count, 10), 1).Values;
        Check.Close(each.narrow(1, 0, 2), PosteriorSamples.DrawEach(_flow, Task, _observation.expand(Count, 10), 1).Values, 1e-5);
        var learntEach = _flow.LogLikelihood(new Samples(each.narrow(1, 0, 2).log().to(float32), condition)).Encoder;
        Check.Close(each.select(1, 2), learntEach.to(float64) - each.narrow(1, 0, 2).log().sum(1), 1e-3);
    }

    [Fact]
    public void WhatNoSimulationGivesIsAnError()
    {
        var short9 = Assert.Throws<ArgumentException>(() => PosteriorSamples.Draw(_flow, Task, zeros(9), Count, 1, 1));
        Assert.Contains("has 9 numbers, but the data of the task 'sir' have 10", short9.Message, StringComparison.Ordinal);
        foreach (var value in (double[])[1001, -1, double.NaN])
        {
            var error = Assert.Throws<ArgumentException>(() => PosteriorSamples.DrawEach(_flow, Task, full(3, 10, value), 1));
            Assert.Contains("no data of the task 'sir'", error.Message, StringComparison.Ordinal);
        }
    }
}
