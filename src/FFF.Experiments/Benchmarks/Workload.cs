using FFF.Flows;
using FFF.Flows.Molecules;
using FFF.Latents;
using FFF.Networks;
using FFF.Networks.Equivariant;
using FFF.Spaces;

namespace FFF.Benchmarks;

/// <summary>What a benchmark trains: the networks of one of the paper's experiments on random data of its shape.</summary>
/// <param name="Name">What users call it.</param>
/// <param name="Description">One line about it.</param>
/// <param name="Network">Encoder and decoder.</param>
/// <param name="Latent">The latent density.</param>
/// <param name="Space">What the data are points of.</param>
/// <param name="Conditions">C.</param>
/// <param name="Beta">β.</param>
/// <param name="BatchSize">The paper's samples per step.</param>
/// <param name="GradientClip">The paper's largest norm of the gradient.</param>
/// <param name="Steps">Steps per repeat that take about a second or more on a CPU.</param>
internal sealed record Workload(
    string Name, string Description, NetworkConfig Network, LatentConfig Latent, Space Space, int Conditions,
    double Beta, int BatchSize, double? GradientClip, int Steps)
{
    /// <summary>About the mean number of atoms in QM9.</summary>
    private const int TypicalAtoms = 18;

    private const int Molecules = 10_000;

    /// <summary>QM9's elements, and molecules of one size, so that steps are alike.</summary>
    private static readonly MoleculeSpace Qm9Shape = new([1, 6, 7, 8, 9], [.. Enumerable.Repeat(0L, TypicalAtoms), Molecules]);

    /// <summary>All workloads.</summary>
    public static IReadOnlyList<Workload> All { get; } =
    [
        new("sbi", "the network of the paper's inference experiment", new StackOptions { Networks = [new DenseOptions(), new ResidualOptions()] },
            new NormalLatent(), new VectorSpace(5), Conditions: 8, Beta: 25, BatchSize: 128, GradientClip: null, Steps: 20),
        OfParticles("dw4", new(4, 2), blocks: 20, beta: 10, batch: 256, clip: 1, steps: 3),
        OfParticles("lj13", new(13, 3), blocks: 8, beta: 200, batch: 256, clip: 1, steps: 1),
        OfParticles("lj55", new(55, 3), blocks: 8, beta: 500, batch: 56, clip: 0.1, steps: 1),
        new("qm9", "the equivariant network of the paper's QM9 experiment with its dequantiser, on molecules of 18 atoms",
            new EquivariantOptions { Blocks = 16 }, new MeanFreeNormalLatent(), Qm9Shape, Conditions: 0, Beta: 2000, BatchSize: 64,
            GradientClip: null, Steps: 3),
    ];

    /// <summary>D, the numbers of a latent row; of molecules, those of a typical one.</summary>
    public int Dimension => Space is MoleculeSpace molecules ? TypicalAtoms * molecules.Nodes.Width : Space.Dimension;

    /// <summary>How a row is a graph; null where it is none.</summary>
    public NodeLayout? Nodes => Space.Nodes;

    /// <summary>What a sample costs.</summary>
    public NetworkCost Cost => NetworkCost.Of(Space, Conditions);

    /// <summary>How large a step is.</summary>
    /// <param name="batch">Samples per step.</param>
    public StepCost Step(int batch) => StepCost.FreeForm(Network, Cost, batch, Space is MoleculeSpace ? new DequantizerConfig() : null);

    private static Workload OfParticles(string name, MeanFreePositions space, int blocks, double beta, int batch, double clip, int steps) =>
        new(name, $"the equivariant network of the paper's {name.ToUpperInvariant()} experiment", new EquivariantOptions { Blocks = blocks },
            new MeanFreeNormalLatent(), space, Conditions: 0, beta, batch, clip, steps);
}
