using FFF.Autodiff;
using FFF.Graphs;
using FFF.Kernels;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Networks.Equivariant;

/// <summary>
/// E(n)-equivariant graph network on fully connected graphs of one size: node features are embedded, and blocks update
/// them together with the positions.
/// </summary>
/// <remarks>
/// Satorras, Hoogeboom and Welling, "E(n) Equivariant Graph Neural Networks", ICML 2021, in the form of Hoogeboom,
/// Satorras, Vignac and Welling, "Equivariant Diffusion for Molecule Generation in 3D", ICML 2022.
/// </remarks>
internal sealed class EquivariantGraph : nn.Module
{
    /// <summary>Messages that a block has at once of each edge, and its other numbers; measured as the peak of memory.</summary>
    private const long EdgeTensors = 8;
    private const long EdgeNumbers = 32;

    private readonly EquivariantOptions _config;
    private readonly bool _moves;
    private readonly LinearLayer _embedding;
    private readonly LinearLayer? _readout;
    private readonly EquivariantBlock[] _blocks;

    /// <summary>Builds the network under the published code's names.</summary>
    /// <param name="config">Its sizes.</param>
    /// <param name="inputs">How many features nodes come with.</param>
    /// <param name="outputs">How many features are asked of nodes; may be 0.</param>
    /// <param name="random">Draws the initial weights.</param>
    /// <param name="fixedFeatures">E, how many features edges come with.</param>
    /// <param name="moves">Whether positions are asked for; where they are not, the processor's kernel leaves out the last block's update of them.</param>
    public EquivariantGraph(EquivariantOptions config, int inputs, int outputs, RandomStream random, int fixedFeatures = 0, bool moves = true)
        : base(nameof(EquivariantGraph))
    {
        (_config, _moves) = (config, moves);
        register_module("embedding", _embedding = new LinearLayer(inputs, config.Width, random));
        if (outputs > 0)
        {
            register_module("embedding_out", _readout = new LinearLayer(config.Width, outputs, random));
        }

        _blocks = [.. Enumerable.Range(0, config.Blocks).Select(_ => new EquivariantBlock(config, fixedFeatures, random))];
        for (var i = 0; i < _blocks.Length; i++)
        {
            register_module($"e_block_{i}", _blocks[i]);
        }
    }

    /// <summary>Numbers of a graph at once: of each edge its message on the way through two layers, distances and directions.</summary>
    /// <param name="nodes">N.</param>
    internal long NumbersOfGraph(long nodes) => nodes * Math.Max(1, nodes - 1) * (EdgeTensors * _config.Width + EdgeNumbers);

    /// <summary>New features, null where none are asked for, and positions, which are not to be used where none are.</summary>
    /// <param name="features">[..., N, F].</param>
    /// <param name="x">[..., N, d].</param>
    /// <param name="edges">Features that edges come with, [N, N − 1, E]; null where E = 0. Fused kernels know none: libtorch's operations take over.</param>
    public (Dual? Features, Dual X) Forward(Dual features, Dual x, Tensor? edges = null)
    {
        var h = _embedding.Forward(features);
        var fits = edges is null && FusedBlocks.Fits(_config, h, x);
        KernelsTaken.Note(fits ? KernelsTaken.Graphs : KernelsTaken.Composed);
        (h, x) = fits
            ? FusedBlocks.Of(_config, h, x, _moves, _blocks.SelectMany(b => b.Parameters), (nodes, positions) => Composed(nodes, positions, null))
            : Composed(h, x, edges);
        return (_readout?.Forward(h), x);
    }

    private (Dual H, Dual X) Composed(Dual h, Dual x, Tensor? edges)
    {
        var distances = EdgeGeometry.SquaredDistances(x);
        var initial = distances.Append(edges?.expand([.. distances.Value.shape[..^1], edges.shape[^1]]));
        return _blocks.Aggregate((h, x), (state, block) => block.Forward(state.h, state.x, initial));
    }

    /// <summary>The same in a graph of operators.</summary>
    /// <param name="features">[..., N, F].</param>
    /// <param name="x">[..., N, d].</param>
    /// <param name="edges">Features that edges come with, [B, N, N − 1, E]; null where E = 0.</param>
    /// <param name="nodes">N.</param>
    public (GraphDual? Features, GraphDual X) Forward(GraphDual features, GraphDual x, GraphDual? edges, int nodes)
    {
        var (h, initial) = (_embedding.Forward(features), (GraphDual?)null);
        foreach (var block in _blocks)
        {
            (h, x, initial) = block.Forward(h, x, initial, edges, nodes);
        }

        return (_readout?.Forward(h), x);
    }
}
