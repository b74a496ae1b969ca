using System.Text.Json;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Training from the command line, and what it leaves behind.</summary>
public sealed class TrainingTests(TrainedRuns trained)
{
    [Fact]
    public void ResultsGoToStdoutAndProgressToStderrWithoutControlCharacters()
    {
        var outcome = trained.Toy;
        Assert.Contains("NLL", outcome.Out, StringComparison.Ordinal);
        Assert.Equal("runs/moons/v0001", outcome.LastLine);
        Assert.DoesNotContain("Epoch", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("Epoch 2: validation NLL", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain((outcome.Out + outcome.Error).ToCharArray(), c => char.IsControl(c) && c != '\n');
        Assert.DoesNotContain(outcome.Out.Split('\n'), line => line.EndsWith(' '));
    }

    [Fact]
    public void TheResultAsJSONIsAllOfStdout()
    {
        var result = JsonDocument.Parse(trained.Sbi.Out).RootElement;
        Assert.Equal("posterior/v0001", result.GetProperty("run").GetString());
        Assert.Equal("finished", result.GetProperty("status").GetString());
        Assert.Equal(5, result.GetProperty("epoch").GetInt32());
        Assert.Equal(JsonValueKind.Object, result.GetProperty("results").ValueKind);
    }

    [Fact]
    public void ARunFolderIsWhole()
    {
        using var place = trained.Copy();
        string[] files = ["config.yaml", "manifest.json", "metrics.csv", "log.txt", "log.clef", "checkpoints/last.safetensors", "checkpoints/best.safetensors",
            "eval/nll.json", "plots/curves.png"];
        Assert.All(files, file => Assert.True(File.Exists(place[$"runs/moons/v0001/{file}"]), file));
        Assert.DoesNotContain(place.Entries(), entry => entry.EndsWith(".tmp", StringComparison.Ordinal) || entry.EndsWith(".lock", StringComparison.Ordinal));

        var manifest = JsonDocument.Parse(File.ReadAllText(place["runs/moons/v0001/manifest.json"])).RootElement;
        var nll = JsonDocument.Parse(File.ReadAllText(place["runs/moons/v0001/eval/nll.json"])).RootElement;
        Assert.Equal("finished", manifest.GetProperty("status").GetString());
        Assert.Equal(["train", "--config", "toy.yaml"], manifest.GetProperty("command_line").EnumerateArray().Select(word => word.GetString()));
        Assert.Equal(nll.GetProperty("nll").GetDouble(), manifest.GetProperty("results").GetProperty("nll").GetDouble());
    }

    [Fact]
    public void ARunIsShown()
    {
        using var place = trained.Copy();
        var shown = place.Run("runs", "show", "moons").Out;
        Assert.All(["moons/v0001", "finished", "val_nll", "checkpoints/best.safetensors", "distribution: two_moons", "nll.reconstruction"],
            text => Assert.Contains(text, shown, StringComparison.Ordinal));

        var details = JsonDocument.Parse(place.Run("runs", "show", "moons", "--json").Out).RootElement;
        Assert.Equal("moons/v0001", details.GetProperty("run").GetString());
        Assert.Equal(2, details.GetProperty("metrics").GetProperty("epoch").GetDouble());
        Assert.Equal("finished", details.GetProperty("manifest").GetProperty("status").GetString());

        var list = JsonDocument.Parse(place.Run("runs", "list", "--json").Out).RootElement;
        Assert.Equal(["moons/v0001", "posterior/v0001"], list.EnumerateArray().Select(run => run.GetProperty("run").GetString()!).Order());
    }

    [Fact]
    public void ADryRunShowsWhatWouldBeTrainedAndWritesNothing()
    {
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        var outcome = place.Run("train", "--config", "toy.yaml", "--dry-run", "--seed", "7", "--name", "other", "training.epochs=3");
        Assert.Equal(0, outcome.Code);

        // 320 training samples in batches of 64; encoder and decoder: 2 · (2·16 + 16 + 16·2 + 2).
        Assert.All(["runs/other", "320 for training", "15 in 3 epochs", "method       fff", "parameters   164", "device       cpu, since", "; 1 thread",
            "seed         7"],
            text => Assert.Contains(text, outcome.Out, StringComparison.Ordinal));
        Assert.Equal(["toy.yaml"], place.Entries());
    }

    [Fact]
    public void LaterConfigurationsAndOverridesWin()
    {
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        place.Write("more/more.yaml", "training: { epochs: 7, batch_size: 32 }");
        var shown = place.Run("config", "show", "--config", "toy.yaml", "--config", "more/more.yaml", "training.batch_size=16").Out;
        Assert.Contains("epochs: 7\n", shown, StringComparison.Ordinal);
        Assert.Contains("batch_size: 16\n", shown, StringComparison.Ordinal);

        place.Write("shown.yaml", shown);
        Assert.Equal(shown, place.Run("config", "show", "--config", "shown.yaml").Out);
    }

    [Fact]
    public void TheColumnsOfAnArrayAreNumbered()
    {
        using var place = new Workplace();
        WriteArray(place["data.npy"], 40);
        place.Write("table.yaml", """
            name: mine
            data: { kind: table, path: data.npy, condition_columns: ["1"] }
            method: { flow: { network: { kind: dense, widths: [8] } } }
            training: { epochs: 1, batch_size: 16, threads: 1 }
            """);
        Assert.Equal(0, place.Run("train", "--config", "table.yaml").Code);
        Assert.Equal(0, place.Run("sample", "--run", "mine", "-n", "3", "--condition", "1", "--out", "samples.csv").Code);
        Assert.Equal(["column_0,column_2"], File.ReadLines(place["samples.csv"]).Take(1));
    }

    [Fact]
    public void ATableBesideItsConfigurationIsLearntAndItsColumnsKept()
    {
        using var place = new Workplace();
        place.Write("mine/data.csv",
            "hour,load\n" + string.Concat(Enumerable.Range(0, 60).Select(i => FormattableString.Invariant($"{i % 24},{50 + (10 * Math.Sin(i))}\n"))));
        place.Write("mine/table.yaml", """
            name: mine
            data: { kind: table, path: data.csv, condition_columns: [hour] }
            method: { flow: { network: { kind: dense, widths: [8] } } }
            training: { epochs: 2, batch_size: 16, threads: 1 }
            """);
        Assert.Equal("runs/mine/v0001", place.Run("train", "--config", "mine/table.yaml").LastLine);

        // The data are not needed to draw samples.
        File.Delete(place["mine/data.csv"]);
        Assert.Equal(0, place.Run("sample", "--run", "mine", "-n", "3", "--condition", "12", "--out", "samples.csv").Code);
        Assert.Equal("load", File.ReadLines(place["samples.csv"]).First());
    }

    /// <summary>Rows of three float64 numbers in NumPy's format, version 1.0.</summary>
    private static void WriteArray(string path, int rows)
    {
        var text = $"{{'descr': '<f8', 'fortran_order': False, 'shape': ({rows}, 3), }}";
        var header = System.Text.Encoding.ASCII.GetBytes(text.PadRight(117) + "\n");
        byte[] start = [0x93, .. "NUMPY"u8, 1, 0, .. BitConverter.GetBytes((ushort)header.Length), .. header];
        File.WriteAllBytes(path, [.. start, .. Enumerable.Range(0, rows * 3).SelectMany(i => BitConverter.GetBytes(Math.Sin(i)))]);
    }
}
