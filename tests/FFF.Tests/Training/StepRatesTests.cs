using FFF.Randomness;
using FFF.Training;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Training;

/// <summary>What schedules give an update.</summary>
public sealed class StepRatesTests
{
    private static readonly TrainingConfig Cycle = new()
    {
        Epochs = 10,
        Optimizer = new() { LearningRate = 0.01, WeightDecay = 0 },
        Schedule = new OneCycleSchedule { Beta1 = new() },
    };

    /// <summary>Its phases end a step earlier: it counts from the first step to the last, and not to the end of the last.</summary>
    [Fact]
    public void OneCycleWithItsMomentumIsThatOfPyTorch()
    {
        const int Steps = 2000;
        var parameter = new TorchSharp.Modules.Parameter(zeros(1));
        using var adam = optim.Adam([parameter], 0.01);
        var theirs = optim.lr_scheduler.OneCycleLR(adam, 0.01, total_steps: Steps);
        for (var step = 0; step < Steps - 1; step++)
        {
            var ours = StepRates.At(Cycle, step, (double)step / Steps, 0, 1);
            var group = (TorchSharp.Modules.Adam.ParamGroup)adam.ParamGroups.Single();
            Assert.Equal(group.LearningRate, ours.LearningRate, 5e-5);
            Assert.Equal(group.Options.beta1!.Value, ours.Beta1, 5e-4);
            parameter.grad = zeros(1);
            adam.step();
            theirs.step();
        }
    }

    [Fact]
    public void AnotherMomentumCorrectsTheMeanAsIfItHadAlwaysBeen()
    {
        var random = new RandomStream(0);
        var values = random.Normal([5], float64);
        var expected = values.data<double>().ToArray();
        using IOptimizer adam = new Adam(Cycle.Optimizer, values);
        var (mean, square) = (new double[5], new double[5]);
        for (var step = 1; step <= 6; step++)
        {
            var rates = new StepRates(0.01 * step, 0.95 - (0.02 * step), step);
            var gradient = random.Normal([5], float64);
            for (var i = 0; i < 5; i++)
            {
                var g = gradient[i].item<double>();
                mean[i] = (rates.Beta1 * mean[i]) + ((1 - rates.Beta1) * g);
                square[i] = (0.999 * square[i]) + (0.001 * g * g);
                expected[i] -= rates.LearningRate * (mean[i] / (1 - Math.Pow(rates.Beta1, step)))
                    / (Math.Sqrt(square[i] / (1 - Math.Pow(0.999, step))) + 1e-8);
            }

            adam.Update(values, gradient, rates);
        }

        Check.Close(tensor(expected), values, 1e-12);
    }

    [Fact]
    public void StagesFollowEachOtherEachFromItsBeginning()
    {
        var config = new TrainingConfig
        {
            Epochs = 8,
            Optimizer = new() { LearningRate = 1 },
            Schedule = new StagedSchedule
            {
                Stages =
                [
                    new() { Epochs = 3 },
                    new() { Epochs = 2, Factor = 0.5, Schedule = new CosineSchedule() },
                    new() { Schedule = new ExponentialSchedule { Gamma = 0.9 } },
                ],
            },
        };
        double Rate(double epochs) => StepRates.At(config, 0, epochs / 8, (int)epochs, 1).LearningRate;
        Assert.Equal([1, 1, 0.5, 0.25, 1, 1, 0.9, 0.81], new[] { 0, 2.9, 3, 4, 5, 5.5, 6, 7 }.Select(epochs => Math.Round(Rate(epochs), 12)));
    }
}
