namespace FFF.Cli.Tests;

/// <summary>Experiments so small that they take a second.</summary>
internal static class Configs
{
    /// <summary>Gives a run whose experiment names no evaluation one of its own, as if it had been trained with it.</summary>
    public static void SetOwnEvaluation(Workplace place, string run, string evaluation)
    {
        var (path, none) = (place[$"runs/{run}/v0001/config.yaml"], "evaluate: []");
        Xunit.Assert.Contains(none, File.ReadAllText(path), StringComparison.Ordinal);
        File.WriteAllText(path, File.ReadAllText(path).Replace(none, $"evaluate: [{evaluation}]", StringComparison.Ordinal));
    }

    public const string Toy = """
        name: moons
        data: { kind: toy, distribution: two_moons, samples: 400 }
        method: { flow: { network: { kind: dense, widths: [16] } } }
        training: { epochs: 2, batch_size: 64, threads: 1, validate_every: 1 }
        evaluate: [nll]
        """;

    public const string Sbi = """
        name: posterior
        data: { kind: sbi, task: two_moons, simulations: 500 }
        method: { flow: { network: { kind: residual, blocks: 1, widths: [16] } }, objective: { beta: 100 } }
        training: { epochs: 5, batch_size: 50, threads: 1 }
        """;
}
