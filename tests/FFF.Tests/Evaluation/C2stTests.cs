using FFF.Evaluation;
using FFF.Randomness;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Evaluation;

public sealed class C2stTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly RandomStream _random = new(11);

    public void Dispose()
    {
        _scope.Dispose();
        _random.Dispose();
    }

    [Fact]
    public void FindsNoDifferenceWhereThereIsNone()
    {
        // With 4,000 points, chance alone is ±0.008.
        Assert.Equal(0.5, Score(Gaussian(2000, 3), Gaussian(2000, 3)).Accuracy, 0.03);
    }

    [Fact]
    public void TellsApartWhatDoesNotOverlap()
    {
        var score = Score(Gaussian(500, 2) + 20, Gaussian(500, 2));
        Assert.Equal(1, score.Accuracy);
        Assert.Equal(0, score.Std);
    }

    /// <summary>Two unit Gaussians at distance δ: the best accuracy is Φ(δ/2).</summary>
    [Theory]
    [InlineData(0.5, 0.598706)]
    [InlineData(1, 0.691462)]
    [InlineData(2, 0.841345)]
    public void ReachesTheBestAccuracyBetweenGaussians(double distance, double best)
    {
        var shift = tensor(new[] { distance / Math.Sqrt(2), distance / Math.Sqrt(2) }, ScalarType.Float32);
        Assert.Equal(best, Score(Gaussian(5000, 2) + shift, Gaussian(5000, 2)).Accuracy, 0.015);
    }

    [Fact]
    public void DoesNotDependOnScaleAndOrigin()
    {
        var (samples, reference) = (Gaussian(1000, 2) + 0.7, Gaussian(1000, 2));
        var scale = tensor(new[] { 1e-3, 1e4 });
        var origin = tensor(new[] { 50.0, -1e6 });
        var moved = Score((samples.to(float64) * scale) + origin, (reference.to(float64) * scale) + origin);
        Assert.Equal(Score(samples, reference).Accuracy, moved.Accuracy, 0.005);
    }

    [Fact]
    public void TheSameSeedGivesTheSameBits()
    {
        var (samples, reference) = (Gaussian(500, 2) + 0.5, Gaussian(500, 2));
        Assert.Equal(Score(samples, reference).Folds, Score(samples, reference).Folds);
        Assert.NotEqual(Score(samples, reference).Folds, Score(samples, reference, seed: 2).Folds);
    }

    [Fact]
    public void PairsDoNotAffectEachOther()
    {
        var (a, b, c) = (Gaussian(400, 2) + 0.5, Gaussian(400, 2), Gaussian(403, 2) - 1);
        var together = C2st.Run([(a, b), (c, b), (b, c)], new C2stOptions());
        Assert.Equal([Score(a, b), Score(c, b), Score(b, c)], together, (x, y) => x.Folds.SequenceEqual(y.Folds));
    }

    [Fact]
    public void SamplesMayDifferInNumber()
    {
        // 401 + 300 points: folds of 141 and 140. Chance would be 401/701 = 0.57.
        Assert.InRange(Score(Gaussian(401, 2) + 3, Gaussian(300, 2)).Accuracy, 0.95, 1);
    }

    [Fact]
    public void SummarisesFolds()
    {
        var score = Score(Gaussian(500, 2) + 0.5, Gaussian(500, 2), folds: 4);
        Assert.Equal(4, score.Folds.Count);
        Assert.Equal(score.Folds.Average(), score.Accuracy, 1e-12);
        Assert.Equal(tensor(score.Folds.ToArray()).std().item<double>(), score.Std, 1e-12);
    }

    [Fact]
    public void ReportsProgressToTheEnd()
    {
        var reports = new Reports();
        C2st.Run([(Gaussian(200, 1), Gaussian(200, 1)), (Gaussian(200, 1) + 3, Gaussian(200, 1))], new C2stOptions(), reports);
        Assert.Equal(1, reports.Values[0].Epoch);
        Assert.Equal(10, reports.Values[^1].Finished);
        Assert.All(reports.Values, r => Assert.Equal(10, r.Total));
        Assert.Equal(reports.Values.Select(r => r.Finished).Order(), reports.Values.Select(r => r.Finished));
    }

    [Fact]
    public void RefusesWhatCannotBeTested()
    {
        var (good, three) = (Gaussian(100, 2), Gaussian(100, 3));
        var broken = Gaussian(100, 2);
        broken[41, 1] = float.NaN;
        var constant = Gaussian(100, 2);
        constant.select(1, 1).fill_(3);
        var far = Gaussian(100, 2);
        far[0, 0] = 3e38f;

        Assert.Equal("Pair 1: the samples have 3 columns, but the reference samples 2: both must describe the same quantities.", Message((three, good)));
        Assert.Equal("Pair 2: the samples have 3 columns, but those of the first pair 2. Test pairs of different dimension separately.",
            Message((good, good), (three, three)));
        Assert.Equal("Pair 1: the reference samples must be floating-point numbers in rows and columns, [N, D], but are Float32 [100].",
            Message((good, good.select(1, 0))));
        Assert.Contains("but are Int64 [100, 2]", Message((good.to(int64), good)));
        Assert.Equal("Pair 1: the samples have 4 rows: fewer than the 5 folds. Draw more samples.", Message((good.narrow(0, 0, 4), good)));
        Assert.Contains("Pair 2: the samples hold a value that is not finite, in row 42, column 2", Message((good, good), (broken, good)));
        Assert.Contains("the reference samples hold a value that is not finite, in row 42, column 2", Message((good, broken)));
        Assert.Contains("the reference samples are constant in column 2", Message((good, constant)));
        Assert.Contains("did not stay finite", Message((far, good * 1e-3)));
    }

    [Fact]
    public void RefusesOptionsThatMakeNoTest()
    {
        var pair = (Gaussian(100, 2), Gaussian(100, 2));
        Assert.Contains("at least 2 folds, not 1", Assert.Throws<C2stException>(() => C2st.Run([pair], new C2stOptions { Folds = 1 })).Message);
        Assert.Contains("from 0 to 4294967295", Assert.Throws<C2stException>(() => C2st.Run([pair], new C2stOptions { Seed = -1 })).Message);
    }

    private static string Message(params (Tensor, Tensor)[] pairs) =>
        Assert.Throws<C2stException>(() => C2st.Run(pairs, new C2stOptions())).Message;

    private static C2stScore Score(Tensor samples, Tensor reference, long seed = 1, int folds = 5) =>
        C2st.Run([(samples, reference)], new C2stOptions { Seed = seed, Folds = folds })[0];

    private Tensor Gaussian(long count, long dimension) => _random.Normal([count, dimension]);

    private sealed class Reports : IProgress<C2stProgress>
    {
        public List<C2stProgress> Values { get; } = [];

        public void Report(C2stProgress value) => Values.Add(value);
    }
}
