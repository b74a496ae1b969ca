using FFF.Configuration;
using Xunit;

namespace FFF.Tests.Configuration;

/// <summary>The experiments in <c>configs</c> are valid, and their schema is the program's.</summary>
public sealed class ShippedConfigsTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "configs");

    private static readonly string[] All =
        [.. Directory.GetFiles(Folder, "*.yaml", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Folder, f)).Order()];

    public static TheoryData<string> Files() => [.. All.Where(f => !IsMethod(f))];

    public static TheoryData<string> Methods() => [.. All.Where(IsMethod)];

    [Theory]
    [MemberData(nameof(Files))]
    public void IsValidAndNamesTheSchema(string file)
    {
        var path = Path.Combine(Folder, file);
        Assert.NotEmpty(ExperimentFile.Load([path], []).Name);
        var schema = File.ReadLines(path).First().Split("$schema=")[1];
        Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(path)!, schema)));
    }

    /// <summary>A method is laid over any task of the benchmark, and sets itself and nothing of the task.</summary>
    [Theory]
    [MemberData(nameof(Methods))]
    public void AMethodFitsEveryTask(string file)
    {
        foreach (var task in All.Where(f => Path.GetDirectoryName(f) == "sbi"))
        {
            var alone = ExperimentFile.Load([Path.Combine(Folder, task)], []);
            var laid = ExperimentFile.Load([Path.Combine(Folder, task), Path.Combine(Folder, file)], []);
            Assert.Equal((alone.Name, alone.Data), (laid.Name, laid.Data));
            Assert.NotEqual(alone.Method.GetType(), laid.Method.GetType());
        }
    }

    /// <summary>After a change to the configuration records: <c>fff config schema --out configs/experiment.schema.json</c>.</summary>
    [Fact]
    public void TheShippedSchemaIsUpToDate() =>
        Assert.Equal(ExperimentSchema.Create().Trim(), File.ReadAllText(Path.Combine(Folder, "experiment.schema.json")).Trim());

    private static bool IsMethod(string file) => Path.GetFileName(Path.GetDirectoryName(file)) == "methods";
}
