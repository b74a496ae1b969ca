using System.Globalization;
using System.Text.Json;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>A run knows its data files: what changed is told and not taken without being asked.</summary>
public sealed class ChangedDataTests : IDisposable
{
    private const string Config = """
        name: mine
        data: { kind: table, path: data.csv }
        method: { flow: { network: { kind: dense, widths: [8] } } }
        training: { epochs: 2, batch_size: 32, threads: 1, device: cpu }
        evaluate: [nll]
        """;

    private readonly Workplace _place = new();

    public ChangedDataTests()
    {
        _place.Write("mine.yaml", Config);
        _place.Write("data.csv", "a,b\n" + Rows(200, 0));
        var outcome = _place.Run("train", "--config", "mine.yaml");
        Assert.True(outcome.Code == 0, outcome.Error);
    }

    public void Dispose() => _place.Dispose();

    [Fact]
    public void TheManifestNotesTheFilesRowsAndColumns()
    {
        var data = Manifest().GetProperty("data");
        var file = Assert.Single(data.GetProperty("files").EnumerateArray());
        Assert.Equal(_place["data.csv"], file.GetProperty("path").GetString());
        Assert.Equal(new FileInfo(_place["data.csv"]).Length, file.GetProperty("bytes").GetInt64());
        Assert.Equal(64, file.GetProperty("sha256").GetString()!.Length);
        Assert.Equal((200, 2), (data.GetProperty("rows").GetInt64(), data.GetProperty("columns").GetInt64()));
    }

    [Fact]
    public void AnEvaluationOnAFileThatGrewIsRefusedAndAcceptedBesideTheRunsOwn()
    {
        var (results, own) = (Manifest().GetProperty("results").GetRawText(), File.ReadAllText(_place["runs/mine/v0001/eval/nll.json"]));
        File.AppendAllText(_place["data.csv"], Rows(50, 10));
        var refused = _place.Run("eval-nll", "--run", "mine");
        Assert.Equal(2, refused.Code);
        foreach (var words in (string[])["data.csv is not what mine/v0001 was begun with", "then 200 rows of 2 numbers", "now 250 rows", "SHA-256 then",
            "--accept-changed-data"])
        {
            Assert.Contains(words, refused.Error, StringComparison.Ordinal);
        }

        var accepted = _place.Run("eval-nll", "--run", "mine", "--accept-changed-data", "--json");
        Assert.True(accepted.Code == 0, accepted.Error);
        Assert.Contains("the 50 after them are left out", accepted.Error, StringComparison.Ordinal);

        // The rows that there were are split as they were.
        Assert.Equal(own, accepted.Out);
        Assert.Equal(own, File.ReadAllText(_place["runs/mine/v0001/eval/nll.json"]));
        Assert.Single(Directory.GetFiles(_place["runs/mine/v0001/eval"], "nll.changed-data-*.json"));
        Assert.Equal(results, Manifest().GetProperty("results").GetRawText());
        var note = Assert.Single(Manifest().GetProperty("accepted_data").EnumerateArray());
        Assert.Equal(("eval-nll", 250), (note.GetProperty("by").GetString(), note.GetProperty("data").GetProperty("rows").GetInt64()));
        Assert.Contains("accepted for eval-nll", _place.Run("runs", "show", "mine").Out, StringComparison.Ordinal);

        Assert.Equal(0, _place.Run("report", "mine", "--out", "report.html").Code);
        var report = File.ReadAllText(_place["report.html"]);
        Assert.Contains("has changed since mine/v0001 was begun", report, StringComparison.Ordinal);
        Assert.Contains("accepted for eval-nll", report, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatLostRowsCannotBeAccepted()
    {
        File.WriteAllText(_place["data.csv"], "a,b\n" + Rows(150, 0));
        var outcome = _place.Run("eval-nll", "--run", "mine", "--accept-changed-data");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("now 150 rows", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("split cannot be made", outcome.Error, StringComparison.Ordinal);
        Assert.False(Manifest().TryGetProperty("accepted_data", out _));
    }

    /// <summary>A run whose configuration names no columns still knows those that it learnt.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ColumnsInAnotherOrderAreTakenByTheirNames(bool isOfAnEarlierVersion)
    {
        if (isOfAnEarlierVersion)
        {
            var path = _place["runs/mine/v0001/manifest.json"];
            var manifest = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(path))!.AsObject();
            Assert.True(manifest["data"]!.AsObject().Remove("names"));
            File.WriteAllText(path, manifest.ToJsonString());
        }

        var own = File.ReadAllText(_place["runs/mine/v0001/eval/nll.json"]);
        Rewrite("b,a", cells => $"{cells[1]},{cells[0]}");
        var evaluated = _place.Run("eval-nll", "--run", "mine", "--accept-changed-data", "--json");
        Assert.True(evaluated.Code == 0, evaluated.Error);
        Assert.Equal(own, evaluated.Out);
        var resumed = _place.Run("train", "--resume", "mine", "training.epochs=3", "--accept-changed-data");
        Assert.True(resumed.Code == 0, resumed.Error);
    }

    [Theory]
    [InlineData("a,c")]
    [InlineData("b,c")]
    public void ColumnsOfOtherNamesCannotBeAccepted(string header)
    {
        Rewrite(header, cells => string.Join(',', cells));
        foreach (var words in (string[][])[["eval-nll", "--run", "mine"], ["train", "--resume", "mine", "training.epochs=3"]])
        {
            var outcome = _place.Run([.. words, "--accept-changed-data"]);
            Assert.Equal(2, outcome.Code);
            Assert.Contains("were 'a', 'b', and are now", outcome.Error, StringComparison.Ordinal);
        }

        Assert.False(Manifest().TryGetProperty("accepted_data", out _));
    }

    /// <summary>What is learnt by heart looks good on rows that were trained on.</summary>
    [Fact]
    public void RowsInTrainingAndTestAreToldAndMakeResultsDoubtful()
    {
        Assert.False(Manifest().GetProperty("data").TryGetProperty("repeated", out _));
        _place.Write("data.csv", "a,b\n" + Rows(100, 0) + Rows(100, 0));
        var outcome = _place.Run("train", "--config", "mine.yaml", "--name", "twice");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Matches(@"[0-9]+ of 20 test rows \([0-9.]+ %\) and [0-9]+ of 20 validation rows \([0-9.]+ %\) are in the training data, too", outcome.Error);
        Assert.Contains("of 20 test rows", File.ReadAllText(_place["runs/twice/v0001/log.txt"]), StringComparison.Ordinal);

        var manifest = JsonDocument.Parse(File.ReadAllText(_place["runs/twice/v0001/manifest.json"])).RootElement;
        var repeated = manifest.GetProperty("data").GetProperty("repeated");
        Assert.InRange(repeated.GetProperty("test").GetProperty("repeated").GetInt64(), 10, 20);
        Assert.Equal(20, repeated.GetProperty("validation").GetProperty("rows").GetInt64());
        foreach (var (doubts, split) in new[] { ("nll", "test"), ("validation", "validation") })
        {
            Assert.Contains(manifest.GetProperty("doubts").GetProperty(doubts).EnumerateArray(),
                doubt => doubt.GetString()!.Contains($"of 20 {split} rows", StringComparison.Ordinal));
        }

        var list = _place.Run("runs", "list", "--name", "twice", "--metric", "nll", "--metric", "val_nll").Out;
        Assert.Equal(3, list.Count(letter => letter == '?'));
        Assert.Contains("in the training data, too", _place.Run("eval-nll", "--run", "twice").Error, StringComparison.Ordinal);
    }

    /// <summary>The content counts, not the time or the place.</summary>
    [Fact]
    public void AFileOfTheSameContentIsTheSame()
    {
        var text = File.ReadAllText(_place["data.csv"]);
        File.Delete(_place["data.csv"]);
        _place.Write("data.csv", text);
        Assert.Equal(0, _place.Run("eval-nll", "--run", "mine").Code);
    }

    [Fact]
    public void ARunOfAnEarlierVersionIsEvaluatedWithANote()
    {
        var path = _place["runs/mine/v0001/manifest.json"];
        var manifest = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        manifest.Remove("data");
        File.WriteAllText(path, manifest.ToJsonString());
        var outcome = _place.Run("eval-nll", "--run", "mine");
        Assert.Equal(0, outcome.Code);
        Assert.Contains("begun by an earlier version, which did not note", outcome.Error, StringComparison.Ordinal);
    }

    /// <summary>A part of an evaluation is kept beside the run's own, whatever the evaluation and whatever is drawn.</summary>
    [Fact]
    public void LessThanTheRunsOwnEvaluationDoesNotTakeItsPlace()
    {
        var results = Manifest().GetProperty("results").GetRawText();
        var part = _place.Run("eval-nll", "--run", "mine", "--samples", "2");
        Assert.Equal(0, part.Code);
        Assert.Contains("less than the run's own evaluation", part.Error, StringComparison.Ordinal);
        Assert.Equal(results, Manifest().GetProperty("results").GetRawText());
        Assert.True(File.Exists(_place["runs/mine/v0001/eval/nll.samples-2.json"]));

        // All that were held out, and more, is all.
        Assert.Equal(0, _place.Run("eval-nll", "--run", "mine", "--samples", "1000").Code);
        Assert.False(File.Exists(_place["runs/mine/v0001/eval/nll.samples-1000.json"]));
    }

    /// <summary>A checkpoint of another run may be called best, too.</summary>
    [Fact]
    public void ACheckpointFromElsewhereIsToldApart()
    {
        Directory.CreateDirectory(_place["elsewhere"]);
        File.Copy(_place["runs/mine/v0001/checkpoints/last.safetensors"], _place["elsewhere/best.safetensors"]);
        Assert.Equal(0, _place.Run("sample", "--run", "mine", "-n", "5").Code);
        Assert.Equal(0, _place.Run("sample", "--run", "mine", "-n", "5", "--checkpoint", "elsewhere/best.safetensors").Code);
        Assert.Equal(2, Directory.GetFiles(_place["runs/mine/v0001/samples"]).Length);
    }

    private void Rewrite(string header, Func<string[], string> row) => File.WriteAllLines(
        _place["data.csv"], File.ReadAllLines(_place["data.csv"]).Skip(1).Select(line => row(line.Split(','))).Prepend(header));

    private JsonElement Manifest() => JsonDocument.Parse(File.ReadAllText(_place["runs/mine/v0001/manifest.json"])).RootElement;

    private static string Rows(int count, double offset)
    {
        var random = new Random(1);
        return string.Concat(
            Enumerable.Range(0, count).Select(_ => string.Create(CultureInfo.InvariantCulture, $"{random.NextDouble() + offset},{random.NextDouble()}\n")));
    }
}
