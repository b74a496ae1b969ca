using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Samples that were given different conditions go into different files.</summary>
public sealed class SampleNameTests(TrainedRuns trained)
{
    [Fact]
    public void ConditionsThatBeginAlikeHaveNamesOfTheirOwn()
    {
        using var place = trained.Copy();
        const string Long = "0.12345678901234567890123456789";
        string[] conditions = ["0.1,-0.2", $"{Long},0.1", $"{Long},0.2", "data_1=0.1,data_2=-0.2", "a/x.csv", "b/x.csv"];
        place.Write("a/x.csv", "data_1,data_2\n0.1,0.1\n");
        place.Write("b/x.csv", "data_1,data_2\n0.2,0.2\n");
        var files = conditions.Select(condition => Drawn(place, condition)).ToList();
        Assert.Equal(conditions.Length, files.Distinct().Count());
        Assert.Equal("runs/posterior/v0001/samples/condition-0.1_-0.2_n5_seed0.npy", files[0]);
        Assert.Equal(files[4], Drawn(place, "a/x.csv"));
    }

    private static string Drawn(Workplace place, string condition)
    {
        var outcome = place.Run("sample", "--run", "posterior", "-n", "5", "--condition", condition);
        Assert.True(outcome.Code == 0, outcome.Error);
        return outcome.LastLine;
    }
}
