using System.IO.Compression;
using System.Text;
using System.Text.Json;
using FFF.Datasets.Molecules;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Runs on molecules, from the command line.</summary>
public sealed class MoleculeRunTests
{
    private static readonly (string, string)[] OneThread = [("OMP_NUM_THREADS", "1")];

    private const string Config = """
        name: mine
        data: { kind: molecules, path: mine.xyz, elements: [H, C, N, O] }
        method:
          flow:
            network: { kind: egnn, blocks: 1, sublayers: 1, width: 8 }
            dequantizer: { blocks: 1, sublayers: 1, width: 8, charge_scale: 8 }
        training: { epochs: 1, batch_size: 16, threads: 1 }
        evaluate: [{ kind: molecules, samples: 30, likelihoods: 3 }]
        """;

    [Fact]
    public void ARunOnMoleculesIsTrainedSampledEvaluatedAndDrawn()
    {
        using var place = new Workplace();
        place.Write("mine.yaml", Config);
        XyzFile.Write(place["mine.xyz"], Qm7.Load().Molecules.Skip(500).Take(60));
        var plan = place.Run(OneThread, ["train", "--config", "mine.yaml", "--dry-run"]);
        Assert.True(plan.Code == 0, plan.Error);
        Assert.Contains("of H, C, N, O, with ", plan.Out, StringComparison.Ordinal);
        Assert.Contains("molecules (30 samples)", plan.Out, StringComparison.Ordinal);

        var trained = place.Run(OneThread, ["train", "--config", "mine.yaml", "--json"]);
        Assert.True(trained.Code == 0, trained.Error);

        // One epoch does not make encoder and decoder each other's inverse, which is told.
        Assert.All(trained.Error.Split('\n').Where(line => line.Contains("Warning", StringComparison.Ordinal)),
            warning => Assert.Contains("The likelihoods by encoder and decoder", warning, StringComparison.Ordinal));
        var results = JsonDocument.Parse(trained.Out).RootElement.GetProperty("results");
        foreach (var file in (string[])["eval/molecules.json", "plots/samples.png", "plots/molecules.png", "plots/molecules.html"])
        {
            Assert.True(File.Exists(place[$"runs/mine/v0001/{file}"]), file);
        }

        var kept = JsonDocument.Parse(File.ReadAllText(place["runs/mine/v0001/eval/molecules.json"])).RootElement;
        Assert.Equal(kept.GetProperty("atom_stability").GetDouble(), results.GetProperty("molecules.atom_stability").GetDouble());
        Assert.Equal(kept.GetProperty("nll").GetDouble(), results.GetProperty("molecules.nll").GetDouble());
        Sampled(place);
        Evaluated(place, kept);
        OtherCommands(place);
    }

    private static void Sampled(Workplace place)
    {
        var plain = place.Run(OneThread, ["sample", "--run", "mine", "-n", "20"]);
        Assert.True(plain.Code == 0, plain.Error);
        Assert.Contains("ms each", plain.Out, StringComparison.Ordinal);
        Assert.Equal("runs/mine/v0001/samples/molecules_n20_seed0.xyz", plain.LastLine);
        Assert.Equal(20, XyzFile.Read(place[plain.LastLine]).Count());

        var stable = place.Run(OneThread,
            ["sample", "--run", "mine", "-n", "3", "--atoms", "2", "--stable", "--temperature", "0.3", "--out", "pairs.sdf", "--json"]);
        Assert.True(stable.Code == 0, stable.Error);
        Assert.All(SdfFile.Read(place["pairs.sdf"]), bonded => Assert.Single(bonded.Bonds));
        var result = JsonDocument.Parse(stable.Out).RootElement;
        Assert.Equal(3, result.GetProperty("samples").GetInt32());
        Assert.InRange(result.GetProperty("stable_share").GetDouble(), 3.0 / result.GetProperty("drawn").GetInt64(), 0.9);
        Assert.Contains("No training molecule has 2 atoms", stable.Error, StringComparison.Ordinal);

        var best = place.Run(OneThread, ["sample", "--run", "mine", "-n", "5", "--candidates", "3"]);
        Assert.True(best.Code == 0, best.Error);
        Assert.Contains("each the best of 3 by reconstruction: not distributed as the flow's density", best.Out, StringComparison.Ordinal);
        Assert.Equal("runs/mine/v0001/samples/molecules_n5_seed0_best-of-3-reconstruction.xyz", best.LastLine);
        Assert.Equal(5, XyzFile.Read(place[best.LastLine]).Count());

        UsageTests.Refused(place, "leave out --choose, or give --candidates", "sample", "--run", "mine", "-n", "5", "--choose", "density");
        UsageTests.Refused(place, "expected reconstruction or density, found 'best'", "sample", "--run", "mine", "--candidates", "2", "--choose", "best");
        UsageTests.Refused(place, "leave out --log-prob, or --candidates", "sample", "--run", "mine", "--candidates", "2", "--log-prob");
        UsageTests.Refused(place, "leave out --condition, which is not for runs on molecules", "sample", "--run", "mine", "-n", "5", "--condition", "1");
        UsageTests.Refused(place, "leave out --log-prob", "sample", "--run", "mine", "-n", "5", "--log-prob");
        UsageTests.Refused(place, "go into files that end in .xyz", "sample", "--run", "mine", "-n", "5", "--out", "a.npy");
    }

    private static void Evaluated(Workplace place, JsonElement kept)
    {
        // The same seed draws the same molecules; the times differ.
        var again = place.Run(OneThread, ["eval-molecules", "--run", "mine", "-n", "30", "--likelihoods", "3", "--out", "again.json", "--json"]);
        Assert.True(again.Code == 0, again.Error);
        Assert.Equal(again.Out, File.ReadAllText(place["again.json"]));
        Assert.True(File.Exists(place["again.molecules.png"]) && File.Exists(place["again.molecules.html"]));
        var result = JsonDocument.Parse(again.Out).RootElement;
        foreach (var key in (string[])["molecules", "molecule_stability", "atom_stability", "validity", "uniqueness", "novelty", "nll", "nll_decoder",
            "likelihoods", "reconstruction", "not_finite", "own_charge", "reference", "held_out", "nll_literature"])
        {
            Assert.Equal(kept.GetProperty(key).GetRawText(), result.GetProperty(key).GetRawText());
        }

        Assert.Equal(48, result.GetProperty("reference").GetProperty("molecules").GetInt32());
        Assert.Equal((30, 3, "test"),
            (result.GetProperty("molecules").GetInt32(), result.GetProperty("likelihoods").GetInt32(), result.GetProperty("split").GetString()));

        var table = place.Run(OneThread, ["eval-molecules", "--run", "mine", "-n", "10", "--likelihoods", "2", "--checkpoint", "last", "--candidates", "2"]);
        Assert.True(table.Code == 0, table.Error);
        foreach (var words in (string[])["the evidence bound", "test data: ", "as in literature", "the best of several draws "
            + "each", "2 of the test molecules", "ms per molecule", "nuclear charge of their element",
            "plots/molecules.last.samples-10.likelihoods-2.png"])
        {
            Assert.Contains(words, table.Out, StringComparison.Ordinal);
        }

        Assert.True(File.Exists(place["runs/mine/v0001/eval/molecules.last.samples-10.likelihoods-2.json"]));
    }

    private static void OtherCommands(Workplace place)
    {
        var nll = place.Run(OneThread, ["eval-nll", "--run", "mine", "--samples", "3", "--json"]);
        Assert.True(nll.Code == 0, nll.Error);
        Assert.Equal((true, 3), (JsonDocument.Parse(nll.Out).RootElement.GetProperty("is_bound").GetBoolean(),
            JsonDocument.Parse(nll.Out).RootElement.GetProperty("samples").GetInt32()));
        var report = place.Run(OneThread, ["report", "mine", "--out", "report.html"]);
        Assert.True(report.Code == 0, report.Error);
        Assert.Contains("stable molecules", File.ReadAllText(place["report.html"]), StringComparison.Ordinal);
        UsageTests.Refused(place, "not trained on a benchmark task", "eval-c2st", "--run", "mine");
        UsageTests.Refused(place, "the data have no conditions", "eval-calibration", "--run", "mine");
        UsageTests.Refused(place, "has no conditions", "plot", "posterior", "--run", "mine", "--condition", "1");
        UsageTests.Refused(place, "not trained on data of the kind particles", "eval-boltzmann", "--run", "mine");
    }

    [Theory]
    [InlineData("mine.xyz: line 1: a molecule of 1 atom", "1\nlonely\nH 0 0 0\n")]
    [InlineData("mine.xyz: line 4: expected a finite coordinate, found 'nan'", "2\n\nH 0 0 0\nH 0 nan 0\n")]
    [InlineData("mine.xyz: line 4: there is no element 'Un'", "2\n\nH 0 0 0\nUn 0 1 0\n")]
    [InlineData("mine.xyz: molecule 2 holds F, which is none of data.elements: H, C, N, O", "2\n\nH 0 0 0\nH 0 1 0\n2\n\nH 0 0 0\nF 0 1 0\n")]
    [InlineData("mine.xyz: after line 4: ends where atom 3 of 3 should follow", "3\n\nH 0 0 0\nH 0 1 0\n")]
    [InlineData("mine.xyz: there is no such file", null)]
    public void BrokenMoleculesAreLocatedAndNothingIsWritten(string problem, string? molecules)
    {
        using var place = new Workplace();
        place.Write("mine.yaml", Config);
        if (molecules is not null)
        {
            place.Write("mine.xyz", molecules);
        }

        UsageTests.Refused(place, problem, "train", "--config", "mine.yaml");
    }

    [Fact]
    public void TruncatedAndMissingArchivesAreNamedAndNothingIsWritten()
    {
        using var place = new Workplace();
        place.Write("mine.yaml", Config.Replace("mine.xyz", "mine.xyz.gz", StringComparison.Ordinal));
        using (var file = File.Create(place["mine.xyz.gz"]))
        {
            using var whole = new MemoryStream();
            using (var packed = new GZipStream(whole, CompressionLevel.Optimal, leaveOpen: true))
            {
                packed.Write(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 50).Select(i => $"2\n\nH 0 0 0\nH 0 0.7{i} 0\n"))));
            }

            file.Write(whole.ToArray().AsSpan(..(int)(whole.Length / 2)));
        }

        UsageTests.Refused(place, "is truncated or damaged", "train", "--config", "mine.yaml");

        place.Write("qm9.yaml", Config.Replace("path: mine.xyz, elements: [H, C, N, O]", "source: qm9, folder: data", StringComparison.Ordinal));
        UsageTests.Refused(place, "fff data fetch qm9", "train", "--config", "qm9.yaml");
        place.Write("data/dsgdb9nsd.xyz.tar.bz2", "BZh9");
        UsageTests.Refused(place, "truncated or damaged", "train", "--config", "qm9.yaml");
    }

    [Fact]
    public void OptionsAndEvaluationsForMoleculesAreRefusedElsewhere()
    {
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy.Replace("[nll]", "[molecules]", StringComparison.Ordinal));
        UsageTests.Refused(place, "the evaluation molecules only for data of the kind molecules", "train", "--config", "toy.yaml");
        UsageTests.Refused(place, "give either --run RUN or --samples FILE", "eval-molecules", "--run", "mine", "--samples", "mine.xyz");
        UsageTests.Refused(place, "leave out --reference, which is only for --samples", "eval-molecules", "--run", "mine", "--reference", "qm7");
        UsageTests.Refused(place, "leave out --likelihoods, which is only for runs", "eval-molecules", "--samples", "qm7", "--likelihoods", "5");
        UsageTests.Refused(place, "--atoms: expected a whole number from 2 to 999, found '1'", "sample", "--run", "mine", "-n", "5", "--atoms", "1");
    }
}
