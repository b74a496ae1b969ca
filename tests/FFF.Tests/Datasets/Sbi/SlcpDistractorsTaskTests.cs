using FFF.Datasets.Sbi;
using FFF.Randomness;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Sbi;

public sealed class SlcpDistractorsTaskTests : IDisposable
{
    private const long Count = 20_000;
    private static readonly SlcpDistractorsTask Task = new();

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly RandomStream _random = NamedSeed.Stream(1, "test");

    public void Dispose()
    {
        _random.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void ObservationsHideThoseOfTheTaskWithoutDistractors()
    {
        var plain = new SlcpTask();
        for (var number = 1; number <= ReferenceData.ObservationCount; number++)
        {
            var hidden = ReferenceData.Observation(Task, number).index_select(0, Unpermuted());
            Assert.Equal(ReferenceData.Observation(plain, number).data<float>().ToArray(), hidden.narrow(0, 0, 8).data<float>().ToArray());
            Assert.True(ReferenceData.Posterior(plain, number).Equals(ReferenceData.Posterior(Task, number)));
        }
    }

    [Fact]
    public void PointsKeepTheirMeanAndDistractorsDoNotDependOnTheParameters()
    {
        var theta = tensor([1.5, -2, 1.2, -0.8, 0.4]).to(float32);
        var x = Task.Simulate(theta.expand(Count, 5), _random).index_select(1, Unpermuted());
        Assert.Equal([Count, 100], x.shape);
        Assert.Equal(float32, x.dtype);
        Assert.True(x.isfinite().all().item<bool>());
        Moments.MeansAre(tensor([1.5, -2]).repeat(4), x.narrow(1, 0, 8));

        var unrelated = Task.Simulate(Task.SamplePrior(Count, _random), _random).index_select(1, Unpermuted());
        AssertDistractors(x.narrow(1, 8, 92));
        AssertDistractors(unrelated.narrow(1, 8, 92));
    }

    [Fact]
    public void ConditionsHaveLightTails()
    {
        var x = Task.Simulate(Task.SamplePrior(Count, _random), _random);
        var condition = ((ISbiTask)Task).ToCondition(x);
        Assert.True((x.abs().max() > 1000).item<bool>());
        Assert.True(((condition - condition.mean([0])) / condition.std(0L)).abs().max().item<float>() < 10);
        Check.Close((condition.to(float64).sinh() * 10 / x) - 1, zeros_like(x), 1e-4);
    }

    /// <summary>
    /// Of a·x for random directions a, the distribution function is the mixture of those of Student's t with two degrees of
    /// freedom, ½ + t / (2 √(2 + t²)), about a·loc in units of ‖Lᵀa‖.
    /// </summary>
    private void AssertDistractors(Tensor distractors)
    {
        var (location, scale) = (Constants("gmm_loc").to(float64), Constants("gmm_scale_tril").to(float64));
        Assert.All(Constants("gmm_df").data<float>().ToArray(), degrees => Assert.Equal(2, degrees));
        var weights = Constants("gmm_weights").to(float64);
        weights /= weights.sum();
        var directions = cat([eye(92, dtype: float64).narrow(0, 0, 3), _random.Normal([5, 92], float64)], 0);
        var projections = distractors.to(float64).mm(directions.t());
        for (var i = 0; i < directions.shape[0]; i++)
        {
            var (centre, width) = (location.mv(directions[i]), einsum("kij,i->kj", scale, directions[i]).norm(1));
            var thresholds = linspace(-1.5, 1.5, 9, dtype: float64) * projections.select(1, i).abs().median();
            var t = (thresholds.unsqueeze(1) - centre) / width;
            var expected = (0.5 + (t / (2 * (2 + t.square()).sqrt()))).mv(weights);
            Moments.MeansAre(expected, (projections.select(1, i).unsqueeze(1) <= thresholds).to(float64), $"direction {i}, threshold");
        }
    }

    /// <summary>Where the eight numbers of the points and the 92 distractors went.</summary>
    private static Tensor Unpermuted() => Constants("permutation_idx").argsort();

    private static Tensor Constants(string name) => ReferenceData.Constants($"slcp/{name}.npy");
}
