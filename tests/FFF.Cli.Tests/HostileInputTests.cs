using System.Text;
using FFF.Randomness;
using FFF.Tests;
using FFF.Tests.Runs;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Input made to do harm, given to the real program: exit code 2, a message that names the place, nothing written.</summary>
public sealed class HostileInputTests(TrainedRuns trained)
{
    private const string Signs = "[]{}:,&*!#-'\"\n\0\t9ÿ";

    [Fact]
    public void YamlThatMultipliesNamesTypesOrNestsWithoutEnd()
    {
        using var place = new Workplace();
        place.Write("laughs.yaml", "a0: &a0 [ha, ha]\n" + string.Concat(Enumerable.Range(1, 60).Select(i => $"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n")));
        UsageTests.Refused(place, "laughs.yaml:12:12:", "train", "--config", "laughs.yaml");
        UsageTests.Refused(place, "more than 10000 values, those that aliases repeat included", "config", "show", "--config", "laughs.yaml");

        place.Write("types.yaml",
            $"name: !!System.IO.FileInfo {place["made"]}\ndata: !<tag:yaml.org,2002:FFF.Configuration.ToyData> {{kind: toy, distribution: rings}}\n");
        UsageTests.Refused(place, "types.yaml:1:7: name: expected a value without a tag", "train", "--config", "types.yaml");
        UsageTests.Refused(place, "types.yaml:2:7: data: expected a value without a tag", "train", "--config", "types.yaml");

        place.Write("deep.yaml", "name: " + new string('[', 100_000));
        UsageTests.Refused(place, "nested more than 64 levels deep", "train", "--config", "deep.yaml");
        place.Write("self.yaml", "name: &a [*a]\n");
        UsageTests.Refused(place, "self.yaml:1:", "train", "--config", "self.yaml");
    }

    [Theory]
    [InlineData("../moons")]
    [InlineData("..")]
    [InlineData("a/../../b")]
    [InlineData("/tmp/moons")]
    [InlineData("a\\b")]
    [InlineData(".hidden")]
    [InlineData("a\0b")]
    public void NamesCannotLeaveTheRunsFolder(string name)
    {
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy.Replace("moons\n",
            $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\0", "\\0", StringComparison.Ordinal)}\"\n", StringComparison.Ordinal));
        UsageTests.Refused(place, "toy.yaml:1:7: name: expected letters, digits", "train", "--config", "toy.yaml");
        UsageTests.Refused(place, "name: expected letters, digits", "train", "--config", "toy.yaml", "--resume", "auto");
    }

    /// <summary>The mutants of the library's tests, a few of them, to see the program's exit code.</summary>
    [Fact]
    public void MutatedCheckpointsAreReadOrRefusedWithTheirName()
    {
        using var place = trained.Copy();
        var best = place["runs/moons/v0001/checkpoints/best.safetensors"];
        var whole = File.ReadAllBytes(best);
        var mutator = new CheckpointMutator(new Random((int)NamedSeed.Derive(0, "mutated checkpoints of the program")));
        var (refused, mutants) = (0, LongRun.Times(4, 16));
        for (var i = 0; i < mutants; i++)
        {
            File.WriteAllBytes(best, mutator.Mutate(whole));
            var outcome = place.Run("sample", "--run", "moons", "-n", "5");
            refused += IsRefused(outcome, "best.safetensors: ") ? 1 : 0;
        }

        Assert.InRange(refused, mutants / 2, mutants);
    }

    [Fact]
    public void MutatedConfigurationsAreReadOrRefusedWithTheirPlace()
    {
        using var place = new Workplace();
        var random = new Random((int)NamedSeed.Derive(0, "mutated configurations of the program"));
        var (refused, mutants) = (0, LongRun.Times(8, 32));
        for (var i = 0; i < mutants; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(Configs.Toy);
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.GetItems(Signs.AsSpan(), 1)[0];
            }

            File.WriteAllBytes(place["toy.yaml"], bytes);
            refused += IsRefused(place.Run("config", "validate", "--config", "toy.yaml"), "toy.yaml:") ? 1 : 0;
        }

        Assert.InRange(refused, mutants / 4, mutants);
    }

    private static bool IsRefused(Outcome outcome, string located)
    {
        if (outcome.Code == 0)
        {
            return false;
        }

        Assert.True(outcome.Code == 2, $"{outcome.Code}: {outcome.Error}");
        Assert.Contains(located, outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
        return true;
    }
}
