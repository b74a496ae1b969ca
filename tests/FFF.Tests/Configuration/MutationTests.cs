using System.Text;
using FFF.Configuration;
using Xunit;

namespace FFF.Tests.Configuration;

/// <summary>Whatever the text, a configuration is either read or refused with an explanation.</summary>
public sealed class MutationTests : IDisposable
{
    private const string Valid = """
        name: moons
        seed: 3
        data: {kind: sbi, task: two_moons, simulations: 10_000}
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
        "{", "}", "[", "]", ":", ": ", "- ", "\n", "  ", "\t", "'", "\"", "#", "&a", "*a", "*b", "!", "!!int ", "|", ">", "? ", "%", "---\n", "...\n", "<<", "~", "null",
        "kind", "kind: dense", "1e999", "-1", ".nan", "\\", "\0", "\uFEFF", "é", "\ud83d\ude00", "base: c.yaml\n", "base: x\n", "@", "`", ",", "0", "x",
    ];

    private readonly ConfigFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void MutatedTextIsReadOrRefused()
    {
        var random = new Random(20240601);
        _folder.Load(Valid);
        var refused = 0;
        for (var i = 0; i < 300; i++)
        {
            refused += IsRefused(Encoding.UTF8.GetBytes(Mutate(Valid, random)), []) ? 1 : 0;
        }

        Assert.InRange(refused, 150, 299);
    }

    [Fact]
    public void MutatedBytesAreReadOrRefused()
    {
        var random = new Random(20240602);
        for (var i = 0; i < 300; i++)
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
    public void MutatedOverridesAreReadOrRefused()
    {
        var random = new Random(20240603);
        string[] overrides =
            ["training.epochs=5", "evaluate.0.kind=nll", "flow.network.networks.1.widths=[1, 2]", "data={kind: toy, distribution: rings}", "objective.noise={low: 1, high: 2}"];
        for (var i = 0; i < 300; i++)
        {
            IsRefused(Encoding.UTF8.GetBytes(Valid), [Mutate(random.GetItems(overrides, 1)[0], random), random.GetItems(overrides, 1)[0]]);
        }
    }

    // Every exception but ConfigurationException fails the test by itself.
    private bool IsRefused(byte[] bytes, IReadOnlyList<string> overrides)
    {
        File.WriteAllBytes(_folder.Path("c.yaml"), bytes);
        try
        {
            ExperimentFile.Load([_folder.Path("c.yaml")], overrides);
            return false;
        }
        catch (ConfigurationException error)
        {
            Assert.NotEmpty(error.Problems);
            Assert.All(error.Problems, problem => Assert.DoesNotContain('\n', problem.ToString()));
            return true;
        }
    }

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
