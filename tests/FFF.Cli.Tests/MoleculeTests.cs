using System.Security.Cryptography;
using System.Text.Json;
using FFF.Tests.Formats;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Molecules: fetching, scoring, drawing.</summary>
public sealed class MoleculeTests
{
    private const string Two = """
        3
        water
        O 0 0 0
        H 0.96 0 0
        H -0.3 0.9 0
        2
        hydroxyl
        O 0 0 0
        H 0 0.97 0

        """;

    [Fact]
    public void MoleculesAreScoredAgainstQm7()
    {
        using var place = new Workplace();
        place.Write("two.xyz", Two);
        var outcome = place.Run("eval-molecules", "--samples", "two.xyz", "--reference", "qm7", "--json", "--out", "scores.json");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal(outcome.Out, File.ReadAllText(place["scores.json"]));
        var scores = JsonDocument.Parse(outcome.Out).RootElement;
        Assert.Equal(2, scores.GetProperty("molecules").GetInt32());
        Assert.Equal(0.5, scores.GetProperty("molecule_stability").GetDouble());
        Assert.Equal(0.8, scores.GetProperty("atom_stability").GetDouble());
        Assert.Equal(1, scores.GetProperty("validity").GetDouble());
        Assert.Equal(1, scores.GetProperty("uniqueness").GetDouble());
        Assert.Equal(1, scores.GetProperty("novelty").GetDouble());
        Assert.Equal(6803, scores.GetProperty("reference").GetProperty("molecules").GetInt32());
        Assert.Equal(0.9827, scores.GetProperty("reference").GetProperty("molecule_stability").GetDouble(), 4);

        var table = place.Run("eval-molecules", "--samples", "two.xyz", "--reference", "two.xyz");
        Assert.Equal(0, table.Code);
        foreach (var words in (string[])["stable molecules", "50.00 %", "80.00 %", "0.00 % of the unique ones are not in the reference", "O-H"])
        {
            Assert.Contains(words, table.Out, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("1\nlonely\nH 0 0 0\n", "bad.xyz: line 1: a molecule of 1 atom has no distances")]
    [InlineData("2\n\nH 0 0 0\nH 0 nan 0\n", "bad.xyz: line 4: expected a finite coordinate, found 'nan'")]
    [InlineData("2\n\nH 0 0 0\nUn 0 1 0\n", "bad.xyz: line 4: there is no element 'Un'")]
    [InlineData("3\n\nH 0 0 0\nH 0 1 0\n", "bad.xyz: after line 4: ends where atom 3 of 3 should follow")]
    public void BadMoleculesAreNamedByFileAndLine(string text, string problem)
    {
        using var place = new Workplace();
        place.Write("bad.xyz", text);
        foreach (var args in (string[][])[["eval-molecules", "--samples", "bad.xyz", "--out", "scores.json"],
            ["plot", "molecules", "--samples", "bad.xyz", "--html", "page.html"]])
        {
            var outcome = place.Run(args);
            Assert.Equal(2, outcome.Code);
            Assert.Contains(problem, outcome.Error, StringComparison.Ordinal);
            Assert.Equal(["bad.xyz"], place.Entries());
        }
    }

    [Theory]
    [InlineData("there is no such file", "eval-molecules", "--samples", "none.xyz")]
    [InlineData("expected a name that ends in .xyz", "eval-molecules", "--samples", "none.pdb")]
    [InlineData("give either --run RUN or --samples FILE", "eval-molecules", "--run", "mine", "--samples", "mine.xyz")]
    [InlineData("Train one with 'fff train --config qm7_small'", "eval-molecules")]
    [InlineData("fff data fetch qm9", "eval-molecules", "--samples", "qm7", "--reference", "qm9")]
    [InlineData("ends in .png", "plot", "molecules", "--samples", "qm7", "--out", "a.jpg")]
    [InlineData("ends in .html", "plot", "molecules", "--samples", "qm7", "--html", "a.png")]
    [InlineData("--url: expected an address", "data", "fetch", "qm9", "--url", "ftp://x")]
    [InlineData("qm8", "data", "fetch", "qm8")]
    [InlineData("there is no such file", "data", "fetch", "qm9", "--checksums", "none")]
    public void WrongUsageIsToldAndNothingWritten(string problem, params string[] args)
    {
        using var place = new Workplace();
        var outcome = place.Run([("FFF_CACHE", place["none"])], args);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(problem, outcome.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(place.Entries());
    }

    [Fact]
    public void Qm9IsFetchedGoesOnAndIsChecked()
    {
        using var place = new Workplace();
        var files = new Dictionary<string, byte[]> { ["dsgdb9nsd.xyz.tar.bz2"] = new byte[200_000], ["uncharacterized.txt"] = "  5  C\n"u8.ToArray() };
        new Random(1).NextBytes(files["dsgdb9nsd.xyz.tar.bz2"]);
        place.Write("sums", string.Concat(files.Select(file => $"{Convert.ToHexStringLower(SHA256.HashData(file.Value))}  {file.Key}\n")));
        using var server = new LocalServer(files);
        string[] fetch = ["data", "fetch", "qm9", "--url", server.Address.AbsoluteUri, "--folder", "data"];

        server.CutAfter = 50_000;
        var broken = place.Run([.. fetch, "--checksums", "sums"]);
        Assert.Equal(1, broken.Code);
        Assert.Contains("cannot be downloaded", broken.Error, StringComparison.Ordinal);
        Assert.Equal(["data", "data/dsgdb9nsd.xyz.tar.bz2.part", "sums"], place.Entries());

        server.CutAfter = null;
        var whole = place.Run([.. fetch, "--checksums", "sums", "--json"]);
        Assert.True(whole.Code == 0, whole.Error);
        Assert.Contains("goes on after 48.8 KiB of 195.3 KiB", whole.Error, StringComparison.Ordinal);
        Assert.Equal([true, true], JsonDocument.Parse(whole.Out).RootElement.EnumerateArray().Select(file => file.GetProperty("downloaded").GetBoolean()));
        Assert.All(files, file => Assert.Equal(file.Value, File.ReadAllBytes(place[$"data/{file.Key}"])));

        var again = place.Run([.. fetch, "--checksums", "sums"]);
        Assert.Equal(0, again.Code);
        Assert.Contains("was there, checksum right", again.Out, StringComparison.Ordinal);
        Assert.Equal("data", again.LastLine);

        // These are not the published files.
        var wrong = place.Run([.. fetch[..^1], "other"]);
        Assert.Equal(1, wrong.Code);
        Assert.Contains("does not have the MD5 digest ad1ebd51ee7f5b3a6e32e974e5d54012", wrong.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(place["other"]));
    }

    [Fact]
    public void MoleculesAreDrawn()
    {
        using var place = new Workplace();
        place.Write("two.xyz", Two);
        var outcome = place.Run("plot", "molecules", "--samples", "two.xyz", "--out", "two.png", "--html", "two.html", "--count", "1");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal("two.png\ntwo.html\n", outcome.Out);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(place["two.png"])[..4]);
        var page = File.ReadAllText(place["two.html"]);
        Assert.Contains("water", page, StringComparison.Ordinal);
        Assert.DoesNotContain("hydroxyl", page, StringComparison.Ordinal);
        Assert.Equal(["two.html", "two.png", "two.xyz"], place.Entries());
    }
}
