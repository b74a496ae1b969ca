namespace FFF.Outside.Tests;

/// <summary>An experiment of which everything that can be a kind is one of this assembly's.</summary>
internal static class OutsideExperiment
{
    public const string Text = """
        name: outside
        seed: 3
        data: { kind: outside-bridge, samples: 600, space: { kind: outside-box, low: -1, high: 3 } }
        method:
          kind: outside-exact
          network: { kind: outside-wave, waves: 16 }
          latent: { kind: outside-laplace, scale: 0.7 }
        training: { epochs: 8, validate_every: 1, batch_size: 60, threads: 1, device: cpu, optimizer: { learning_rate: 0.01 } }
        evaluate: [nll, { kind: outside-inside, draws: 300 }]
        """;
}
