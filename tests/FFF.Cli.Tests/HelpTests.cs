using System.Text.RegularExpressions;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>What help shows.</summary>
public sealed class HelpTests
{
    /// <summary>Arguments stand under their names, not as the list of everything that a shell may complete.</summary>
    [Theory]
    [InlineData("train", "<key.path=value>")]
    [InlineData("sweep", "<key.path=value>")]
    [InlineData("config show", "<key.path=value>")]
    [InlineData("config validate", "<FILE>")]
    [InlineData("runs show", "<RUN>")]
    [InlineData("runs compare", "<RUN>")]
    [InlineData("report", "<RUN>")]
    [InlineData("sweep best", "<SWEEP>")]
    public void AnArgumentHasItsName(string command, string argument)
    {
        using var place = new Workplace();
        foreach (var folder in (string[])["runs/zebra/v0001", "runs/zebra.sweep"])
        {
            place.Write($"{folder}/manifest.json", "{}");
        }

        var own = place.Run([.. command.Split(' '), "--help"]);
        Assert.Equal(0, own.Code);
        Assert.Matches($@"(?m)^Arguments:\r?\n(  <.*\n)?  {Regex.Escape(argument)}  ", own.Out);
        Assert.DoesNotContain("zebra", own.Out, StringComparison.Ordinal);
    }

    /// <summary>So they do in the list of all commands.</summary>
    [Fact]
    public void CommandsHaveTheirArgumentsNames()
    {
        using var place = new Workplace();
        var help = place.Run("--help");
        Assert.Equal(0, help.Code);
        Assert.Matches(@"(?m)^  train <key\.path=value>  ", help.Out);
        Assert.Matches(@"(?m)^  report <RUN>  ", help.Out);
        Assert.All(help.Out.Split('\n'), line => Assert.DoesNotContain("training.", line, StringComparison.Ordinal));
    }
}
