using FFF.Devices;
using FFF.Flows;
using Xunit;

namespace FFF.Tests.Devices;

/// <summary>Which numbers of threads are tried, told the work of a step; and which of them is taken, told their times.</summary>
public sealed class ThreadRuleTests
{
    private const long LongRun = 100_000;

    [Theory]
    [InlineData(0.02, 64, new[] { 1 })]
    [InlineData(0.55, 1, new[] { 1 })]
    [InlineData(0.55, 2, new[] { 1, 2 })]
    [InlineData(0.55, 3, new[] { 1, 2, 3 })]
    [InlineData(0.55, 64, new[] { 1, 2, 4 })]
    [InlineData(24, 2, new[] { 2 })]
    [InlineData(24, 16, new[] { 2, 4, 8, 16 })]
    [InlineData(240, 16, new[] { 16 })]
    [InlineData(240, 64, new[] { 24, 48, 64 })]
    public void TheWorkOfAStepBoundsTheThreads(double gflop, int cores, int[] candidates) =>
        Assert.Equal(candidates, ThreadRule.Candidates(new StepCost(gflop, 300), LongRun, cores));

    /// <summary>Nothing is tried for a run that would be over before, nor where nobody knows the work.</summary>
    [Fact]
    public void ShortAndUnknownRunsAreNotTried()
    {
        Assert.Equal([1], ThreadRule.Candidates(new StepCost(0.55, 300), 100, 64));
        Assert.Equal([24], ThreadRule.Candidates(new StepCost(24, 7000), 400, 64));
        Assert.Equal([64], ThreadRule.Candidates(null, LongRun, 64));
    }

    [Fact]
    public void AThreadMoreHasToPay()
    {
        Assert.Equal(2, Best(10, 8, 7.9));
        Assert.Equal(1, Best(10, 9.8, 9.6));
        Assert.Equal(4, Best(10, 8, 6));
        Assert.Equal(1, Best(13, 40, 90));
    }

    [Fact]
    public void EachNumberIsTriedInTurn()
    {
        var before = TorchSharp.torch.get_num_threads();
        try
        {
            var calls = new Dictionary<int, int>();
            var trials = ThreadTrials.Run([1, 2], () =>
            {
                var threads = TorchSharp.torch.get_num_threads();
                calls[threads] = calls.GetValueOrDefault(threads) + 1;
                Thread.Sleep(threads);
            });
            Assert.Equal(before, TorchSharp.torch.get_num_threads());
            Assert.Equal([1, 2], trials.Select(trial => trial.Threads));
            Assert.InRange(trials[0].Milliseconds, 0.9, trials[1].Milliseconds);
            Assert.True(calls[1] >= calls[2] && calls[2] >= 9, $"{calls[1]} calls with one thread, {calls[2]} with two");
        }
        finally
        {
            TorchSharp.torch.set_num_threads(before);
        }
    }

    private static int Best(params double[] milliseconds) =>
        ThreadTrials.Best([.. milliseconds.Select((ms, i) => new ThreadTrial(1 << i, ms))]).Threads;
}
