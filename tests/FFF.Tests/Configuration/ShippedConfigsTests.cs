using FFF.Configuration;
using FFF.Datasets.Sbi;
using Xunit;

namespace FFF.Tests.Configuration;

/// <summary>The experiments in <c>configs</c> are valid, and their schema is the program's.</summary>
public sealed class ShippedConfigsTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "configs");

    private static readonly string[] All =
        [.. Directory.GetFiles(Folder, "*.yaml", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Folder, f)).Order()];

    public static TheoryData<string> Files() => [.. All.Where(f => !IsMethod(f) && !IsBudget(f))];

    public static TheoryData<string> Methods() => [.. All.Where(IsMethod)];

    public static TheoryData<string> Budgets() => [.. All.Where(IsBudget)];

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

    /// <summary>BUDGET.yaml is laid over any task, and TASK-BUDGET.yaml over both; together they set that many simulations.</summary>
    [Theory]
    [MemberData(nameof(Budgets))]
    public void ABudgetFitsItsTasks(string file)
    {
        var (task, budget) = Path.GetFileNameWithoutExtension(file).Split('-') switch
        {
            [var name, var number] => (name, number),
            var parts => (null, parts[0]),
        };
        foreach (var below in All.Where(f => Path.GetDirectoryName(f) == "sbi" && (task is null || f == Path.Combine("sbi", task + ".yaml"))))
        {
            var alone = (SbiData)ExperimentFile.Load([Path.Combine(Folder, below)], []).Data;
            string[] layers = [below, Path.Combine("sbi", "budgets", budget + ".yaml"), file];
            var laid = ExperimentFile.Load([.. layers.Distinct().Select(f => Path.Combine(Folder, f))], []);
            Assert.Equal(alone with { Simulations = int.Parse(budget), ValidationFraction = laid.Data.ValidationFraction }, laid.Data);
        }
    }

    /// <summary>After a change to the configuration records: <c>fff config schema --out configs/experiment.schema.json</c>.</summary>
    [Fact]
    public void TheShippedSchemaIsUpToDate() =>
        Assert.Equal(ExperimentSchema.Create().Trim(), File.ReadAllText(Path.Combine(Folder, "experiment.schema.json")).Trim());

    /// <summary>After a change to the sweep's records: <c>fff config schema --sweep --out configs/sweep.schema.json</c>.</summary>
    [Fact]
    public void TheShippedSchemaOfSweepsIsUpToDate() =>
        Assert.Equal(ExperimentSchema.CreateForSweeps().Trim(), File.ReadAllText(Path.Combine(Folder, "sweep.schema.json")).Trim());

    private static bool IsMethod(string file) => Path.GetFileName(Path.GetDirectoryName(file)) == "methods";

    private static bool IsBudget(string file) => Path.GetFileName(Path.GetDirectoryName(file)) == "budgets";
}
