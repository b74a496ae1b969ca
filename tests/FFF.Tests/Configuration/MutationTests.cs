using System.Diagnostics;
using System.Text;
using FFF.Configuration;
using FFF.Randomness;
using Xunit;

namespace FFF.Tests.Configuration;

/// <summary>Whatever the text, a configuration is either read or refused with an explanation.</summary>
public sealed class MutationTests : IDisposable
{
    private const string Valid = """
        name: moons
        seed: 3
        data: {kind: sbi, task: two_moons, simulations: 10_000}
        method:
          flow:
            network:
              kind: stack
              networks: [dense, &a {kind: residual, widths: [8, 8]}, *a]
            latent: {kind: student-t, degrees_of_freedom: 3}
          objective:
            beta: {kind: schedule, from: 1, to: 1e3}
            noise: 1.0e-3
        training:
          epochs: 10
          optimizer: {learning_rate: 5e-4}
          ema: null
          device: "cuda:0"
        evaluate:
          - c2st
          - kind: nll
            samples: 5

        """;

    private static readonly string[] Fragments =
    [
        "{", "}", "[", "]", ":", ": ", "- ", "\n", "  ", "\t", "'", "\"", "#", "&a", "*a", "*b", "!", "!!int ", "|", ">", "? ", "%", "---\n",
        "...\n", "<<", "~", "null",
        "kind", "kind: dense", "1e999", "-1", ".nan", "\\", "\0", "\uFEFF", "é", "\ud83d\ude00", "base: c.yaml\n", "base: x\n", "@", "`", ",", "0", "x",
    ];

    /// <summary>Bounds that only an endless loop or aliases that multiply exceed.</summary>
    private const long MaxBytes = 1L << 26;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly ConfigFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void MutatedTextIsReadOrRefused()
    {
        var random = Seeded("text");
        _folder.Load(Valid);
        var refused = Enumerable.Range(0, 2000).Count(_ => IsRefused(Encoding.UTF8.GetBytes(Mutate(Valid, random)), []));
        Assert.InRange(refused, 1000, 1999);
    }

    [Fact]
    public void MutatedBytesAreReadOrRefused()
    {
        var random = Seeded("bytes");
        for (var i = 0; i < 1000; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(Valid);
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            IsRefused(bytes[..random.Next(bytes.Length / 2, bytes.Length)], []);
        }
    }

    [Fact]
    public void MutatedStructureIsReadOrRefused()
    {
        var random = Seeded("structure");
        var refused = Enumerable.Range(0, 1500).Count(_ => IsRefused(Encoding.UTF8.GetBytes(Restructure(Valid, random)), []));
        Assert.InRange(refused, 500, 1499);
    }

    [Fact]
    public void MutatedOverridesAreReadOrRefused()
    {
        var random = Seeded("overrides");
        string[] overrides =
            ["training.epochs=5", "evaluate.0.kind=nll", "flow.network.networks.1.widths=[1, 2]", "data={kind: toy, distribution: rings}",
                "objective.noise={kind: range, low: 1, high: 2}"];
        for (var i = 0; i < 1000; i++)
        {
            IsRefused(Encoding.UTF8.GetBytes(Valid), [Mutate(random.GetItems(overrides, 1)[0], random), random.GetItems(overrides, 1)[0]]);
        }
    }

    private static Random Seeded(string name) => new((int)NamedSeed.Derive(0, "mutated configurations: " + name));

    // Every exception but ConfigurationException fails the test by itself.
    private bool IsRefused(byte[] bytes, IReadOnlyList<string> overrides)
    {
        File.WriteAllBytes(_folder.Path("c.yaml"), bytes);
        var (allocated, clock) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.StartNew());
        try
        {
            ExperimentFile.Load([_folder.Path("c.yaml")], overrides);
            return false;
        }
        catch (ConfigurationException error)
        {
            Assert.NotEmpty(error.Problems);
            Assert.All(error.Problems, IsLocated);
            return true;
        }
        finally
        {
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - allocated < MaxBytes && clock.Elapsed < Longest,
                $"{clock.Elapsed} for {Encoding.UTF8.GetString(bytes)}");
        }
    }

    /// <summary>On one line; in a file by line and column, unless the whole file is meant.</summary>
    private void IsLocated(Problem problem)
    {
        Assert.DoesNotContain('\n', problem.ToString());
        Assert.True(
            problem.Source.StartsWith("override '", StringComparison.Ordinal)
            || (problem.Source.StartsWith(_folder.Path(""), StringComparison.Ordinal) && (problem.Line > 0 || problem.Key.Length == 0)),
            problem.ToString());
    }

    /// <summary>Lines moved, repeated, indented otherwise, wrapped, or behind anchors and aliases.</summary>
    private static string Restructure(string text, Random random)
    {
        List<string> lines = [.. text.Split('\n')];
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            var (at, other) = (random.Next(lines.Count), random.Next(lines.Count));
            var line = lines[at];
            var colon = line.IndexOf(": ", StringComparison.Ordinal);
            switch (random.Next(8))
            {
                case 0:
                    lines.RemoveAt(at);
                    break;
                case 1:
                    lines.Insert(other, line);
                    break;
                case 2:
                    (lines[at], lines[other]) = (lines[other], line);
                    break;
                case 3:
                    lines[at] = new string(' ', random.Next(1, 5)) + line;
                    break;
                case 4:
                    lines[at] = line.TrimStart();
                    break;
                case 5 when colon > 0:
                    var opening = random.GetItems(["[", "{x: ", "- ", "*a ", "&a ", "!!map ", "? "], 1)[0];
                    lines[at] = $"{line[..colon]}: {opening}{line[(colon + 2)..]}{random.GetItems(["", "]", "}"], 1)[0]}";
                    break;
                case 6 when colon > 0:
                    lines[at] = line[..(colon + 1)];
                    break;
                default:
                    lines.Insert(at, Bomb(random.Next(2, 40)));
                    break;
            }
        }

        return string.Join('\n', lines);
    }

    /// <summary>Each list holds the one before twice: 2ⁿ values.</summary>
    private static string Bomb(int levels) =>
        string.Join('\n', Enumerable.Range(0, levels).Select(level => level == 0 ? "b0: &b0 [x]" : $"b{level}: &b{level} [*b{level - 1}, *b{level - 1}]"));

    private static string Mutate(string text, Random random)
    {
        var mutated = new StringBuilder(text);
        for (var change = random.Next(1, 4); change > 0 && mutated.Length > 0; change--)
        {
            var at = random.Next(mutated.Length);
            var length = Math.Min(random.Next(1, 12), mutated.Length - at);
            switch (random.Next(4))
            {
                case 0:
                    mutated.Remove(at, length);
                    break;
                case 1:
                    mutated.Insert(at, random.GetItems(Fragments, 1)[0]);
                    break;
                case 2:
                    mutated.Insert(random.Next(mutated.Length), mutated.ToString(at, length));
                    break;
                default:
                    mutated.Remove(at, length).Insert(at, random.GetItems(Fragments, 1)[0]);
                    break;
            }
        }

        return mutated.ToString();
    }
}
