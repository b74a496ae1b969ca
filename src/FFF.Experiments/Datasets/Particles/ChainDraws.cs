using FFF.Evaluation.Boltzmann;
using static TorchSharp.torch;

namespace FFF.Datasets.Particles;

/// <summary>What chains drew: positions of the system, and quantities of each chain.</summary>
internal sealed class ChainDraws(IParticleSystem system)
{
    private readonly List<Tensor> _positions = [];
    private readonly List<double[]> _energies = [];
    private readonly List<double[]> _radii = [];
    private readonly List<double[]> _virials = [];
    private readonly List<IReadOnlyList<double[]>> _differences = [];

    /// <summary>U of each draw.</summary>
    public IEnumerable<double> Energies => _energies.SelectMany(draw => draw);

    /// <summary>Of U.</summary>
    public ChainStatistics Energy => ChainStatistics.Of(ByChain(_energies));

    /// <summary>Of √(Σ‖x_i‖²/N).</summary>
    public ChainStatistics GyrationRadius => ChainStatistics.Of(ByChain(_radii));

    /// <summary>Of x·∇U(x).</summary>
    public ChainStatistics Virial => ChainStatistics.Of(ByChain(_virials));

    /// <summary>How many chains have the same energy in all draws: none of their moves was accepted in between.</summary>
    public int Frozen => ByChain(_energies).Count(chain => chain.All(energy => energy == chain[0]));

    /// <summary>Takes a draw of each chain.</summary>
    public void Add(ReplicaChains chains, Randomness.RandomStream random)
    {
        using var scope = NewDisposeScope();
        var state = chains.OfSystem;
        _positions.Add(RandomSymmetry.Apply(state.Positions, system.Shape, random).to(float32).cpu().MoveToOuterDisposeScope());
        _energies.Add(ChainNumbers.Of(state.Energy));
        _radii.Add(ChainNumbers.Of((state.Positions.square().sum([1]) / system.Shape.Particles).sqrt()));
        _virials.Add(ChainNumbers.Of(VirialTheorem.Of(state)));
        _differences.Add(chains.Differences);
    }

    /// <summary>All positions, [draws·chains, N·d].</summary>
    public Tensor Positions() => cat(_positions, 0);

    /// <summary>log Z of the system.</summary>
    public MeanEstimate LogZ(GaussianPath path, IReadOnlyList<double> lambdas)
    {
        var ratio = BennettRatio.LogZ(lambdas, [.. lambdas.Select((_, r) => _differences.Select(draw => draw[r]).ToArray())]);
        return ratio with { Value = path.LogZ0 + ratio.Value };
    }

    private static double[][] ByChain(List<double[]> draws) =>
        [.. Enumerable.Range(0, draws[0].Length).Select(chain => draws.Select(draw => draw[chain]).ToArray())];
}
