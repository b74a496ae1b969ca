using FFF.Datasets.Sbi;
using Xunit;

namespace FFF.Tests.Datasets.Sbi;

public sealed class PublishedC2stTests
{
    [Fact]
    public void HoldsEveryTaskAlgorithmBudgetAndObservation()
    {
        Assert.Equal(10 * 8 * 3 * 10, PublishedC2st.All.Count);
        Assert.Equal(PublishedC2st.All.Count, PublishedC2st.All.Select(s => (s.Task, s.Algorithm, s.Simulations, s.Observation)).Distinct().Count());
        Assert.Equal(SbiTasks.Names.Order(), PublishedC2st.All.Select(s => s.Task).Distinct().Order());
        Assert.All(PublishedC2st.All, s => Assert.InRange(s.C2st, 0.45, 1));
    }

    [Fact]
    public void GivesSingleValues()
    {
        Assert.Contains(new PublishedScore("bernoulli_glm", "NLE", 1000, 1, 0.6838), PublishedC2st.All);
        Assert.Contains(new PublishedScore("bernoulli_glm", "NLE", 1000, 2, 0.7635), PublishedC2st.All);
    }

    [Theory]
    [InlineData("bernoulli_glm", 0.678)]
    [InlineData("bernoulli_glm_raw", 0.765)]
    [InlineData("gaussian_linear", 0.552)]
    [InlineData("gaussian_linear_uniform", 0.553)]
    [InlineData("gaussian_mixture", 0.661)]
    [InlineData("lotka_volterra", 0.997)]
    [InlineData("sir", 0.680)]
    [InlineData("slcp", 0.901)]
    [InlineData("slcp_distractors", 0.970)]
    [InlineData("two_moons", 0.606)]
    public void MeansAreThoseOfTheBenchmark(string task, double mean) =>
        Assert.Equal(mean, PublishedC2st.Mean(task, "NPE", 10_000)!.Value, 0.0006);

    [Fact]
    public void WhatWasNotPublishedHasNoMean() => Assert.Null(PublishedC2st.Mean("two_moons", "NPE", 500));
}
