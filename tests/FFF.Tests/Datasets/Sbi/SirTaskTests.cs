using FFF.Datasets.Sbi;
using FFF.Randomness;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Sbi;

public sealed class SirTaskTests : IDisposable
{
    private const long Count = 20_000;
    private static readonly SirTask Task = new();

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly RandomStream _random = NamedSeed.Stream(1, "test");

    public static TheoryData<int> Numbers => ReferenceDataTests.Numbers;

    public void Dispose()
    {
        _random.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void PriorIsLogNormal()
    {
        var parameters = Task.SamplePrior(Count, _random);
        Assert.Equal([Count, 2], parameters.shape);
        Assert.Equal(float32, parameters.dtype);
        Assert.True(Task.InSupport(parameters).all().item<bool>());
        var centred = parameters.to(float64).log() - tensor([Math.Log(0.4), Math.Log(0.125)]);
        Moments.MeansAre(zeros(2), centred);
        Moments.MeansAre(tensor([0.25, 0.04]), centred.square());
        Moments.MeansAre(zeros(1), centred.prod(1).unsqueeze(1));
        Assert.Equal([true, false, false], Task.InSupport(tensor(new[,] { { 0.1, 9 }, { 0, 1 }, { 1, double.PositiveInfinity } })).data<bool>().ToArray());
    }

    [Theory]
    [InlineData(0.615, 0.192)]
    [InlineData(0.12, 0.125)]
    [InlineData(2.5, 0.07)]
    public void InfectedAgreeWithTheEquationsOfAllThreeGroups(double contact, double recovery)
    {
        var share = SirTask.InfectedShare(tensor(new[,] { { contact, recovery } }));
        Assert.Equal([1, 10], share.shape);
        const double N = 1e6;
        const double H = 1e-3;
        var (s, i, r) = (N - 1, 1.0, 0.0);
        for (var k = 0; k < 10; k++)
        {
            Assert.Equal(Math.Log(i / N), Math.Log(share[0, k].item<double>()), 3e-4);
            Assert.Equal(N, s + i + r, 1e-4);
            for (var step = 0; step < 17_000; step++)
            {
                var (a1, b1, c1) = Slope(s, i);
                var (a2, b2, c2) = Slope(s + (H / 2 * a1), i + (H / 2 * b1));
                var (a3, b3, c3) = Slope(s + (H / 2 * a2), i + (H / 2 * b2));
                var (a4, b4, c4) = Slope(s + (H * a3), i + (H * b3));
                s += H / 6 * (a1 + (2 * a2) + (2 * a3) + a4);
                i += H / 6 * (b1 + (2 * b2) + (2 * b3) + b4);
                r += H / 6 * (c1 + (2 * c2) + (2 * c3) + c4);
            }
        }

        (double, double, double) Slope(double s, double i) =>
            (-contact * s * i / N, (contact * s * i / N) - (recovery * i), recovery * i);
    }

    [Fact]
    public void FastEpidemicsEndAtTheirFinalSize()
    {
        // ln(s / s₀) = -(β / γ) (1 - s) where nobody is infected any more.
        var (contact, recovery) = (0.9, 0.3);
        var last = PredatorPrey.Solve(
            tensor(new[,] { { 0.0 }, { -recovery } }), tensor(new[,] { { -contact }, { contact } }), (Math.Log(1 - 1e-6), Math.Log(1e-6)), 300, 1);
        var left = 0.1;
        for (var iteration = 0; iteration < 200; iteration++)
        {
            left = (1 - 1e-6) * Math.Exp(-contact / recovery * (1 - left));
        }

        Assert.True(last[0, 1, 0].item<double>() < -40);
        Assert.Equal(Math.Log(left), last[0, 0, 0].item<double>(), 1e-4);
    }

    [Fact]
    public void CountsAreBinomial()
    {
        var theta = tensor([0.615, 0.192]).to(float32);
        var share = SirTask.InfectedShare(theta.unsqueeze(0))[0];
        var x = Task.Simulate(theta.expand(Count, 2), _random);
        Assert.Equal([Count, 10], x.shape);
        Assert.Equal(float32, x.dtype);
        Assert.True(((x >= 0) & (x <= 1000) & (x == x.round())).all().item<bool>());

        // Days with hardly a case have too few counts for a Gaussian error.
        var busy = share.narrow(0, 1, 5);
        var counts = x.to(float64).narrow(1, 1, 5);
        Assert.True((busy > 1e-4).all().item<bool>());
        Moments.MeansAre(1000 * busy, counts);
        Moments.MeansAre(1000 * busy * (1 - busy), (counts - (1000 * busy)).square());
        Assert.Equal(Count * 0.001, x.select(1, 0).sum().item<float>(), 6 * Math.Sqrt(Count * 0.001));
        Moments.MeansAre(zeros(1), ((counts.select(1, 0) - (1000 * busy[0])) * (counts.select(1, 1) - (1000 * busy[1]))).unsqueeze(1));
    }

    [Fact]
    public void ConditionsAreTheStabilisedCountsWithoutTheFirstDay()
    {
        var x = Task.Simulate(Task.SamplePrior(Count, _random), _random);
        var condition = Task.ToCondition(x);
        Assert.Equal([Count, 9], condition.shape);
        Check.Close(1000 * condition.sin().square(), x.narrow(1, 1, 9), 1e-3);
        Assert.Equal([9], Task.ToCondition(x[0]).shape);
        Assert.Equal(Math.PI / 2, Task.ToCondition(full(10, 1000f))[3].item<float>(), 1e-5);
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void PosteriorIsTheOneOfPriorAndLikelihood(int number)
    {
        var posterior = ReferenceData.Posterior(Task, number).to(float64);
        Assert.Equal([10_000, 2], posterior.shape);
        Assert.True(Task.InSupport(posterior).all().item<bool>());

        var x = ReferenceData.Observation(Task, number).to(float64);
        var logarithms = posterior.narrow(0, 0, 2000).log();
        var gradient = Slopes.Of(LogPosterior, logarithms);
        Moments.ObeyStein(gradient, ones_like(gradient), zeros_like(gradient), $"observation {number},");
        var centred = logarithms - logarithms.mean([0]);
        Moments.ObeyStein(gradient, centred, ones_like(gradient), $"observation {number}, second moment,");

        Tensor LogPosterior(Tensor u)
        {
            var share = SirTask.InfectedShare(u.exp());
            var logPrior = (((u - tensor([Math.Log(0.4), Math.Log(0.125)])) / tensor([0.5, 0.2])).square() / -2).sum(1);
            return logPrior + ((x * share.log()) + ((1000 - x) * (-share).log1p())).sum(1);
        }
    }
}
