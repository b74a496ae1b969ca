using FFF.Datasets;
using FFF.Datasets.Sbi;
using FFF.Randomness;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Sbi;

/// <summary>Priors and simulators against closed forms of their moments, within about five standard errors.</summary>
public sealed class SbiTaskTests : IDisposable
{
    private const long Count = 40_000;

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly RandomStream _random = NamedSeed.Stream(1, "test");

    public static TheoryData<string> Names => [.. SbiTasks.Names];

    public void Dispose()
    {
        _random.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void TwoMoonsPriorIsUniformOnItsSupport()
    {
        var task = new TwoMoonsTask();
        var parameters = task.SamplePrior(Count, _random);
        Assert.Equal(float32, parameters.dtype);
        Assert.True(task.InSupport(parameters)!.all().item<bool>());
        AssertMoments(parameters, [0, 0], 1 / 3.0, 0.015);
        Assert.True((parameters.abs().amax(0) > 0.999).all().item<bool>());
    }

    [Theory]
    [InlineData(0.3, -0.5)]
    [InlineData(-0.9, -0.2)]
    [InlineData(0.4, 0.7)]
    public void TwoMoonsSimulatesACrescent(double first, double second)
    {
        var x = new TwoMoonsTask().Simulate(tensor(new[] { first, second }).expand(Count, 2), _random);
        Assert.Equal([Count, 2], x.shape);

        // The parameters, turned by -45°, shift the crescent; the first coordinate always to the left.
        var (cos, sin) = (Math.Cos(-Math.PI / 4), Math.Sin(-Math.PI / 4));
        var shift = (X: -Math.Abs((cos * first) - (sin * second)), Y: (sin * first) + (cos * second));
        var crescent = x - tensor(new[] { shift.X + 0.25, shift.Y });

        // E cos a = 2/π, E sin a = 0, E cos² a = E sin² a = 1/2; E r = 0.1, E r² = 0.1² + 0.01².
        Assert.Equal(0.1 * 2 / Math.PI, crescent.select(1, 0).mean().item<double>(), 0.0008);
        Assert.Equal(0, crescent.select(1, 1).mean().item<double>(), 0.002);
        Assert.Equal(0.0101 / 2, crescent.select(1, 0).square().mean().item<double>(), 0.0001);
        Assert.Equal(0.0101 / 2, crescent.select(1, 1).square().mean().item<double>(), 0.0001);
        Assert.Equal(0.1, crescent.norm(1).mean().item<double>(), 0.0003);
        Assert.Equal(0.01, crescent.norm(1).std().item<double>(), 0.0002);
        Assert.True((crescent.select(1, 0) >= 0).all().item<bool>());
    }

    [Fact]
    public void TwoMoonsSupportIsTheSquare()
    {
        var parameters = tensor(new[,] { { 0, 0 }, { 1, -1 }, { 1.001, 0 }, { 0, -1.001 }, { double.NaN, 0 } });
        Assert.Equal([true, true, false, false, false], new TwoMoonsTask().InSupport(parameters)!.data<bool>().ToArray());
    }

    [Fact]
    public void GaussianLinearPriorAndNoiseHaveVarianceOneTenth()
    {
        var task = new GaussianLinearTask();
        var parameters = task.SamplePrior(Count, _random);
        var x = task.Simulate(parameters, _random);
        Assert.Equal([Count, 10], x.shape);
        Assert.Equal(float32, x.dtype);
        AssertMoments(parameters, new double[10], 0.1, 0.008);
        AssertMoments(x - parameters, new double[10], 0.1, 0.008);
        AssertMoments(x, new double[10], 0.2, 0.012);
        Assert.Null(task.InSupport(parameters));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TasksDrawWhatTheirGeneratorsSeedSays(string name)
    {
        var task = SbiTasks.Get(name);
        Assert.Equal(name, task.Name);
        var (first, again, other) = (Simulation(1), Simulation(1), Simulation(2));
        Assert.True(first.Equals(again));
        Assert.False(first.Equals(other));
        Assert.Equal([5, task.ParameterDimension + task.DataDimension], first.shape);
        Assert.Equal(float32, first.dtype);

        Tensor Simulation(long seed)
        {
            using var random = NamedSeed.Stream(seed, "test");
            var parameters = task.SamplePrior(5, random);
            return cat([parameters, task.Simulate(parameters, random)], 1);
        }
    }

    /// <summary>What a flow is told about a simulation it is told about an observation.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void ConditionsOfObservationsLieAmongThoseOfSimulations(string name)
    {
        var task = SbiTasks.Get(name);
        var simulated = task.ToCondition(task.Simulate(task.SamplePrior(4000, _random), _random));
        var (low, high) = (simulated.amin(0), simulated.amax(0));
        var margin = 0.1 * (high - low);
        Assert.True((margin > 0).all().item<bool>());
        for (var number = 1; number <= ReferenceData.ObservationCount; number++)
        {
            var observed = task.ToCondition(ReferenceData.Observation(task, number));
            Assert.True(((observed >= low - margin) & (observed <= high + margin)).all().item<bool>(), $"Observation {number}.");
        }
    }

    /// <summary>The parameters of an observation are one draw of its posterior.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void TrueParametersLieWithinTheReferencePosterior(string name)
    {
        var task = SbiTasks.Get(name);
        foreach (var number in (int[])[1, 7])
        {
            var posterior = Learnt(task, ReferenceData.Posterior(task, number));
            var parameters = Learnt(task, ReferenceData.TrueParameters(task, number).unsqueeze(0));
            Assert.Equal([10_000, task.ParameterDimension], posterior.shape);
            Assert.True(task.InSupport(ReferenceData.TrueParameters(task, number).unsqueeze(0))?.item<bool>() ?? true);
            var deviations = ((parameters - posterior.mean([0])) / posterior.std(0L)).abs().max().item<double>();
            Assert.True(deviations < 5, $"Observation {number}: {deviations} deviations away.");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TasksLeaveOnlyTheirResultsBehind(string name)
    {
        var task = SbiTasks.Get(name);
        var before = _scope.DisposablesCount;
        var parameters = task.SamplePrior(5, _random);
        var data = task.Simulate(parameters, _random);
        _ = task.ToCondition(data);
        var mask = task.InSupport(parameters);
        Assert.Equal(before + (mask is null ? 3 : 4), _scope.DisposablesCount);
    }

    [Fact]
    public void AnUnknownTaskIsAnErrorThatListsTheTasks()
    {
        var error = Assert.Throws<DatasetException>(() => SbiTasks.Get("three_moons"));
        Assert.Contains("three_moons", error.Message, StringComparison.Ordinal);
        Assert.All(["two_moons", "gaussian_linear"], name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
    }

    /// <summary>Mean, and covariance = variance · I.</summary>
    private static void AssertMoments(Tensor values, double[] mean, double variance, double tolerance)
    {
        var (actual, centred) = (values.to(float64).mean([0]), values.to(float64) - values.to(float64).mean([0]));
        var covariance = centred.t().mm(centred) / values.shape[0];
        Assert.All(mean, (value, i) => Assert.Equal(value, actual[i].item<double>(), tolerance));
        var deviation = (covariance - (variance * eye(mean.Length, dtype: float64))).abs().max().item<double>();
        Assert.True(deviation < tolerance, $"The covariance differs by {deviation}.");
    }

    /// <summary>The parameters as a flow learns them.</summary>
    private static Tensor Learnt(ISbiTask task, Tensor parameters) =>
        task.ParameterSpace.Transform is { } transform ? transform.Forward(parameters.to(float64)).Y : parameters.to(float64);
}
