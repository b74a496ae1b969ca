using FFF.Configuration;
using FFF.Flows;
using FFF.Flows.Splines;
using Xunit;

namespace FFF.Tests.Configuration;

public sealed class MethodKeysTests : IDisposable
{
    private readonly ConfigFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Configurations that name no method, as those of earlier runs, mean the free-form flow.</summary>
    [Fact]
    public void TheFreeFormFlowIsTheDefault()
    {
        var path = _folder.Write("c.yaml", ConfigFolder.Minimal);
        Assert.IsType<FreeFormMethod>(ExperimentFile.Load([path], []).Method);
        Assert.Equal("fff", MethodKeys.Name(new FreeFormMethod()));
    }

    [Fact]
    public void AnotherMethodIsNamedByAnOverrideOfAConfigurationOfTheFreeFormFlow()
    {
        var path = _folder.Write("c.yaml", ConfigFolder.Minimal + "method: {objective: {beta: 7}, flow: {latent: {kind: student-t}}}");
        var experiment = ExperimentFile.Load([path], ["method=spline-flow", "method.bins=8"]);
        Assert.Equal(8, Assert.IsType<SplineFlowMethod>(experiment.Method).Bins);
        Assert.Equal("spline-flow", MethodKeys.Name(experiment.Method));
    }
}
