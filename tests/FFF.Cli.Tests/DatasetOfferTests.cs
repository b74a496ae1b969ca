using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using FFF.Datasets.Molecules;
using FFF.Tests;
using FFF.Tests.Formats;
using ICSharpCode.SharpZipLib.BZip2;
using ICSharpCode.SharpZipLib.Tar;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Data sets that have to be downloaded first.</summary>
public sealed class DatasetOfferTests
{
    private static readonly string[] Small =
    [
        "data.samples=40", "training.epochs=1", "training.batch_size=8", "flow.network.blocks=1", "flow.network.width=8", "flow.dequantizer.blocks=1",
        "flow.dequantizer.width=8", "evaluate=[]",
    ];

    public static bool HasTerminal => OperatingSystem.IsLinux() && File.Exists("/usr/bin/script");

    [Theory]
    [InlineData("fff data fetch qm9\n", "train", "--config", "qm9.yaml")]
    [InlineData("fff data fetch qm9\n", "train", "--config", "qm9.yaml", "--dry-run")]
    [InlineData("fff data fetch qm9 --folder \"FOLDER/my data\"\n", "train", "--config", "qm9", "data.folder=my data")]
    [InlineData("fff data fetch qm9\n", "eval-molecules", "--samples", "qm9")]
    [InlineData("fff data fetch qm9\n", "sweep", "--config", "sweep.yaml")]
    public void WithoutATerminalTheCommandIsPrintedAndNothingWritten(string command, params string[] args)
    {
        using var place = new Workplace();
        place.Write("sweep.yaml", "name: beta\nconfigs: [qm9]\nsearch: {kind: grid, keys: {objective.beta: [10, 100]}}\n");
        var outcome = place.Run([("FFF_CACHE", place["none"])], args);
        Assert.Equal(2, outcome.Code);
        Assert.EndsWith("put its files there yourself:\n  " + command.Replace("FOLDER", place.Path, StringComparison.Ordinal), outcome.Error,
            StringComparison.Ordinal);
        NothingWritten(place, "none");
    }

    [Fact(Skip = "There is no program that gives others a terminal", SkipUnless = nameof(HasTerminal))]
    public void InATerminalItIsDownloadedIfTheUserAgreesAndTrainingGoesOn()
    {
        LongRun.Only();
        using var place = new Workplace();
        using var server = Server(place);
        (string, string)[] environment = [("FFF_CACHE", place["cache"]), ("FFF_MIRROR", server.Address.AbsoluteUri), ("FFF_MIRROR_CHECKSUMS", place["sums"]),
            ("OMP_NUM_THREADS", "1")];
        string[] train = ["train", "--config", "qm9.yaml", .. Small];

        var refused = Answered(place, environment, "n\n", train);
        Assert.Equal(2, refused.Code);
        Assert.Contains("Download it from 127.0.0.1", refused.Out, StringComparison.Ordinal);
        Assert.Contains("fff data fetch qm9", refused.Out, StringComparison.Ordinal);
        NothingWritten(place, "cache");

        var agreed = Answered(place, environment, "y\n", train);
        Assert.True(agreed.Code == 0, agreed.Out);
        Assert.True(File.Exists(place["cache/qm9/dsgdb9nsd.xyz.tar.bz2"]) && File.Exists(place["cache/qm9/uncharacterized.txt"]));
        Assert.Contains("runs/qm9/v0001", agreed.Out, StringComparison.Ordinal);
        Assert.Contains("\"finished\"", File.ReadAllText(place["runs/qm9/v0001/manifest.json"]), StringComparison.Ordinal);

        // Nothing is left to ask.
        var again = place.Run(environment, train);
        Assert.True(again.Code == 0, again.Error);
        Assert.Equal(["dsgdb9nsd.xyz.tar.bz2", "uncharacterized.txt"], server.Requests);
    }

    [Theory]
    [InlineData("FFF_MIRROR", "ftp://x", "FFF_MIRROR: expected an address that begins with http:// or https://, found 'ftp://x/qm9'")]
    [InlineData("FFF_MIRROR_CHECKSUMS", "none", "none: there is no such file")]
    public void AMirrorThatCannotBeUsedIsTold(string variable, string value, string message)
    {
        using var place = new Workplace();
        var outcome = place.Run([("FFF_CACHE", place["none"]), (variable, value)], ["data", "fetch", "qm9"]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(place.Entries());
    }

    /// <summary>But for a libtorch that was adapted to this system.</summary>
    private static void NothingWritten(Workplace place, string cache)
    {
        Assert.False(Directory.Exists(place["runs"]));
        Assert.False(Directory.Exists(place[cache + "/qm9"]));
    }

    /// <summary>Runs the program in a terminal, and types the answer when it asks.</summary>
    private static Outcome Answered(Workplace place, (string, string)[] environment, string answer, string[] args)
    {
        using var process = Process.Start(place.TerminalStartInfo(environment, args))!;
        var shown = new StringBuilder();
        var buffer = new char[4096];
        var hasAnswered = false;
        while (process.StandardOutput.Read(buffer) is > 0 and var count)
        {
            shown.Append(buffer, 0, count);
            if (!hasAnswered && shown.ToString().Contains("[y/n]", StringComparison.Ordinal))
            {
                hasAnswered = true;
                process.StandardInput.Write(answer);
                process.StandardInput.Flush();
            }
        }

        process.WaitForExit();
        return new(process.ExitCode, shown.ToString(), "");
    }

    /// <summary>Has QM9's two files, with fewer molecules; their checksums are in a file.</summary>
    private static LocalServer Server(Workplace place)
    {
        var files = new Dictionary<string, byte[]> { [Qm9.ArchiveName] = Archive(), [Qm9.UncharacterizedName] = "  5  C\n"u8.ToArray() };
        place.Write("sums", string.Concat(files.Select(file => $"{Convert.ToHexStringLower(SHA256.HashData(file.Value))}  {file.Key}\n")));
        return new LocalServer(files);
    }

    private static byte[] Archive()
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarOutputStream(new BZip2OutputStream(bytes) { IsStreamOwner = false }, null))
        {
            foreach (var (i, molecule) in Qm7.Load().Molecules.Where(molecule => molecule.Elements.All(Qm9.DefaultElements.Contains))
                .Skip(100).Take(60).Index())
            {
                var atoms = molecule.Elements.Zip(molecule.Positions, (atom, at) => FormattableString.Invariant($"{atom}\t{at.X}\t{at.Y}\t{at.Z}\t0.1\n"));
                var text = Encoding.UTF8.GetBytes($"{molecule.AtomCount}\ngdb {i + 1}{string.Concat(Enumerable.Repeat("\t1.5", 15))}\n"
                    + $"{string.Concat(atoms)}100.5\t200.5\nC\tC\nInChI=1S/C\tInChI=1S/C\n");
                var entry = TarEntry.CreateTarEntry($"dsgdb9nsd_{i + 1:D6}.xyz");
                entry.Size = text.Length;
                tar.PutNextEntry(entry);
                tar.Write(text);
                tar.CloseEntry();
            }
        }

        return bytes.ToArray();
    }
}
