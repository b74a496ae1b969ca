using System.Text.Json;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>The paper's parts from the command line.</summary>
public sealed class PaperTests
{
    [Fact]
    public void AFigureIsComputedDrawnAndPutOnThePage()
    {
        using var place = new Workplace();
        var outcome = place.Run("paper", "fig5");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal("paper/paper.html", outcome.LastLine.Replace('\\', '/'));
        var page = File.ReadAllText(place["paper/paper.html"]);
        Assert.Contains("Figure 5: solutions that are not invertible", page, StringComparison.Ordinal);
        Assert.Contains("src=\"data:image/png;base64,", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Figure 2", page, StringComparison.Ordinal);
        using var findings = JsonDocument.Parse(File.ReadAllText(place["paper/fig5/findings.json"]));
        Assert.Equal("{1, 2, 3}", findings.RootElement.GetProperty("tables")[0].GetProperty("rows")[4][0].GetString());
    }

    [Fact]
    public void WhatIsNoPartIsRefused()
    {
        using var place = new Workplace();
        var outcome = place.Run("paper", "fig6");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("'fig6' is no part of the paper that can be computed: fig1, fig2, fig3", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(place.Entries());
    }

    [Fact]
    public void AFolderThatCannotBeIsRefusedBeforeAnythingIsDone()
    {
        using var place = new Workplace();
        place.Write("paper", "a file");
        var outcome = place.Run("paper", "fig5");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("--out DIR takes another folder", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void DamagedFindingsAreToldWithWhatToDo()
    {
        using var place = new Workplace();
        place.Write("paper/fig2/findings.json", "{ \"is_full\": ");
        var outcome = place.Run("paper", "fig5");
        Assert.Equal(1, outcome.Code);
        Assert.Contains("findings.json", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("Remove it", outcome.Error, StringComparison.Ordinal);
    }
}
