using FFF.Configuration;
using Xunit;

namespace FFF.Tests.Configuration;

/// <summary>The experiments in <c>configs</c> are valid, and their schema is the program's.</summary>
public sealed class ShippedConfigsTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "configs");

    public static TheoryData<string> Files() =>
        [.. Directory.GetFiles(Folder, "*.yaml", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Folder, f)).Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public void IsValidAndNamesTheSchema(string file)
    {
        var path = Path.Combine(Folder, file);
        Assert.NotEmpty(ExperimentFile.Load([path], []).Name);
        var schema = File.ReadLines(path).First().Split("$schema=")[1];
        Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(path)!, schema)));
    }

    /// <summary>After a change to the configuration records: <c>fff config schema --out configs/experiment.schema.json</c>.</summary>
    [Fact]
    public void TheShippedSchemaIsUpToDate() =>
        Assert.Equal(ExperimentSchema.Create().Trim(), File.ReadAllText(Path.Combine(Folder, "experiment.schema.json")).Trim());
}
