using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;
using FFF.Tests;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>
/// The packages of both libraries: what is in them and, with FFF_TEST_LONG=1, that a project which knows nothing but them fits, samples and
/// evaluates a density, with a woven TorchSharp.
/// </summary>
public sealed class PackageTests
{
    private const string Version = "0.1.0-test";
    private const string Method = "FreeFormFlows";
    private const string Experiments = "FreeFormFlows.Experiments";

    private const string Program = """
        using FFF;
        using FFF.Native;
        using FFF.Training;

        var libtorch = Libtorch.Load();
        var random = new Random(1);
        var data = new double[400, 2];
        for (var row = 0; row < 400; row++)
        {
            (data[row, 0], data[row, 1]) = (random.NextDouble(), 5 + random.NextDouble());
        }

        using var model = DensityModel.Fit(data, null, new ModelOptions { Training = new TrainingConfig { Epochs = 3 } });
        using var samples = model.Sample(7, null, seed: 1);
        Console.WriteLine($"{samples.shape[0]} x {samples.shape[1]}, {double.IsFinite(model.LogProb(data)[0])}, woven {libtorch.KeepsObjects}");
        """;

    [Fact]
    public async Task PackagesHoldReadmeLicenceDocumentationAndSymbols()
    {
        LongRun.Only();
        using var place = new Workplace();
        foreach (var (project, id) in new[] { ("FFF", Method), ("FFF.Experiments", Experiments) })
        {
            await Pack(project, place);
            using var package = ZipFile.OpenRead(place[$"feed/{id}.{Version}.nupkg"]);
            var entries = package.Entries.Select(entry => entry.FullName).ToHashSet();
            Assert.Superset(new HashSet<string> { "README.md", "LICENSE", $"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml" }, entries);
            Assert.DoesNotContain(entries,
                entry => entry.EndsWith("TorchSharp.dll", StringComparison.Ordinal) || entry.EndsWith(".so", StringComparison.Ordinal));
            using var symbols = ZipFile.OpenRead(place[$"feed/{id}.{Version}.snupkg"]);
            Assert.Contains($"lib/net10.0/{id}.pdb", symbols.Entries.Select(entry => entry.FullName));

            var description = XDocument.Load(package.GetEntry($"{id}.nuspec")!.Open()).Root!;
            string? Of(string name) => description.Descendants().FirstOrDefault(element => element.Name.LocalName == name)?.Value;
            Assert.Equal((id, Version, "MIT", "README.md"), (Of("id"), Of("version"), Of("license"), Of("readme")));
            Assert.False(string.IsNullOrWhiteSpace(Of("description")));
            var needs = description.Descendants()
                .Where(element => element.Name.LocalName == "dependency")
                .Select(element => element.Attribute("id")!.Value)
                .ToList();
            Assert.Contains("TorchSharp", needs);
            Assert.DoesNotContain("FFF.Build", needs);
            Assert.Equal(id == Experiments, needs.Contains(Method));
            if (id == Method)
            {
                // The step of the build that users get too.
                HashSet<string> step =
                    ["buildTransitive/FreeFormFlows.targets", "buildTransitive/weaver/FFF.Build.dll", "buildTransitive/weaver/Mono.Cecil.dll"];
                Assert.Superset(step, entries);
            }
        }
    }

    [Theory]
    [InlineData(Method)]
    [InlineData(Experiments)]
    public async Task AProjectOutsideUsesThePackages(string id)
    {
        LongRun.Only();
        using var place = new Workplace();
        await Pack("FFF", place);
        await Pack("FFF.Experiments", place);
        place.Write("nuget.config", $"""<configuration><packageSources><add key="feed" value="{place["feed"]}" /></packageSources></configuration>""");
        place.Write("Consumer/Program.cs", Program + (id == Method ? "" : """

            Console.WriteLine(FFF.Configuration.ExperimentFile.Write(FFF.Configuration.ExperimentFile.Load([args[0]], [])).Length > 100);
            """));
        place.Write("toy.yaml", "name: toy\ndata: { kind: toy, distribution: two_moons }\n");

        // Other packages come from where this machine has them already; those of the feed must not stay there.
        var known = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        place.Write("Consumer/Consumer.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <RestorePackagesPath>{place["packages"]}</RestorePackagesPath>
                <RestoreFallbackFolders>{known}</RestoreFallbackFolders>
                <CreateHardLinksForCopyFilesToOutputDirectoryIfPossible>true</CreateHardLinksForCopyFilesToOutputDirectoryIfPossible>
              </PropertyGroup>
              <ItemGroup><PackageReference Include="{id}" Version="{Version}" /></ItemGroup>
            </Project>
            """);
        await Dotnet(place["Consumer"], "build", "-c", "Release", "-nodeReuse:false");
        var said = await Dotnet(place["Consumer"], Path.Combine("bin", "Release", "net10.0", "Consumer.dll"), place["toy.yaml"]);
        Assert.Equal(id == Method ? ["7 x 2, True, woven True"] : ["7 x 2, True, woven True", "True"], said.Trim().Split('\n', StringSplitOptions.TrimEntries));
    }

    /// <summary>Packs what was built with the tests.</summary>
    private static Task Pack(string project, Workplace place) =>
        Dotnet(place.Path, "pack", Path.Combine(Sources.Root, "src", project), "-c", Sources.BuildKind, "--no-build", "-nodeReuse:false",
            $"-p:PackageVersion={Version}", "-o", place["feed"]);

    private static async Task<string> Dotnet(string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        var text = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, text);
        return text;
    }
}
