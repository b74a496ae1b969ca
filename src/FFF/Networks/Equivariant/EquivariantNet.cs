using FFF.Autodiff;
using FFF.Graphs;
using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Networks.Equivariant;

/// <summary>
/// A flow's network on particles: [x, f] + [x' − x without its mean over particles, f'] with positions x and features f
/// of an E(n)-equivariant graph network. It leaves the particles' mean where it is.
/// </summary>
public sealed class EquivariantNet : nn.Module, INetwork, IGraphNetwork
{
    private const string LabelsName = "labels";
    private const string BondsName = "bonds";

    private readonly NodeLayout _layout;
    private readonly EquivariantGraph _egnn;

    /// <summary>Builds the network.</summary>
    /// <param name="config">Its sizes.</param>
    /// <param name="layout">How a row is a graph, of any number of nodes.</param>
    /// <param name="conditions">C, told to every particle.</param>
    /// <param name="random">Draws the initial weights.</param>
    public EquivariantNet(EquivariantOptions config, NodeLayout layout, int conditions, RandomStream random)
        : base(nameof(EquivariantNet))
    {
        _layout = layout;
        register_module("egnn", _egnn = new EquivariantGraph(config, layout.Told + conditions, layout.Features, random, layout.Bonds is null ? 0 : 1));
        if (layout.Labels is { } labels)
        {
            // A buffer moves with the network: what is copied from the host in a step could not be recorded in a graph.
            register_buffer(LabelsName, labels.OneHot());
        }

        if (layout.Bonds is { } bonds)
        {
            register_buffer(BondsName, bonds.OfEdges(layout.Count ?? throw new ArgumentException("Bonds are of rows of one size.", nameof(layout))));
        }
    }

    /// <inheritdoc/>
    public long NumbersOfRow(long dimension) => _egnn.NumbersOfGraph(dimension / _layout.Width);

    /// <inheritdoc/>
    public Dual Forward(Dual x, Tensor? condition)
    {
        var (positions, features) = GraphRows.Split(x, _layout);
        var told = GraphRows.Told(features, positions, condition, _layout.Labels is null ? GraphRows.Ranks(positions, _layout) : get_buffer(LabelsName));
        var (change, moved) = _egnn.Forward(told, positions, _layout.Bonds is null ? null : get_buffer(BondsName));
        var displacement = (moved - positions).Map(t => t - t.mean([-2], keepdim: true));
        return GraphRows.Join(positions + displacement, features is null ? null : features + change!);
    }

    /// <inheritdoc/>
    GraphDual IGraphNetwork.Forward(GraphDual x, GraphDual? condition)
    {
        var nodes = x.Width / _layout.Width;
        if (_layout.Features > 0)
        {
            throw new GraphException("The network egnn on molecules cannot be written as a graph of operators, whose rows have one size: on particles it can.");
        }

        var positions = x.Reshape(nodes, _layout.Width);
        var (_, moved) = _egnn.Forward(Told(positions.Value, condition, nodes), positions, Bonds(positions.Value), nodes);
        var displacement = (moved - positions).Map(t => t - (t.Sum(-2, keeps: true) / nodes));
        return (positions + displacement).Reshape(x.Width);
    }

    /// <summary>What nodes are told, as constants that are added to a column of zeros, which has the number of rows.</summary>
    private GraphDual Told(GraphValue positions, GraphDual? condition, int nodes)
    {
        using var scope = NewDisposeScope();
        var labels = _layout.Labels is null ? ones(nodes, 1) : get_buffer(LabelsName)!;
        var none = 0 * positions.Slice(-1, 0, 1);
        var own = new GraphDual(none + positions.Graph.Constant(labels, ElementKind.Single), null, (int)labels.shape[1]);
        return own.Append(condition?.Map(c => none + c.Unsqueeze(1)));
    }

    /// <summary>What edges are told, [B, N, N − 1, 1].</summary>
    private GraphDual? Bonds(GraphValue positions)
    {
        if (_layout.Bonds is null)
        {
            return null;
        }

        var none = (0 * positions.Slice(-1, 0, 1)).Unsqueeze(-1);
        return new GraphDual(none + positions.Graph.Constant(get_buffer(BondsName)!, ElementKind.Single), null, 1);
    }
}
