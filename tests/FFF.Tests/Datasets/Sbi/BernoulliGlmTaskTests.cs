using FFF.Datasets.Sbi;
using FFF.Randomness;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Sbi;

public sealed class BernoulliGlmTaskTests : IDisposable
{
    private const long Count = 20_000;
    private static readonly BernoulliGlmTask Task = new();
    private static readonly BernoulliGlmRawTask RawTask = new();

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly RandomStream _random = NamedSeed.Stream(1, "test");

    public static TheoryData<int> Numbers => ReferenceDataTests.Numbers;

    public void Dispose()
    {
        _random.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void PriorIsTheGaussianOfSmoothFilters()
    {
        var parameters = Task.SamplePrior(Count, _random);
        Assert.Equal([Count, 10], parameters.shape);
        Assert.Equal(float32, parameters.dtype);
        Moments.MeansAre(zeros(10), parameters);
        var covariance = linalg.inv(Precision());
        Moments.MeansAre(covariance.reshape(100), (parameters.unsqueeze(1) * parameters.unsqueeze(2)).reshape(Count, 100));
        Assert.Null(Task.InSupport(parameters));
        Assert.Null(RawTask.InSupport(parameters));
    }

    [Fact]
    public void SpikesComeWithTheProbabilityOfTheFilteredStimulus()
    {
        // Weak enough that no step is certain.
        var theta = 0.3 * ReferenceData.TrueParameters(Task, 2);
        var spikes = RawTask.Simulate(theta.expand(Count, 10), _random);
        Assert.Equal([Count, 100], spikes.shape);
        Assert.Equal(float32, spikes.dtype);
        Assert.True(((spikes == 0) | (spikes == 1)).all().item<bool>());

        var (stimulus, values) = (Stimulus(), theta.data<float>().ToArray());
        var probability = Enumerable.Range(0, 100).Select(t =>
        {
            var drive = Enumerable.Range(0, 9).Where(d => d <= t).Sum(d => values[1 + d] * stimulus[t - d]);
            return 1 / (1 + Math.Exp(-values[0] - drive));
        }).ToArray();
        Moments.MeansAre(tensor(probability), spikes);
    }

    [Fact]
    public void StatisticsAreTheSpikesAndTheStimulusBeforeThem()
    {
        var parameters = Task.SamplePrior(5, _random);
        using var first = NamedSeed.Stream(1, "spikes");
        using var second = NamedSeed.Stream(1, "spikes");
        var (spikes, statistics) = (RawTask.Simulate(parameters, first), Task.Simulate(parameters, second));
        Assert.Equal([5, 10], statistics.shape);
        var stimulus = Stimulus();
        for (var row = 0; row < 5; row++)
        {
            var y = spikes[row].data<float>().ToArray();
            Assert.Equal(y.Sum(), statistics[row, 0].item<float>());
            for (var delay = 0; delay < 9; delay++)
            {
                var expected = Enumerable.Range(delay, 100 - delay).Sum(t => (double)y[t] * stimulus[t - delay]);
                Assert.Equal(expected, statistics[row, 1 + delay].item<float>(), 1e-4);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void BothTasksShareObservationsAndPosteriors(int number)
    {
        var raw = ReferenceData.Observation(RawTask, number);
        Assert.Equal([100], raw.shape);
        Check.Close(BernoulliGlmSimulator.Statistics(raw.unsqueeze(0)).squeeze(0), ReferenceData.Observation(Task, number), 1e-4);
        Assert.True(ReferenceData.Posterior(RawTask, number).Equals(ReferenceData.Posterior(Task, number)));
        Assert.True(ReferenceData.TrueParameters(RawTask, number).Equals(ReferenceData.TrueParameters(Task, number)));
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void PosteriorIsTheOneOfPriorAndLikelihood(int number)
    {
        var posterior = ReferenceData.Posterior(Task, number).to(float64);
        Assert.Equal([10_000, 10], posterior.shape);

        // ∂ ln p(θ | y) / ∂θ = Vᵀ(y - σ(Vθ)) - B θ with the prior's precision B; the sufficient statistics are Vᵀy.
        var design = ReferenceData.Constants("bernoulli_glm/design_matrix.npy").to(float64);
        var gradient = ReferenceData.Observation(Task, number).to(float64) - posterior.mm(design.t()).sigmoid().mm(design) - posterior.mm(Precision());
        Moments.ObeyStein(gradient, ones_like(posterior), zeros_like(posterior), $"observation {number},");
        Moments.ObeyStein(gradient, posterior, ones_like(posterior), $"observation {number}, second moment,");
    }

    /// <summary>The prior's precision, entry by entry: 1/2 for the offset, FᵀF for the filter.</summary>
    private static Tensor Precision()
    {
        // (D D)ᵢⱼ: 1 on the diagonal, -2 below it, 1 below that.
        var factor = new double[9, 9];
        for (var i = 0; i < 9; i++)
        {
            factor[i, i] = 1 + Math.Sqrt(i / 9.0);
            if (i > 0)
            {
                factor[i, i - 1] = -2;
            }

            if (i > 1)
            {
                factor[i, i - 2] = 1;
            }
        }

        var precision = new double[10, 10];
        precision[0, 0] = 0.5;
        for (var i = 0; i < 9; i++)
        {
            for (var j = 0; j < 9; j++)
            {
                precision[i + 1, j + 1] = Enumerable.Range(0, 9).Sum(k => factor[k, i] * factor[k, j]);
            }
        }

        return tensor(precision);
    }

    private static float[] Stimulus() =>
        ReferenceData.Constants("bernoulli_glm/design_matrix.npy").select(1, 1).contiguous().data<float>().ToArray();
}
