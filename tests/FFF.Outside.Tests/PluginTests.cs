using System.Security.Cryptography;
using System.Text.Json;
using FFF.Cli.Tests;
using Xunit;

namespace FFF.Outside.Tests;

/// <summary>This assembly as a plug-in of the program, which does not know it otherwise.</summary>
public sealed class PluginTests
{
    private static readonly string Plugin = typeof(BoxSpace).Assembly.Location;

    /// <summary>What follows the code, and is no part of it: the same assembly as another file.</summary>
    private static readonly byte[] Padding = [0, 0, 0, 0];

    [Fact]
    public void A_plugin_that_an_experiment_names_is_loaded_for_it_and_kept_in_the_manifest()
    {
        using var place = new Workplace();
        CopyPlugin(place, "own/FFF.Outside.Tests.dll");
        place.Write("base.yaml", OutsideExperiment.Text);
        place.Write("own/mine.yaml", "base: ../base.yaml\nplugins: [FFF.Outside.Tests.dll]\nname: mine\n");
        var file = place["own/FFF.Outside.Tests.dll"];
        Done(place.Run("config", "validate", "--config", "own/mine.yaml"));

        var trained = Done(place.Run("train", "--config", "own/mine.yaml", "--json"));
        Assert.Equal(1, JsonDocument.Parse(trained.Out).RootElement.GetProperty("results").GetProperty("outside.inside").GetDouble());
        var note = Assert.Single(
            JsonDocument.Parse(File.ReadAllText(place["runs/mine/v0001/manifest.json"])).RootElement.GetProperty("plugins").EnumerateArray());
        Assert.Equal("FFF.Outside.Tests", note.GetProperty("name").GetString());
        Assert.Equal(file, note.GetProperty("path").GetString());
        Assert.Equal(Digest(file), note.GetProperty("sha256").GetString());
        Assert.DoesNotContain("plugins", File.ReadAllText(place["runs/mine/v0001/config.yaml"]), StringComparison.Ordinal);

        // Reading the run loads nothing by itself; named again, all commands work.
        Refused(place.Run("eval-nll", "--run", "mine"), "the run mine/v0001 needs the plug-in FFF.Outside.Tests, which was not named",
            $"--plugin {file}", Digest(file));
        Refused(place.Run("sample", "--run", "mine", "-n", "5"), "--plugin");
        Done(place.Run("eval-nll", "--run", "mine", "--plugin", file));
        Assert.Contains("of 40 samples", Done(place.Run("--plugin=own/FFF.Outside.Tests.dll", "eval-outside-inside", "--run", "mine", "--draws", "40")).Out,
            StringComparison.Ordinal);
        Done(place.Run("report", "mine", "--out", "report.html"));
        Assert.Contains("outside.inside", File.ReadAllText(place["report.html"]), StringComparison.Ordinal);

        // Another file of that name is not what the run was made with.
        File.AppendAllBytes(file, Padding);
        Refused(place.Run("eval-nll", "--run", "mine", "--plugin", file), "was made with another plug-in FFF.Outside.Tests", Digest(file), Digest(Plugin));
    }

    /// <summary>Particles that a plug-in's energy weighs, which tells no forces.</summary>
    [Fact]
    public void Particles_are_weighed_by_an_energy_of_a_plugin()
    {
        using var place = new Workplace();
        Done(place.Run("data", "generate", "dw4", "--count", "200", "--accept-poor-mixing", "--out", "x.npy"));
        place.Write("spring.yaml", """
            name: spring
            data: { kind: particles, path: x.npy, energy: { kind: outside-spring, stiffness: 2, temperature: 4 } }
            method: { flow: { network: { kind: egnn, blocks: 1, sublayers: 1, width: 8 } } }
            training: { epochs: 1, batch_size: 40, threads: 1 }
            """);
        Done(place.Run("train", "--config", "spring.yaml", "--plugin", Plugin));
        var result = JsonDocument.Parse(Done(place.Run("eval-boltzmann", "--run", "spring", "--plugin", Plugin, "--samples", "100", "--json")).Out).RootElement;
        Assert.Equal("spring-0.5", result.GetProperty("system").GetString());
        Assert.True(result.GetProperty("weights").GetProperty("effective_share").GetDouble() > 0);
        Assert.Equal(JsonValueKind.Null, result.GetProperty("limit").ValueKind);
    }

    [Fact]
    public void A_run_is_resumed_where_its_plugin_is_named_again()
    {
        using var place = new Workplace();
        place.Write("outside.yaml", OutsideExperiment.Text);
        string[] train = ["train", "--config", "outside.yaml", "training.epochs=2"];
        Refused(place.Run(train), "data.kind", "outside-bridge");
        Done(place.Run([.. train, "--plugin", Plugin]));

        // As a run that was ended by force before its end.
        var manifest = place["runs/outside/v0001/manifest.json"];
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"finished\"", "\"running\"", StringComparison.Ordinal));
        Refused(place.Run("train", "--resume", "outside"), "needs the plug-in FFF.Outside.Tests", $"--plugin {Plugin}", Digest(Plugin));
        Assert.Equal("runs/outside/v0001", Done(place.Run("train", "--resume", "outside", "--plugin", Plugin)).LastLine);
        Assert.Contains("\"finished\"", File.ReadAllText(manifest), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_runs_configuration_says_loads_nothing()
    {
        using var place = new Workplace();
        place.Write("runs/a/v0001/manifest.json", "{}");
        place.Write("runs/a/v0001/config.yaml", $"plugins: '{Plugin}'\n{OutsideExperiment.Text}\n");
        Refused(place.Run("config", "validate", "--config", "runs/a/v0001/config.yaml"),
            "runs/a/v0001/config.yaml:1:10: plugins: a run's configuration loads no plug-in", $"--plugin {Plugin}");
        Refused(place.Run("eval-nll", "--run", "runs/a/v0001"), "a run's configuration loads no plug-in");
    }

    [Fact]
    public void A_file_that_is_no_plugin_is_refused()
    {
        using var place = new Workplace();
        place.Write("text.dll", "no assembly");
        Refused(place.Run("config", "list", "--plugin", "none.dll"), "The plug-in cannot be read", "none.dll", "there is no such file");
        Refused(place.Run("config", "list", "--plugin", place.Path), "is a folder");
        Refused(place.Run("config", "list", "--plugin", "text.dll"), "text.dll' is no .NET assembly");
        var empty = Path.Combine(AppContext.BaseDirectory, "fff.dll");
        Refused(place.Run("config", "list", "--plugin", empty), "registers no kinds", "[assembly: Kind<DataConfig, MyData>(\"mine\")]");

        place.Write("mine.yaml", $"plugins: [none.dll, text.dll, 3: 4]\n{OutsideExperiment.Text}\n");
        Refused(place.Run("config", "validate", "--config", "mine.yaml"), "mine.yaml:1:11: plugins: The plug-in cannot be read",
            "mine.yaml:1:21: plugins: The plug-in", "plugins: expected the path of a file");
        Refused(place.Run("config", "validate", "--config", "mine.yaml", "plugins=x.dll"), "name plug-ins with --plugin");

        // What it depends on lies in its folder, or it is refused.
        Directory.CreateDirectory(place["alone"]);
        File.Copy(Plugin, place["alone/FFF.Outside.Tests.dll"]);
        Refused(place.Run("config", "list", "--plugin", "alone/FFF.Outside.Tests.dll"), "cannot be loaded", "xunit",
            "What it depends on must lie in its folder");

        CopyPlugin(place, "other/FFF.Outside.Tests.dll");
        File.AppendAllBytes(place["other/FFF.Outside.Tests.dll"], Padding);
        Done(place.Run("config", "list", "--plugin", Plugin, "--plugin", Plugin));
        Refused(place.Run("config", "list", "--plugin", Plugin, "--plugin", "other/FFF.Outside.Tests.dll"), "of the same name is loaded already");
    }

    private static Outcome Done(Outcome outcome)
    {
        Assert.True(outcome.Code == 0, outcome.Error);
        return outcome;
    }

    private static void Refused(Outcome outcome, params string[] words)
    {
        Assert.True(outcome.Code == 2, $"{outcome.Code}: {outcome.Error}");
        Assert.All(words, word => Assert.Contains(word, outcome.Error, StringComparison.Ordinal));
    }

    private static string Digest(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));

    /// <summary>Copies this assembly and what only it depends on, the test framework.</summary>
    private static void CopyPlugin(Workplace place, string name)
    {
        var folder = Path.GetDirectoryName(place[name])!;
        Directory.CreateDirectory(folder);
        foreach (var pattern in (string[])["FFF.Outside.Tests.*", "xunit*.dll", "Microsoft.*.dll"])
        {
            foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, pattern))
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            }
        }
    }
}
