using System.Text.Json;
using System.Text.RegularExpressions;
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
        Assert.Matches(new Regex("^Take (fff|spline-flow): "), advice);

        // The same command has nothing left to train, and tells the same; programs have it as JSON.
        var again = place.Run([.. Compare, "--json"]);
        Assert.Contains("Nothing to start", again.Error, StringComparison.Ordinal);
        var result = JsonDocument.Parse(again.Out).RootElement;
        Assert.Equal(["fff", "spline-flow"], result.GetProperty("methods").EnumerateArray().Select(method => method.GetProperty("method").GetString()));
        Assert.All(result.GetProperty("methods").EnumerateArray(), method => Assert.True(double.IsFinite(method.GetProperty("validation").GetDouble())));
        Assert.StartsWith("Take ", result.GetProperty("advice").GetString(), StringComparison.Ordinal);

        UsageTests.Refused(place, "--methods: expected some of fff, spline-flow, flow-matching, found 'nsf'",
            "compare-methods", "--config", "sbi.yaml", "--methods", "nsf");
        UsageTests.Refused(place, "expected an experiment of the method fff", [.. Compare, "method=spline-flow"]);
    }
}
