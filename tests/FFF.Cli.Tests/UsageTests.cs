using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Wrong commands: exit code 2, a message that helps, nothing on stdout, nothing written.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData("name a command: init, train, sample")]
    [InlineData("Did you mean 'train'?", "trian")]
    [InlineData("there is no command 'frobnicate'.\nSee", "frobnicate")]
    [InlineData("Did you mean '--observation'?", "sample", "--observatoin", "3")]
    [InlineData("such as training.epochs=50", "train", "--config", "toy.yaml", "--epochs", "5")]
    [InlineData("'extra' is not expected", "doctor", "extra")]
    [InlineData("name an experiment with --config", "train")]
    [InlineData("--seed: expected a whole number, found 'x'", "train", "--config", "toy.yaml", "--seed", "x")]
    [InlineData("there is no finished run", "sample", "-n", "5")]
    [InlineData("there is no finished run", "eval-c2st")]
    [InlineData("Train one with 'fff train --config dw4_small'", "eval-boltzmann", "--runs", "elsewhere")]
    [InlineData("there is no finished run", "report")]
    [InlineData("-n: expected a whole number above 0, found '0'", "sample", "--run", "moons", "-n", "0")]
    [InlineData("There is no run 'moons'", "sample", "--run", "moons", "-n", "5")]
    [InlineData("There is no run 'moons'", "runs", "show", "moons")]
    [InlineData("There is no run 'latest'", "eval-nll", "--run", "latest")]
    [InlineData("There is no run 'moons'", "train", "--resume", "moons")]
    [InlineData("expected a name that ends in .npy, .npz, .csv, or for molecules .xyz, .xyz.gz, .sdf or .sdf.gz, found 'x.txt'", "sample", "--run", "moons",
        "-n", "5", "--out", "x.txt")]
    [InlineData("either --condition or --observation", "sample", "--run", "moons", "-n", "5", "--observation", "1", "--condition", "1")]
    [InlineData("--temperature: expected a number above 0", "sample", "--run", "moons", "-n", "5", "--temperature", "-1")]
    [InlineData("give either a run (--run RUN, or the newest that fits), or both", "eval-c2st", "--samples", "a.npy")]
    [InlineData("found '0-3'", "eval-c2st", "--run", "moons", "--observations", "0-3")]
    [InlineData("a.npy: there is no such file", "eval-c2st", "--samples", "a.npy", "--reference", "b.npy")]
    [InlineData("leave out --config", "train", "--resume", "moons", "training.batch_size=3")]
    [InlineData("--workload: expected one of sbi, dw4", "bench", "train-step", "--workload", "x")]
    [InlineData("'toy.yaml' is a configuration: give it by --config toy.yaml", "train", "toy.yaml")]
    [InlineData("PowerShell needs quotes", "sample", "--run", "moons", "--condition", "0.1", "-0.2")]
    [InlineData("PowerShell needs quotes", "sample", "--run", "moons", "--condition", "0.1", "0.2")]
    [InlineData("Did you mean 'eval-c2st', 'eval-nll'", "eval")]
    [InlineData("expected a name that ends in .html, found 'rep.pdf'", "report", "moons", "--out", "rep.pdf")]
    [InlineData("did you mean 'toy.yaml'", "train", "--config", "toy.yml")]
    [InlineData("did you mean './toy.yaml'", "train", "--config", "./toy.yml")]
    [InlineData("this is an experiment, which fff train", "sweep", "--config", "toy.yaml")]
    [InlineData("this is a sweep, which fff sweep", "train", "--config", "sweep.yaml")]
    [InlineData("Did you mean 'dw4'?", "data", "generate", "dw5", "--out", "x.npy")]
    [InlineData("Did you mean 'qm9'?", "data", "fetch", "qm8")]
    [InlineData("tabbed.yaml:3:1: expected spaces before a key, found a tab", "config", "validate", "--config", "tabbed.yaml")]
    [InlineData("none.yaml:2:22: data.path: ", "train", "--config", "none.yaml")]
    [InlineData("data.condition_columns: ", "train", "--config", "none.yaml", "data.path=table.csv")]
    [InlineData("positions.npy", "train", "--config", "none.yaml", "data={kind: particles, path: table.csv}")]
    [InlineData("there is no folder", "config", "schema", "--out", "nowhere/schema.json")]
    public void WrongUsageIsTold(string message, params string[] args)
    {
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        place.Write("sweep.yaml", "name: s\nconfigs: [toy.yaml]\nsearch: {kind: list, trials: [{seed: 1}]}\n");
        place.Write("tabbed.yaml", "name: s\ndata:\n\tkind: toy\n");
        place.Write("none.yaml", "name: s\ndata: { kind: table, path: none.csv, condition_columns: [c] }\n");
        place.Write("table.csv", "a,b\n1,2\n3,4\n5,6\n");
        Refused(place, message, args);
    }

    /// <summary>Runs a command that must be refused with this message, leaving no trace.</summary>
    internal static void Refused(Workplace place, string message, params string[] args)
    {
        var before = place.Entries();
        var outcome = place.Run(args);
        Assert.True(outcome.Code == 2, $"exit code {outcome.Code}: {outcome.Error}");
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(outcome.Out);
        Assert.Equal(before, place.Entries());
    }
}
