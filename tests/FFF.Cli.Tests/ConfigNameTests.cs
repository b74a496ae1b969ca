using System.Diagnostics;
using System.Text;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Configurations as they are typed: by name, under ./configs or of the program, and from standard input.</summary>
public sealed class ConfigNameTests
{
    [Theory]
    [InlineData("qm9.yaml", "Takes molecules/qm9, which comes with the program, for 'qm9.yaml'.")]
    [InlineData("qm9", "Takes molecules/qm9, which comes with the program, for 'qm9'.")]
    [InlineData("sbi/two_moons", "Takes sbi/two_moons, which comes with the program, for 'sbi/two_moons'.")]
    [InlineData("configs/sbi/two_moons.yaml", "Takes sbi/two_moons, which comes with the program, for 'configs/sbi/two_moons.yaml'.")]
    [InlineData("own", "Takes configs/deep/down/own.yaml for 'own'.")]
    [InlineData("down/own.yaml", "Takes configs/deep/down/own.yaml for 'down/own.yaml'.")]
    [InlineData("dw4", "Takes configs/dw4.yml for 'dw4'.")]
    public void ANameFindsTheConfigurationAndSaysWhich(string name, string note)
    {
        using var place = Filled();
        var outcome = place.Run("config", "validate", "--config", name);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal(note, outcome.Error.TrimEnd());
    }

    [Fact]
    public void AFileThatIsThereComesFirstAndIsNotToldAbout()
    {
        using var place = Filled();
        place.Write("own.yaml", Configs.Toy);
        var outcome = place.Run("config", "validate", "--config", "own.yaml");
        Assert.Equal(("The experiment 'moons' is valid.", ""), (outcome.LastLine, outcome.Error));
        Assert.Contains("'deep' is valid", place.Run("config", "validate", "--config", "own").Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("two_moons", "2 configurations have this name; name one of them: sbi/two_moons, toy/two_moons")]
    [InlineData("twice", "2 configurations have this name; name one of them: configs/a/twice.yaml, configs/b/twice.yaml")]
    [InlineData("two_mons.yaml", "Near: sbi/two_moons, toy/two_moons")]
    [InlineData("onw", "Near: deep/down/own")]
    [InlineData("molecules", "is a folder of configurations; name one of them: molecules/qm7")]
    [InlineData("configs/a", "is a folder of configurations; name one of them: configs/a/twice.yaml")]
    [InlineData("folder", "folder: expected a file, found a directory")]
    [InlineData("./qm9.yaml", "./qm9.yaml: the file does not exist\n")]
    [InlineData("/qm9.yaml", "/qm9.yaml: the file does not exist\n")]
    public void ANameThatIsNoneOrSeveralIsTold(string name, string message)
    {
        using var place = Filled();
        Directory.CreateDirectory(place["folder"]);
        UsageTests.Refused(place, message, "train", "--config", name);
        UsageTests.Refused(place, message, "config", "show", "--config", name);
        UsageTests.Refused(place, message, "sweep", "--config", name);
    }

    [Fact]
    public void BasesAndTheExperimentsOfSweepsHaveNamesToo()
    {
        using var place = Filled();
        place.Write("sub/mine.yaml", "base: down/own\nname: mine\n");
        var mine = place.Run("config", "show", "--config", "sub/mine.yaml");
        Assert.Contains("name: mine", mine.Out, StringComparison.Ordinal);
        Assert.Contains("two_moons", mine.Out, StringComparison.Ordinal);
        Assert.Equal("Takes configs/deep/down/own.yaml for 'down/own'.", mine.Error.TrimEnd());
        place.Write("wrong.yaml", "name: mine\nbase: twice\n");
        UsageTests.Refused(place, "wrong.yaml:2:7: base: the file 'twice' does not exist, and 2 configurations have this name", "train",
            "--config", "wrong.yaml");

        place.Write("configs/sweeps/beta.yaml", "name: beta\nconfigs: [own]\nsearch: {kind: grid, keys: {objective.beta: [10, 100]}}\n");
        var plan = place.Run("sweep", "--config", "beta", "--dry-run");
        Assert.True(plan.Code == 0, plan.Error);
        Assert.Contains("beta-0001", plan.Out, StringComparison.Ordinal);
        Assert.Equal("Takes configs/sweeps/beta.yaml for 'beta'.\nTakes configs/deep/down/own.yaml for 'own'.", plan.Error.TrimEnd());
        UsageTests.Refused(place, "configs.0: the file 'ownn' does not exist, and no configuration has this name. Near: deep/down/own", "sweep", "--config",
            "beta", "configs=[ownn]");
    }

    [Fact]
    public void StandardInputIsAConfigurationWhosePathsAreRelativeToTheWorkingDirectory()
    {
        using var place = Filled();
        place.Write("data.csv", "x,y\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i},{i * i % 7}\n")));
        var trained = Piped(
            place, "name: piped\nbase: down/own\ndata: { kind: table, path: data.csv }\nevaluate: []\n", "train", "--config", "-", "training.epochs=1",
            "training.batch_size=8");
        Assert.True(trained.Code == 0, trained.Error);
        Assert.Equal("runs/piped/v0001", trained.LastLine);
        Assert.Contains("path: '../../../data.csv'", File.ReadAllText(place["runs/piped/v0001/config.yaml"]), StringComparison.Ordinal);

        var sweep = Piped(place, "name: beta\nconfigs: [own]\nsearch: {kind: grid, keys: {objective.beta: [10, 100]}}\n", "sweep",
            "--config", "-", "--dry-run");
        Assert.True(sweep.Code == 0, sweep.Error);
    }

    [Theory]
    [InlineData("", "standard input: expected keys such as name and data, found nothing")]
    [InlineData("name: a\nnoise: 3\n", "standard input:2:1: noise: unknown key 'noise'")]
    [InlineData("name: 'a", "standard input:1:7: not valid YAML")]
    public void StandardInputThatCannotBeUsedIsNamed(string text, string message)
    {
        using var place = new Workplace();
        var outcome = Piped(place, text, "train", "--config", "-");
        Assert.Equal(2, outcome.Code);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(place.Entries());
        Assert.Contains("standard input: is named twice", Piped(place, Configs.Toy, "train", "--config", "-", "--config", "-").Error, StringComparison.Ordinal);
    }

    private static Workplace Filled()
    {
        var place = new Workplace();
        place.Write("configs/deep/down/own.yaml", Configs.Toy.Replace("name: moons", "name: deep", StringComparison.Ordinal));
        place.Write("configs/a/twice.yaml", Configs.Toy);
        place.Write("configs/b/twice.yaml", Configs.Toy);
        place.Write("configs/dw4.yml", Configs.Toy);
        return place;
    }

    private static Outcome Piped(Workplace place, string text, params string[] args)
    {
        var start = place.StartInfo([], args);
        start.StandardInputEncoding = new UTF8Encoding(false);
        var process = Process.Start(start)!;
        process.StandardInput.Write(text);
        using var started = new Started(process);
        return started.End();
    }
}
