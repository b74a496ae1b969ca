using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Sbi;

/// <summary>A task of the simulation-based inference benchmark (sbibm): prior, simulator and the prior's support.</summary>
/// <remarks>Source: Lueckmann, Boelts, Greenberg, Gonçalves and Macke, "Benchmarking Simulation-Based Inference", AISTATS 2021.</remarks>
public interface ISbiTask
{
    /// <summary>The benchmark's name of the task, under which <see cref="ReferenceData"/> finds its observations.</summary>
    string Name { get; }

    /// <summary>D, the dimension of the parameters θ.</summary>
    int ParameterDimension { get; }

    /// <summary>C, the dimension of the data x.</summary>
    int DataDimension { get; }

    /// <summary>What θ are points of: positive parameters are learnt as their logarithms.</summary>
    Space ParameterSpace => new VectorSpace(ParameterDimension);

    /// <summary>The bounds of each parameter, where the prior is a box; null where it is none.</summary>
    IReadOnlyList<ColumnBounds>? Box => null;

    /// <summary>Draws θ from the prior, [N, D], float32 on the CPU.</summary>
    Tensor SamplePrior(long count, RandomStream random);

    /// <summary>Simulates x given θ: [N, D] to [N, C], on the device that both arguments live on.</summary>
    Tensor Simulate(Tensor parameters, RandomStream random);

    /// <summary>Whether θ lies in the prior's support: [N, D] to booleans [N]; null where the support is unbounded.</summary>
    Tensor? InSupport(Tensor parameters);

    /// <summary>
    /// What a flow is conditioned on in place of x, [..., C] to [..., C']: x itself unless a task has tails too heavy to be
    /// standardised. Nothing that tells about θ is lost. Values that no simulation gives may become not finite.
    /// </summary>
    Tensor ToCondition(Tensor data) => data.alias();
}
