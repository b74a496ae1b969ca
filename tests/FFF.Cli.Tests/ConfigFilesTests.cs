using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Configurations are checked and looked up.</summary>
public sealed class ConfigFilesTests
{
    [Fact]
    public void SeveralFilesAreCheckedAtOnceSweepsToo()
    {
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        place.Write("sweep.yaml", SweepTests.Sweep);
        var valid = place.Run("config", "validate", "toy.yaml", "sweep.yaml", "sbi/two_moons");
        Assert.True(valid.Code == 0, valid.Error);
        foreach (var line in (string[])
            ["The experiment 'moons' is valid.", "The sweep 'tiny' is valid, with 4 trials.", "The experiment 'two_moons' is valid."])
        {
            Assert.Contains(line, valid.Out, StringComparison.Ordinal);
        }

        place.Write("bad.yaml", Configs.Toy.Replace("epochs: 2", "epchs: 2", StringComparison.Ordinal));
        place.Write("badsweep.yaml", SweepTests.Sweep.Replace("kind: grid", "kind: gird", StringComparison.Ordinal));
        var invalid = place.Run("config", "validate", "bad.yaml", "toy.yaml", "badsweep.yaml", "none.yaml");
        Assert.Equal(2, invalid.Code);
        Assert.Contains("The experiment 'moons' is valid.", invalid.Out, StringComparison.Ordinal);
        foreach (var words in (string[])["bad.yaml:4:", "did you mean 'epochs'?", "badsweep.yaml:5:", "none.yaml"])
        {
            Assert.Contains(words, invalid.Error, StringComparison.Ordinal);
        }

        Assert.Equal(0, place.Run("config", "validate", "--config", "toy.yaml", "training.epochs=3").Code);
        UsageTests.Refused(place, "training.epochs", "config", "validate", "toy.yaml", "training.epochs=none");
        UsageTests.Refused(place, "name the files to check", "config", "validate");
    }

    [Fact]
    public void KeysAreATable()
    {
        using var place = new Workplace();
        var table = place.Run("config", "keys", "training.optimizer");
        Assert.True(table.Code == 0, table.Error);
        Assert.Contains("training.optimizer.learning_rate", table.Out, StringComparison.Ordinal);
        Assert.InRange(table.Out.Split('\n').Length, 5, 100);

        var rows = SweepTests.Json(place, "config", "keys", "training", "--json").EnumerateArray().ToList();
        var epochs = rows.Single(row => row.GetProperty("key").GetString() == "training.epochs");
        Assert.Equal("200", epochs.GetProperty("default").GetString());
        Assert.StartsWith("a whole number", epochs.GetProperty("value").GetString(), StringComparison.Ordinal);
        Assert.NotEqual("", epochs.GetProperty("meaning").GetString());
        Assert.All(rows, row => Assert.StartsWith("training", row.GetProperty("key").GetString(), StringComparison.Ordinal));

        // By the short path, too; and those of sweeps.
        Assert.NotEqual(0, SweepTests.Json(place, "config", "keys", "objective.beta", "--json").GetArrayLength());
        Assert.Contains("search.startup (tpe)", place.Run("config", "keys", "search", "--sweep").Out, StringComparison.Ordinal);
        UsageTests.Refused(place, "did you mean 'training'?", "config", "keys", "trainin");
    }
}
