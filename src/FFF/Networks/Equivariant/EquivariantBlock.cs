using FFF.Autodiff;
using FFF.Graphs;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Networks.Equivariant;

/// <summary>Passes messages a few times, all of them with the same distances, and then moves the particles.</summary>
internal sealed class EquivariantBlock : nn.Module
{
    private readonly MessagePassing[] _sublayers;
    private readonly CoordinateUpdate _update;
    private readonly double _normConstant;

    /// <summary>Builds the sublayers under the published code's names.</summary>
    /// <param name="config">The network's sizes.</param>
    /// <param name="fixedFeatures">Numbers of an edge beside distances.</param>
    /// <param name="random">Draws the initial weights.</param>
    public EquivariantBlock(EquivariantOptions config, int fixedFeatures, RandomStream random)
        : base(nameof(EquivariantBlock))
    {
        _normConstant = config.NormConstant;
        _sublayers = [.. Enumerable.Range(0, config.Sublayers).Select(_ => new MessagePassing(config, fixedFeatures, random))];
        for (var i = 0; i < _sublayers.Length; i++)
        {
            register_module($"gcl_{i}", _sublayers[i]);
        }

        register_module("gcl_equiv", _update = new CoordinateUpdate(config, fixedFeatures, random));
    }

    /// <summary>Those of the sublayers, then those of the update of positions.</summary>
    public IEnumerable<Tensor> Parameters => [.. _sublayers.SelectMany(s => s.Parameters), .. _update.Parameters];

    /// <summary>New node features and positions.</summary>
    /// <param name="h">[..., N, H].</param>
    /// <param name="x">[..., N, d].</param>
    /// <param name="initial">Squared distances at the network's input, then fixed features of edges, [..., N, N − 1, 1 + E].</param>
    public (Dual H, Dual X) Forward(Dual h, Dual x, Dual initial)
    {
        using var scope = NewDisposeScope();
        var geometry = EdgeGeometry.Of(x, initial, _normConstant);
        Dual? messages = null;
        foreach (var sublayer in _sublayers)
        {
            using var passing = NewDisposeScope();
            var own = sublayer.Messages(h, geometry);
            h = sublayer.Forward(h, own).MoveToOuterDisposeScope();
            messages = _update.ReadsMessages ? own.MoveToOuterDisposeScope() : null;
        }

        return (h.MoveToOuterDisposeScope(), _update.Forward(h, messages, x, geometry).MoveToOuterDisposeScope());
    }

    /// <summary>The same in a graph of operators.</summary>
    /// <param name="h">[..., N, H].</param>
    /// <param name="x">[..., N, d].</param>
    /// <param name="initial">The same of the block before; null where this is the first.</param>
    /// <param name="edges">Fixed features of edges, [B, N, N − 1, E]; null where there are none.</param>
    /// <param name="nodes">N.</param>
    public (GraphDual H, GraphDual X, GraphDual Initial) Forward(GraphDual h, GraphDual x, GraphDual? initial, GraphDual? edges, int nodes)
    {
        var difference = DenseEdges.Add(x, x.Map(t => -t), nodes);
        var squared = difference.SquaredNorm();
        initial ??= squared.Append(edges);
        var (distances, directions) = (squared.Append(initial), difference * EdgeGeometry.InverseLength(squared, _normConstant));
        GraphDual? messages = null;
        foreach (var sublayer in _sublayers)
        {
            messages = sublayer.Messages(h, distances, nodes);
            h = sublayer.Forward(h, messages);
        }

        return (h, _update.Forward(h, messages, x, distances, directions, nodes), initial);
    }
}
