using System.Text.Json;
using System.Text.RegularExpressions;
using FFF.Sweeps;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Somebody who wants to know which method suits the data.</summary>
public sealed class CompareMethodsTests
{
    private static readonly string[] Compare = ["compare-methods", "--config", "sbi.yaml", "--methods", "fff,spline-flow", "training.epochs=2"];

    [Fact]
    public void MethodsAreTrainedOnTheSameDataAndOneIsAdvised()
    {
        using var place = new Workplace();
        place.Write("sbi.yaml", Configs.Sbi);
        var plan = place.Run([.. Compare, "--dry-run"]);
        Assert.True(plan.Code == 0, plan.Error);
        Assert.Equal(["sbi.yaml"], place.Entries());
        Assert.All(plan.Out.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
        Assert.All(["fff", "spline-flow"], method => Assert.Matches($@"(?m)^ {method} .* 2 ", plan.Out));

        var compared = place.Run(Compare);
        Assert.True(compared.Code == 0, compared.Error);
        Assert.Matches(@"(?m)^ fff +posterior-methods-\d+/v0001 +finished +-?\d", compared.Out);
        Assert.Matches(@"(?m)^ spline-flow +posterior-methods-\d+/v0001 +finished +-?\d", compared.Out);
        var advice = compared.LastLine;
        Assert.Matches(new Regex("(^Take|So far) (fff|spline-flow)(:| is ahead:) "), advice);

        // The same command has nothing left to train, and tells the same; programs have it as JSON.
        var again = place.Run([.. Compare, "--json"]);
        Assert.Contains("Nothing to start", again.Error, StringComparison.Ordinal);
        var result = JsonDocument.Parse(again.Out).RootElement;
        Assert.Equal(["fff", "spline-flow"], result.GetProperty("methods").EnumerateArray().Select(method => method.GetProperty("method").GetString()));
        Assert.All(result.GetProperty("methods").EnumerateArray(), method => Assert.True(double.IsFinite(method.GetProperty("validation").GetDouble())));
        Assert.Equal(advice, result.GetProperty("advice").GetString());

        UsageTests.Refused(place, "--methods: expected some of fff, spline-flow, flow-matching, found 'nsf'",
            "compare-methods", "--config", "sbi.yaml", "--methods", "nsf");
        UsageTests.Refused(place, "expected an experiment of the method fff", [.. Compare, "method=spline-flow"]);

        // What the advice says to do is done: a comparison of its own with more epochs.
        Assert.Contains(" 4 ", Done(place, [.. Compare[..^1], "training.epochs=4", "name=longer", "--dry-run"]), StringComparison.Ordinal);
    }

    /// <summary>Trainings that were still learning are no ground for a choice, unless it is the best alone that was.</summary>
    [Theory]
    [InlineData(10, 10, "All methods were still learning, at their best in the last validation: this compares trainings that are unfinished")]
    [InlineData(7, 10, "spline-flow was still learning, at its best in the last validation")]
    [InlineData(10, 7, "Take fff: its validation NLL is 0.50 nats below that of spline-flow.")]
    [InlineData(7, 8, "Take fff: its validation NLL is 0.50 nats below that of spline-flow.")]
    public void TrainingsThatAreUnfinishedAreTold(long bestOfFff, long bestOfSpline, string expected)
    {
        var advice = MethodComparison.Advice([Compared("fff", 1, bestOfFff, 1000), Compared("spline-flow", 1.5, bestOfSpline, 900)]);
        Assert.StartsWith(expected, advice, StringComparison.Ordinal);
        if (!expected.StartsWith("Take", StringComparison.Ordinal))
        {
            Assert.Contains("training.epochs=20 name=longer", advice, StringComparison.Ordinal);
            Assert.EndsWith("So far fff is ahead: its validation NLL is 0.50 nats below that of spline-flow.", advice, StringComparison.Ordinal);
        }
    }

    /// <summary>What is taken for its speed may fall behind where the best one was still learning.</summary>
    [Fact]
    public void TheBestThatWasStillLearningIsToldWhereAFasterOneIsAhead()
    {
        ComparedMethod[] methods = [Compared("fff", 1.06, 7, 9000), Compared("spline-flow", 1, 10, 900)];
        Assert.StartsWith("spline-flow was still learning", MethodComparison.Advice(methods), StringComparison.Ordinal);
        Assert.EndsWith("So far fff is ahead: within 0.06 nats of spline-flow, the best, and it draws samples 10 times as fast.",
            MethodComparison.Advice(methods), StringComparison.Ordinal);
    }

    private static ComparedMethod Compared(string name, double nll, long best, double rate) =>
        new(name, $"{name}/v0001", TrialStatus.Finished, nll, best, 10, null, 1, rate, null, IsDoubtful: false);

    private static string Done(Workplace place, string[] args)
    {
        var outcome = place.Run(args);
        Assert.True(outcome.Code == 0, outcome.Error);
        return outcome.Out;
    }
}
