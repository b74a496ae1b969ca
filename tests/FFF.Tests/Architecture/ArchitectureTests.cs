using FFF.Configuration;
using FFF.Errors;
using Xunit;

namespace FFF.Tests.Architecture;

/// <summary>Which parts may use which.</summary>
public sealed class ArchitectureTests
{
    private const string Write = "FFF_TEST_WRITE";

    [Fact]
    public void TheMethodNeedsTorchSharpAlone() => Assert.Equal(
        ["TorchSharp"], typeof(DensityModel).Assembly.GetReferencedAssemblies()
            .Select(name => name.Name!)
            .Where(name => !name.StartsWith("System.", StringComparison.Ordinal)));

    [Fact]
    public void TheLibrariesKnowNothingOfTheProgram() => Assert.DoesNotContain(
        typeof(Experiment).Assembly.GetReferencedAssemblies(), name => name.Name is "fff" or "Spectre.Console" or "System.CommandLine");

    /// <summary>So that one clause catches whatever cannot be done.</summary>
    [Fact]
    public void AllExceptionsOfTheLibrariesHaveOneBase() => Assert.All(
        new[] { typeof(DensityModel).Assembly, typeof(Experiment).Assembly }.SelectMany(library => library.GetTypes())
            .Where(type => type.IsAssignableTo(typeof(Exception))),
        type => Assert.True(type.IsAssignableTo(typeof(FreeFormFlowException)), type.FullName));

    [Fact]
    public void FoldersOfTheMethodUseEachOtherOneWayOnly()
    {
        var graph = FolderGraph.Of(typeof(DensityModel).Assembly.Location);
        RequireOneWay(graph);
        Assert.Contains("Kernels", graph.Uses["Networks"]);
        Assert.Equal(["Native"], graph.Uses["Kernels"]);
    }

    [Fact]
    public void FoldersOfExperimentsUseEachOtherOneWayOnly()
    {
        var graph = FolderGraph.Of(typeof(Experiment).Assembly.Location);
        RequireOneWay(graph);
        Assert.Contains("Configuration", graph.Uses["Runs"]);
        Assert.Empty(graph.Uses["Formats"]);
    }

    private static void RequireOneWay(FolderGraph graph)
    {
        var cycle = graph.Cycle();
        Assert.True(cycle.Count == 0,
            string.Join('\n', cycle.Select(folder => $"{folder} uses {string.Join(", ", graph.Uses[folder].Where(cycle.Contains))}")));
    }

    /// <summary>A graph with a cycle is one where the test above fails.</summary>
    [Fact]
    public void ACycleIsFound() => Assert.Equal(["A", "B"], new FolderGraph(new Dictionary<string, IReadOnlySet<string>>
    {
        ["A"] = new HashSet<string> { "B", "C" },
        ["B"] = new HashSet<string> { "A" },
        ["C"] = new HashSet<string>(),
    }).Cycle());

    /// <summary>FFF_TEST_WRITE=1 writes the picture.</summary>
    [Fact]
    public void ThePictureInTheDocumentationIsThatOfTheLibraries()
    {
        var root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "FFF.Cli.sln")))
        {
            root = Path.GetDirectoryName(root);
        }

        Assert.SkipWhen(root is null, "The tests run away from the sources.");
        var (file, picture) = (Path.Combine(root!, "docs", "architecture.svg"), FolderPicture.Of(
            ("FreeFormFlows.Experiments", FolderGraph.Of(typeof(Experiment).Assembly.Location)),
            ("FreeFormFlows", FolderGraph.Of(typeof(DensityModel).Assembly.Location))));
        if (Environment.GetEnvironmentVariable(Write) == "1")
        {
            File.WriteAllText(file, picture);
        }

        Assert.True(File.Exists(file) && File.ReadAllText(file) == picture,
            $"docs/architecture.svg is not the picture of the libraries: run this test with {Write}=1, look at it, and commit it.");
    }
}
