using FFF.Configuration;
using Xunit;

namespace FFF.Tests.Configuration;

/// <summary>Key paths of experiments, listed and read back.</summary>
public sealed class ConfigKeysTests : IDisposable
{
    private readonly ConfigFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("training.epochs", "")]
    [InlineData("training.schedule", "constant,cosine,one-cycle,exponential,plateau,stages")]
    [InlineData("data.conditional", "true,false")]
    [InlineData("evaluate.0.kind", "c2st,nll,boltzmann,molecules,calibration,theory,conformations,local-c2st,energies")]
    [InlineData("evaluate.7.kind", "c2st,nll,boltzmann,molecules,calibration,theory,conformations,local-c2st,energies")]
    [InlineData("flow.network.networks.0.widths", "")]
    public void AreKnownWithTheNamesThatTheyTake(string path, string values) => Assert.Equal(values, string.Join(',', ConfigKeys.Find(path)!.Values));

    [Fact]
    public void IncludeEveryKeyThatAResolvedExperimentHas()
    {
        foreach (var config in ConfigNames.Shipped.Where(name => !name.Contains("methods", StringComparison.Ordinal)
            && !name.Contains("budgets", StringComparison.Ordinal)))
        {
            var file = _folder.Write("resolved.yaml", ExperimentFile.Write(ExperimentFile.Load([config], [])));
            Assert.All(ResolvedConfig.Read(file).Keys, key => Assert.NotNull(ConfigKeys.Find(key)));
        }
    }

    [Theory]
    [InlineData("objective.beta", "25", true)]
    [InlineData("objective.beta", "2.5e1", true)]
    [InlineData("objective.beta", "26", false)]
    [InlineData("flow.network.widths", "[256,256]", true)]
    [InlineData("flow.latent", "normal", true)]
    [InlineData("data", "sbi", false)]
    [InlineData("nothing", "", false)]
    public void ValuesAreComparedAsTheyAreMeant(string key, string value, bool expected)
    {
        var file = _folder.Write("resolved.yaml", ExperimentFile.Write(_folder.Load(ConfigFolder.Minimal)));
        Assert.Equal(expected, ResolvedConfig.Has(ResolvedConfig.Read(file), key, value));
    }
}
