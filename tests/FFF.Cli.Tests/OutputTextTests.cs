using System.Diagnostics;
using System.Text;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>What is written where the system's encoding lacks characters. On Windows the program chooses the encoding itself.</summary>
public sealed class OutputTextTests(TrainedRuns trained)
{
    [Theory]
    [InlineData("en_US.US-ASCII", "+/-")]
    [InlineData("de_DE.ISO-8859-1", "±")]
    [InlineData("de_DE.UTF-8", "±")]
    public void CharactersThatAnEncodingLacksAreReplaced(string locale, string sign)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The locale is Unix's.");
        using var place = trained.Copy();
        var (nll, _) = Read(place, locale, "eval-nll", "--run", "moons");
        var (table, _) = Read(place, locale, "runs", "list");
        var (compared, _) = Read(place, locale, "runs", "compare", "moons", "posterior");

        Assert.Contains(sign, nll, StringComparison.Ordinal);
        Assert.Contains(locale.EndsWith("UTF-8", StringComparison.Ordinal) ? "────" : "----", table, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(?<!\d)\?", nll + table + compared); // Behind a number it says that this is doubtful.
        Assert.DoesNotContain('\ufffd', nll + table + compared);
        AssertColumnsStandBelowEachOther(table);
    }

    [Fact]
    public void MessagesAreReplacedToo()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The locale is Unix's.");
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        var (_, error) = Read(place, "en_US.US-ASCII", "train", "--config", "toy.yaml");

        Assert.Contains(", beta ", error, StringComparison.Ordinal);
    }

    private static (string Out, string Error) Read(Workplace place, string locale, params string[] arguments)
    {
        var encoding = Encoding.GetEncoding(locale.Split('.')[1]);
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "fff"), arguments)
        {
            WorkingDirectory = place.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = encoding,
            StandardErrorEncoding = encoding,
            Environment = { ["LC_ALL"] = locale },
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        return (output, error.Result);
    }

    /// <summary>The rule below a table's header is as long as its longest line, or longer.</summary>
    private static void AssertColumnsStandBelowEachOther(string table)
    {
        var lines = table.Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0).ToList();
        var rule = lines.Single(line => line.Trim().All(character => character is '─' or '-'));
        Assert.True(lines.All(line => line.Length <= rule.Length), table);
    }
}
