using FFF.Configuration;
using FFF.Datasets;
using FFF.Randomness;

namespace FFF.Devices;

/// <summary>What a device is examined with: a small experiment on random data.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Experiment">Method and networks; its data are not read.</param>
/// <param name="Dimension">D.</param>
/// <param name="Conditions">C.</param>
/// <param name="Particles">How a row is a system of particles; null where it is none.</param>
/// <param name="Molecules">What there is to know of molecules; null where there are none.</param>
public sealed record ExamWorkload(string Name, Experiment Experiment, int Dimension, int Conditions, ParticleShape? Particles = null, MoleculeShape? Molecules = null)
{
    private const long Count = 64;
    private const int Batch = 32;

    /// <summary>A dense and a graph network.</summary>
    public static IReadOnlyList<ExamWorkload> Short { get; } =
    [
        new("sbi", Of(new StackNetwork { Networks = [new DenseNetwork { Widths = [32, 32] }, new ResidualNetwork { Blocks = 1, Widths = [32] }] }, new NormalLatent()), 5, 8),
        OfParticles("dw4", new(4, 2)),
    ];

    /// <summary>One of every kind that can be trained.</summary>
    public static IReadOnlyList<ExamWorkload> All { get; } =
    [
        .. Short,
        OfParticles("lj13", new(13, 3)),
        new("qm9", Of(Graph, new MeanFreeNormalLatent()), 0, 0, Molecules: new MoleculeShape([1, 6, 7, 8, 9], [0, 0, 0, 0, 0, Count, Count])),
        new("spline-flow", Of(new SplineFlowMethod { Transforms = 2, Widths = [16, 16], Bins = 5 }), 3, 2),
        new("flow-matching", Of(new FlowMatchingMethod { Network = new DenseNetwork { Widths = [32, 32] }, Tolerance = 1e-4 }), 3, 2),
    ];

    /// <summary>Lazy tensors take time by the square of the number of parameters.</summary>
    private static EquivariantNetwork Graph => new() { Blocks = 1, Sublayers = 1, Width = 32, NormalizationFactor = 3 };

    /// <summary>The data, the same at every call, on the CPU.</summary>
    public Samples Data()
    {
        using var random = NamedSeed.Stream(0, "examination");
        return RandomData.Of(Count, Dimension, Conditions, Particles, Molecules, random);
    }

    private static ExamWorkload OfParticles(string name, ParticleShape shape) =>
        new(name, Of(Graph, new MeanFreeNormalLatent()), shape.Particles * shape.Dimensions, 0, shape);

    private static Experiment Of(NetworkConfig network, LatentConfig latent) => Of(new FreeFormMethod()) with
    {
        Flow = new FlowConfig { Network = network, Latent = latent, Dequantizer = new DequantizerConfig { Blocks = 1, Sublayers = 1, Width = 32 } },
        Objective = new ObjectiveConfig { Beta = new FixedSetting { Value = 25 } },
    };

    private static Experiment Of(MethodConfig method) => new()
    {
        Name = "examination",
        Data = new ToyData { Distribution = ToyDistribution.TwoMoons },
        Method = method,
        Training = new TrainingConfig { BatchSize = Batch },
    };
}
