using FFF.Randomness;
using FFF.Training;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Training;

/// <summary>Our optimiser on one flat buffer against TorchSharp's, and schedules against their closed forms.</summary>
public sealed class AdamTests
{
    [Theory]
    [InlineData(OptimizerKind.Adam, 0)]
    [InlineData(OptimizerKind.Adam, 0.1)]
    [InlineData(OptimizerKind.AdamW, 0.1)]
    public void UpdatesAgreeWithTorchSharp(OptimizerKind kind, double decay)
    {
        var random = new RandomStream(0);
        var start = random.Normal([7], float64);
        var reference = new TorchSharp.Modules.Parameter(start.clone());
        using var theirs = kind == OptimizerKind.Adam
            ? (optim.Optimizer)optim.Adam([reference], 0.01, 0.8, 0.95, 1e-6, decay)
            : optim.AdamW([reference], 0.01, 0.8, 0.95, 1e-6, decay);
        var values = start.clone();
        using var ours = new Adam(new OptimizerConfig { Kind = kind, Beta1 = 0.8, Beta2 = 0.95, Epsilon = 1e-6, WeightDecay = decay }, values);
        for (var step = 0; step < 10; step++)
        {
            var gradient = random.Normal([7], float64);
            reference.grad = gradient.clone();
            theirs.step();
            ours.Update(values, gradient, 0.01);
        }

        Check.Close(values, reference, 1e-12);
    }

    [Fact]
    public void OneCycleRisesAndFallsAlongCosines()
    {
        var schedule = new OneCycleSchedule { Warmup = 0.2, Initial = 0.1, Final = 0.01 };
        Assert.Equal(0.1, LearningRate.Factor(schedule, 0, 0), 12);
        Assert.Equal(0.55, LearningRate.Factor(schedule, 0.1, 0), 12);
        Assert.Equal(1, LearningRate.Factor(schedule, 0.2, 0), 12);
        Assert.Equal(0.505, LearningRate.Factor(schedule, 0.6, 0), 12);
        Assert.Equal(0.01, LearningRate.Factor(schedule, 1, 0), 12);
    }

    [Fact]
    public void OtherSchedulesFollowTheirFormulas()
    {
        Assert.Equal(1, LearningRate.Factor(new ConstantSchedule(), 0.7, 3));
        Assert.Equal(0.125, LearningRate.Factor(new ExponentialSchedule { Gamma = 0.5 }, 0.7, 3), 12);
        Assert.Equal(0.6, LearningRate.Factor(new CosineSchedule { Final = 0.2 }, 0.5, 3), 12);
    }
}
