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
    public EquivariantBlock(EquivariantOptions config, RandomStream random)
        : base(nameof(EquivariantBlock))
    {
        _normConstant = config.NormConstant;
        _sublayers = [.. Enumerable.Range(0, config.Sublayers).Select(_ => new MessagePassing(config, random))];
        for (var i = 0; i < _sublayers.Length; i++)
        {
            register_module($"gcl_{i}", _sublayers[i]);
        }

        register_module("gcl_equiv", _update = new CoordinateUpdate(config, random));
    }

    /// <summary>Those of the sublayers, then those of the update of positions.</summary>
    public IEnumerable<Tensor> Parameters => [.. _sublayers.SelectMany(s => s.Parameters), .. _update.Parameters];

    /// <summary>New node features and positions.</summary>
    /// <param name="h">[..., N, H].</param>
    /// <param name="x">[..., N, d].</param>
    /// <param name="initial">Squared distances at the network's input, [..., N, N − 1, 1].</param>
    public (Dual H, Dual X) Forward(Dual h, Dual x, Dual initial)
    {
        using var scope = NewDisposeScope();
        var geometry = EdgeGeometry.Of(x, initial, _normConstant);
        foreach (var sublayer in _sublayers)
        {
            h = sublayer.Forward(h, geometry);
        }

        return (h.MoveToOuterDisposeScope(), _update.Forward(h, x, geometry).MoveToOuterDisposeScope());
    }

    /// <summary>The same in a graph of operators.</summary>
    /// <param name="h">[..., N, H].</param>
    /// <param name="x">[..., N, d].</param>
    /// <param name="initial">Squared distances at the network's input, [..., N, N − 1, 1]; null where this is the first block.</param>
    /// <param name="nodes">N.</param>
    public (GraphDual H, GraphDual X, GraphDual Initial) Forward(GraphDual h, GraphDual x, GraphDual? initial, int nodes)
    {
        var difference = DenseEdges.Add(x, x.Map(t => -t), nodes);
        var squared = difference.SquaredNorm();
        initial ??= squared;
        var (distances, directions) = (squared.Append(initial), difference * EdgeGeometry.InverseLength(squared, _normConstant));
        foreach (var sublayer in _sublayers)
        {
            h = sublayer.Forward(h, distances, nodes);
        }

        return (h, _update.Forward(h, x, distances, directions, nodes), initial);
    }
}
