using System.Text.Json.Nodes;
using FFF.Formats;
using FFF.Runs;
using FFF.Tests.Formats;
using Xunit;

namespace FFF.Tests.Runs;

public sealed class ManifestTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The manifest of a run that never ran.</summary>
    internal static Manifest Example(string name = "moons", string version = "v0001", DateTimeOffset? started = null) => new()
    {
        Name = name,
        Version = version,
        Started = started ?? new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        CommandLine = ["train", "--config", "a b.yaml"],
        Seed = 7,
        Device = "cpu",
        Threads = 2,
        ProgramVersion = "0.1.0",
        TorchSharpVersion = "0.107.0",
        LibtorchVersion = "2.10.0",
        DotnetVersion = "10.0.0",
        OperatingSystem = "Linux",
    };

    private static JsonObject ExampleJson(TemporaryFolder folder)
    {
        Example().Write(folder["example.json"]);
        return JsonNode.Parse(File.ReadAllText(folder["example.json"]))!.AsObject();
    }

    private string Fails(string json)
    {
        var path = _folder.WithText("bad.json", json);
        var message = Assert.Throws<FileReadException>(() => Manifest.Read(path)).Message;
        Assert.StartsWith($"{path}: is no manifest: ", message);
        return message;
    }

    /// <summary>What one process writes is not undone by another that read the manifest before.</summary>
    [Fact]
    public void ChangesAtTheSameTimeAreAllKept()
    {
        const int Each = 25;
        var path = _folder["manifest.json"];
        Example().Write(path);
        Together.Run(4, party =>
        {
            for (var i = 0; i < Each; i++)
            {
                Manifest.Change(path, manifest => manifest with { Results = new Dictionary<string, double>(manifest.Results) { [$"{party}.{i}"] = i } });
            }
        });
        Assert.Equal(4 * Each, Manifest.Read(path).Results.Count);
    }

    [Fact]
    public void ReadsBackWhatItWrote()
    {
        var manifest = Example().End(RunStatus.Failed, "the loss is NaN") with
        {
            Commit = new string('a', 40),
            Epoch = 3,
            Step = 1L << 40,
            SkippedSteps = 4,
            Spikes = 2,
            Returns = 1,
            Results = new Dictionary<string, double> { ["c2st.mean"] = 0.1 + 0.2, ["nll"] = double.NaN },
        };

        manifest.Write(_folder["manifest.json"]);
        var read = Manifest.Read(_folder["manifest.json"]);

        Assert.Equivalent(manifest, read, strict: true);
        Assert.Equal(["manifest.json"], _folder.Files());
    }

    [Fact]
    public void KeepsItsKeysForOtherPrograms()
    {
        (Example() with { Results = new Dictionary<string, double> { ["c2st.mean"] = 0.5 } }).Write(_folder["manifest.json"]);

        var json = JsonNode.Parse(File.ReadAllText(_folder["manifest.json"]))!.AsObject();

        Assert.Equal("running", (string?)json["status"]);
        Assert.Equal("2026-01-02T03:04:05+00:00", (string?)json["started"]);
        Assert.Equal(0.5, (double?)json["results"]!["c2st.mean"]);
        Assert.Equal(
            ["name", "version", "status", "message", "started", "ended", "paused_seconds", "command_line", "seed", "device", "device_asked", "threads",
                "program_version", "torch_sharp_version",
                "libtorch_version", "dotnet_version", "operating_system", "commit", "trial", "epoch", "step", "skipped_steps", "spikes",
                "returns", "results", "doubts"],
            json.Select(property => property.Key));
    }

    [Fact]
    public void ToleratesKeysOfTheFuture()
    {
        var json = ExampleJson(_folder);
        json["energy_joule"] = new JsonObject { ["gpu"] = 5 };

        Assert.Equal("moons", Manifest.Read(_folder.WithText("new.json", json.ToJsonString())).Name);
    }

    [Fact]
    public void WithoutResultsThereAreNone()
    {
        var json = ExampleJson(_folder);
        Assert.True(json.Remove("results"));
        Assert.Empty(Manifest.Read(_folder.WithText("old.json", json.ToJsonString())).Results);
    }

    [Fact]
    public void NamesWhatIsMissingOrOfTheWrongType()
    {
        var json = ExampleJson(_folder);
        json.Remove("seed");
        Assert.Contains("'seed'", Fails(json.ToJsonString()));

        json = ExampleJson(_folder);
        json["threads"] = "two";
        Assert.Contains("$.threads", Fails(json.ToJsonString()));

        json = ExampleJson(_folder);
        json["status"] = "sleeping";
        Assert.Contains("$.status", Fails(json.ToJsonString()));

        json = ExampleJson(_folder);
        json["name"] = null;
        Assert.Contains("name", Fails(json.ToJsonString()));
    }

    [Fact]
    public void RefusesEveryTruncationAndOtherFiles()
    {
        var whole = ExampleJson(_folder).ToJsonString();
        for (var length = 0; length < whole.Length; length++)
        {
            Fails(whole[..length]);
        }

        Fails("[]");
        Fails("null");
        Assert.Contains("no such file", Assert.Throws<FileReadException>(() => Manifest.Read(_folder["missing.json"])).Message);
    }

    [Fact]
    public void StartsWithThisSystem()
    {
        var run = RunFolder.Create(_folder.Path, "moons");

        var manifest = Manifest.Start(run, "2.10.0", "cpu", 2, 7, ["train"]);

        Assert.Equal(("moons", "v0001", RunStatus.Running), (manifest.Name, manifest.Version, manifest.Status));
        Assert.Equal(Environment.Version.ToString(), manifest.DotnetVersion);
        Assert.Equal("0.107.0", manifest.TorchSharpVersion);
        Assert.Matches(@"^\d+\.\d+\.\d+$", manifest.ProgramVersion);
        Assert.InRange(DateTimeOffset.UtcNow - manifest.Started, TimeSpan.Zero, TimeSpan.FromMinutes(10));
    }
}
