using FFF.Configuration;
using Xunit;

namespace FFF.Tests.Configuration;

public sealed class RulesTests : IDisposable
{
    private readonly ConfigFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("method: {objective: {likelihood_warmup: {from: 0.5, to: 0.4}}}", 5, 42, "method.objective.likelihood_warmup.from",
        "expected from to be at most to, found 0.5 and 0.4")]
    [InlineData("method: {objective: {noise: {kind: range, low: 0.2, high: 0.1}}}", 5, 43, "method.objective.noise.low",
        "expected low to be at most high, found 0.2 and 0.1")]
    [InlineData("method: {objective: {beta: {kind: range, low: 2, high: 1}}}", 5, 42, "method.objective.beta.low",
        "expected low to be at most high, found 2 and 1")]
    [InlineData("evaluate: [nll, c2st]", 5, 1, "evaluate", "expected evaluations that the data has references for; c2st needs data of the kind sbi")]
    public void AConditionOnSeveralKeysIsReportedAtOneOfThem(string text, int line, int column, string key, string message) =>
        Assert.Equal(new Problem(_folder.Path("c.yaml"), line, column, key, message), _folder.Problem(ConfigFolder.Minimal + text));

    [Theory]
    [InlineData("name: a\ndata: {kind: toy, distribution: rings, test_fraction: 0.9}", "data.test_fraction", "0.1 + 0.9")]
    [InlineData("name: a\ndata: {kind: table, path: x.csv, test_fraction: 0.5, validation_fraction: 0.5}", "data.validation_fraction", "0.5 + 0.5")]
    [InlineData("name: a\ndata: {kind: particles, system: dw4, test_fraction: 0.9}", "data.test_fraction", "0.1 + 0.9")]
    public void SomethingMustBeLeftToTrainOn(string text, string key, string found)
    {
        var problem = _folder.Problem(text);

        Assert.Equal(key, problem.Key);
        Assert.EndsWith(found, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{kind: particles}", "data.system", "expected system, whose samples are drawn, or path")]
    [InlineData("{kind: particles, system: dw4, particles: 4, dimensions: 2}", "data.particles", "only beside path")]
    [InlineData("{kind: particles, path: x.npy, dimensions: 2}", "data.dimensions", "together")]
    [InlineData("{kind: particles, path: x.npy, chirality: [0, 1, 2]}", "data.chirality", "expected four different particles, from 0, found 0, 1, 2")]
    [InlineData("{kind: particles, path: x.npy, types: [C]}", "data.types", "at least 2")]
    [InlineData("{kind: particles, system: dw4, types: [C, H, H, H]}", "data.types", "leave out types")]
    [InlineData("{kind: particles, system: dw4, energy: {kind: pairs, potential: {kind: harmonic}}}", "data.energy", "expected system or energy")]
    [InlineData("{kind: particles, system: lj12}", "data.system", "lj12")]
    public void ParticlesComeFromASystemOrAFileThatIsDescribed(string data, string key, string message)
    {
        var problem = _folder.Problem($"name: a\ndata: {data}");

        Assert.Equal(key, problem.Key);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("method: {flow: {latent: {kind: normal}}}", "method")]
    [InlineData("method: spline-flow", "method")]
    public void ParticlesNeedADensityOnTheirSubspace(string rest, string key)
    {
        var problem = _folder.Problem($"name: a\ndata: {{kind: particles, system: dw4}}\n{rest}");

        Assert.Equal(key, problem.Key);
        Assert.Contains("mean-free-normal", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("11")]
    [InlineData("3-1")]
    [InlineData("'1,,2'")]
    public void ObservationsMustBeAmongTheTen(string observations)
    {
        var problem = _folder.Problem($"name: a\ndata: {{kind: sbi, task: t}}\nevaluate: [{{kind: c2st, observations: {observations}}}]");

        Assert.Equal((3, 25, "evaluate.0.observations"), (problem.Line, problem.Column, problem.Key));
    }

    [Fact]
    public void WhereAKeyIsWrongItselfNoRuleAddsToIt()
    {
        var problem = _folder.Problem(ConfigFolder.Minimal + "method: {objective: {noise: {kind: range, low: 0.2, high: x}}}");

        Assert.Equal("expected a number from 1.0e-12 to 1000000000000, found 'x'", problem.Message);
    }
}
