using System.Text;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Input that cannot be used: a message that says what, where and what to do, and no half-written run.</summary>
public sealed class BadInputTests(TrainedRuns trained)
{
    private const string Table = """
        name: mine
        data: { kind: table, path: data.csv }
        method: { flow: { network: { kind: dense, widths: [8] } } }
        training: { epochs: 1, batch_size: 4, threads: 1 }
        """;

    [Fact]
    public void AllProblemsOfAConfigurationAreToldAtOnce()
    {
        using var place = new Workplace();
        place.Write("bad.yaml", Configs.Toy.Replace("epochs: 2", "epohcs: many, batch_size: big", StringComparison.Ordinal).Replace("batch_size: 64, ", "",
            StringComparison.Ordinal));
        var outcome = place.Run("train", "--config", "bad.yaml", "objective.betaa=3");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("bad.yaml:4:13: training.epohcs: unknown key 'epohcs'; did you mean 'epochs'?", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("bad.yaml:4:39: training.batch_size: expected a whole number", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("override 'objective.betaa=3'", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(["bad.yaml"], place.Entries());
    }

    [Theory]
    [InlineData("a,b\n1,2\n3,NaN\n", "line 3, column 'b': 'NaN' is no finite number")]
    [InlineData("a,b\n1,2\n3,four\n", "line 3, column 'b': 'four' is no finite number")]
    [InlineData("a,b\n1,2\n", "1 row")]
    [InlineData("a,b\n1,2\n3\n", "line 3: has 1 cell,")]
    [InlineData("a,b\n", "no rows")]
    public void ATableThatCannotBeUsed(string text, string message)
    {
        using var place = new Workplace();
        place.Write("data.csv", text);
        place.Write("table.yaml", Table);
        UsageTests.Refused(place, message, "train", "--config", "table.yaml");
        UsageTests.Refused(place, message, "train", "--config", "table.yaml", "--dry-run");
    }

    [Fact]
    public void AMissingTableOrConfiguration()
    {
        using var place = new Workplace();
        place.Write("table.yaml", Table);
        UsageTests.Refused(place, "data.csv: there is no such file", "train", "--config", "table.yaml");
        UsageTests.Refused(place, "none.yaml: the file does not exist", "train", "--config", "none.yaml");
    }

    [Fact]
    public void MoreHutchinsonVectorsThanDimensions()
    {
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        UsageTests.Refused(place, "objective.hutchinson_samples: expected at most 2", "train", "--config", "toy.yaml", "objective.hutchinson_samples=3");
    }

    [Fact]
    public void ADeviceOrANameThatIsNotThere()
    {
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        UsageTests.Refused(place, "'latest' cannot name a run", "train", "--config", "toy.yaml", "--name", "latest");
        UsageTests.Refused(place, "training.device: expected auto, cpu, cuda or cuda:N", "train", "--config", "toy.yaml", "--device", "gpu");
        UsageTests.Refused(place, "--device: expected auto, cpu, cuda or cuda:N, found 'gpu'", "sample", "--run", "none", "-n", "1", "--device", "gpu");
    }

    [Fact]
    public void NamesThatWindowsKeepsForDevices()
    {
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        place.Write("sweep.yaml", "name: nul\nconfigs: [toy.yaml]\nsearch: {kind: grid, keys: {objective.beta: [1, 2]}}\n");
        UsageTests.Refused(place, "'con' cannot name a run: Windows keeps the name 'con' for a device", "train", "--config", "toy.yaml", "--name", "con");
        UsageTests.Refused(place, "'nul' cannot name a run", "sweep", "--config", "sweep.yaml");
        UsageTests.Refused(place, "aux.json: Windows keeps the name 'aux' for a device", "config", "schema", "--out", "aux.json");
    }

    [Fact]
    public void ARunFolderThatCannotBeWritten()
    {
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        place.Write("file", "not a folder");
        UsageTests.Refused(place, "cannot be written", "train", "--config", "toy.yaml", "--runs", "file");
    }

    [Fact]
    public void ACheckpointThatIsTruncatedForeignOrOfAnotherNetwork()
    {
        using var place = trained.Copy();
        var best = place["runs/moons/v0001/checkpoints/best.safetensors"];
        var whole = File.ReadAllBytes(best);

        File.WriteAllBytes(best, whole[..(whole.Length / 2)]);
        UsageTests.Refused(place, "best.safetensors", "sample", "--run", "moons", "-n", "5");
        UsageTests.Refused(place, "best.safetensors", "eval-nll", "--run", "moons");

        File.WriteAllBytes(best, Foreign());
        UsageTests.Refused(place, "is no checkpoint of this program", "sample", "--run", "moons", "-n", "5");

        UsageTests.Refused(place, "The checkpoint does not fit the configuration", "sample", "--run", "moons", "-n", "5", "--checkpoint",
            "runs/posterior/v0001/checkpoints/best.safetensors");
        UsageTests.Refused(place, "none.safetensors: there is no such file", "sample", "--run", "moons", "-n", "5", "--checkpoint", "none.safetensors");
    }

    [Fact]
    public void ARunThatCannotBeResumed()
    {
        using var place = trained.Copy();
        UsageTests.Refused(place, "has finished", "train", "--resume", "moons");

        var manifest = place["runs/moons/v0001/manifest.json"];
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"finished\"", "\"interrupted\"", StringComparison.Ordinal));
        foreach (var last in new[] { "last", "last.previous" }.Select(name => place[$"runs/moons/v0001/checkpoints/{name}.safetensors"]))
        {
            File.WriteAllBytes(last, File.ReadAllBytes(last)[..100]);
        }

        UsageTests.Refused(place, "last.safetensors", "train", "--resume", "moons");

        File.WriteAllText(manifest, "{}");
        UsageTests.Refused(place, "is no manifest", "runs", "show", "moons");
        Assert.Contains("unreadable", place.Run("runs", "list").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void AConditionThatDoesNotFit()
    {
        using var place = trained.Copy();
        place.Write("rows.csv", "data_2,data_1\n0.1,0.2\n0.3,0.4\n");
        place.Write("other.csv", "a,data_1\n0.1,0.2\n");
        UsageTests.Refused(place, "lacks 'data_2' and has 'a', which is none of them", "sample", "--run", "posterior", "-n", "5", "--condition", "other.csv");
        UsageTests.Refused(place, "lacks 'data_2' and has 'b'", "sample", "--run", "posterior", "-n", "5", "--condition", "data_1=0.1,b=0.2");
        UsageTests.Refused(place, "'data_1' is given 2 times", "sample", "--run", "posterior", "-n", "5", "--condition", "data_1=0.1,data_1=0.2");
        UsageTests.Refused(place, "This flow has no condition", "sample", "--run", "moons", "-n", "5", "--condition", "1,2");
        UsageTests.Refused(place, "it has no observations", "sample", "--run", "moons", "-n", "5", "--observation", "1");
        UsageTests.Refused(place, "no reference posteriors", "eval-c2st", "--run", "moons");
        UsageTests.Refused(place, "The condition has 1 numbers", "sample", "--run", "posterior", "-n", "5", "--condition", "1");
        UsageTests.Refused(place, "found 'a,b'", "sample", "--run", "posterior", "-n", "5", "--condition", "a,b");
    }

    [Fact]
    public void FilesOfDifferentQuantitiesAreNoPair()
    {
        using var place = new Workplace();
        place.Write("a.csv", "x,y\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"{i},{i * i}\n")));
        place.Write("b.csv", "x\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"{i}\n")));
        UsageTests.Refused(place, "has 'y', which is none of them", "eval-c2st", "--samples", "a.csv", "--reference", "b.csv");
    }

    [Fact]
    public void ALossThatDoesNotBecomeFiniteAgain()
    {
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        var outcome = place.Run(
            "train", "--config", "toy.yaml", "training.optimizer.learning_rate=1000", "training.schedule=constant",
            "training.guard={max_skipped: 2, max_returns: 1}", "training.epochs=200", "flow.network.widths=[64, 64]", "flow.network.activation=relu");
        Assert.True(outcome.Code == 1, outcome.Error);
        Assert.Contains("the loss is still not finite after 1 returns", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("runs/moons/v0001", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("failed", place.Run("runs", "list").Out, StringComparison.Ordinal);
    }

    /// <summary>A valid file of the same format that another program wrote.</summary>
    private static byte[] Foreign()
    {
        var header = Encoding.UTF8.GetBytes("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""");
        return [.. BitConverter.GetBytes((long)header.Length), .. header, 0, 0, 128, 63];
    }
}
