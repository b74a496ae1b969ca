using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Toy;
using FFF.Flows;
using FFF.Flows.Matching;
using FFF.Flows.Molecules;
using FFF.Flows.Splines;
using FFF.Networks;
using FFF.Networks.Embeddings;
using FFF.Networks.Equivariant;
using FFF.Randomness;
using FFF.Spaces;
using FFF.Training;

namespace FFF.Benchmarks;

/// <summary>What a device is examined with: a small experiment on random data.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Experiment">Method and networks; its data are not read.</param>
/// <param name="Space">What the data are points of.</param>
/// <param name="Conditions">C.</param>
internal sealed record ExamWorkload(string Name, Experiment Experiment, Space Space, int Conditions)
{
    private const long Count = 64;
    private const int Batch = 32;

    /// <summary>Its name, as lists of workloads in help and reference show it.</summary>
    public override string ToString() => Name;

    /// <summary>A dense and a graph network.</summary>
    public static IReadOnlyList<ExamWorkload> Short { get; } =
    [
        new("sbi", Of(new StackOptions { Networks = [new DenseOptions { Widths = [32, 32] }, new ResidualOptions { Blocks = 1, Widths = [32] }] }),
            new VectorSpace(5), 8),
        OfParticles("dw4", new(4, 2)),
    ];

    /// <summary>One of every kind that can be trained.</summary>
    public static IReadOnlyList<ExamWorkload> All { get; } =
    [
        .. Short,
        OfParticles("lj13", new(13, 3)),
        new("qm9", Of(Graph), new MoleculeSpace([1, 6, 7, 8, 9], [0, 0, 0, 0, 0, Count, Count]), 0),
        new("spline-flow", Of(new SplineFlowMethod { Transforms = 2, Widths = [16, 16], Bins = 5 }), new VectorSpace(3), 2),
        new("flow-matching", Of(new FlowMatchingMethod { Network = new DenseOptions { Widths = [32, 32] }, Tolerance = 1e-4 }), new VectorSpace(3), 2),
        new("deep-set", OfSummaries(new DeepSetOptions { Features = 2, ElementWidths = [16, 16], Widths = [16], Outputs = 4 }), new VectorSpace(3), 12),
        new("conv1d", OfSummaries(new Conv1dOptions { Channels = 2, Filters = [8, 8], Widths = [16], Outputs = 4 }), new VectorSpace(3), 12),
    ];

    /// <summary>Lazy tensors take time by the square of the number of parameters.</summary>
    private static EquivariantOptions Graph => new() { Blocks = 1, Sublayers = 1, Width = 32, NormalizationFactor = 3 };

    /// <summary>The data, the same at every call, on the CPU.</summary>
    public Samples Data()
    {
        using var random = NamedSeed.Stream(0, "examination");
        return RandomData.Of(Count, Space, Conditions, random);
    }

    private static ExamWorkload OfParticles(string name, MeanFreePositions space) => new(name, Of(Graph), space, 0);

    private static Experiment OfSummaries(EmbeddingConfig embedding) => Of(new FreeFormMethod
    {
        Flow = new FlowConfig { Network = new DenseOptions { Widths = [32, 32] }, Embedding = embedding },
    });

    private static Experiment Of(NetworkConfig network) => Of(new FreeFormMethod
    {
        Flow = new FlowConfig { Network = network, Dequantizer = new DequantizerConfig { Blocks = 1, Sublayers = 1, Width = 32 } },
        Objective = new ObjectiveConfig { Beta = new FixedSetting { Value = 25 } },
    });

    private static Experiment Of(MethodConfig method) => new()
    {
        Name = "examination",
        Data = new ToyData { Distribution = ToyDistribution.TwoMoons },
        Method = method,
        Training = new TrainingConfig { BatchSize = Batch },
    };
}
