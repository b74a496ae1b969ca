using FFF.Configuration;
using Xunit;

namespace FFF.Tests.Configuration;

/// <summary>The experiments in <c>configs</c> are valid, and their schema is the program's.</summary>
public sealed class ShippedConfigsTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "configs");

    public static TheoryData<string> Files() =>
        [.. Directory.GetFiles(Folder, "*.yaml", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Folder, f)).Where(f => !IsOverlay(f)).Order()];

    /// <summary>Every method's configuration over that of every benchmark task.</summary>
    public static TheoryData<string, string> Overlays()
    {
        var pairs = new TheoryData<string, string>();
        var files = Directory.GetFiles(Path.Combine(Folder, "sbi"), "*.yaml", SearchOption.AllDirectories).Order().ToLookup(IsOverlay);
        foreach (var overlay in files[true])
        {
            foreach (var task in files[false])
            {
                pairs.Add(Path.GetRelativePath(Folder, task), Path.GetRelativePath(Folder, overlay));
            }
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void IsValidAndNamesTheSchema(string file)
    {
        var path = Path.Combine(Folder, file);
        Assert.NotEmpty(ExperimentFile.Load([path], []).Name);
        var schema = File.ReadLines(path).First().Split("$schema=")[1];
        Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(path)!, schema)));
    }

    /// <summary>
    /// A method's configuration is laid over a task's: it names the method, leaves the data alone, and all of training's keys
    /// are its own but those of the machine.
    /// </summary>
    [Theory]
    [MemberData(nameof(Overlays))]
    public void AMethodGoesWithEveryTask(string task, string overlay)
    {
        var plain = ExperimentFile.Load([Path.Combine(Folder, task)], []);
        var laid = ExperimentFile.Load([Path.Combine(Folder, task), Path.Combine(Folder, overlay)], []);
        var toOther = ExperimentFile.Load([Path.Combine(Folder, "toy", "base.yaml"), Path.Combine(Folder, overlay)], []);
        Assert.NotEqual(plain.Method, laid.Method);
        Assert.Equal((plain.Name, plain.Data), (laid.Name, laid.Data));
        Assert.Equal(toOther.Training with { Device = laid.Training.Device, Threads = laid.Training.Threads }, laid.Training);
    }

    /// <summary>After a change to the configuration records: <c>fff config schema --out configs/experiment.schema.json</c>.</summary>
    [Fact]
    public void TheShippedSchemaIsUpToDate() =>
        Assert.Equal(ExperimentSchema.Create().Trim(), File.ReadAllText(Path.Combine(Folder, "experiment.schema.json")).Trim());

    private static bool IsOverlay(string file) => Path.GetFileName(Path.GetDirectoryName(file)) == "methods";
}
