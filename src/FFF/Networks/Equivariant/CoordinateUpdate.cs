using FFF.Autodiff;
using FFF.Graphs;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Networks.Equivariant;

/// <summary>
/// x_i ← x_i + Σ_j (x_i − x_j) / (‖x_i − x_j‖ + c) · φ_ij / n, where φ_ij = φ_x(h_i, h_j, e_ij) is of an edge perceptron of its own, or read out of
/// the messages that nodes were just sent, φ_ij = w₃ · m_ij; with a bound R tanh(φ_ij / R) stands in its place.
/// </summary>
internal sealed class CoordinateUpdate : nn.Module
{
    private readonly EdgePerceptron? _edge;
    private readonly LinearLayer? _readout;
    private readonly double _normalization;
    private readonly double? _bound;

    /// <summary>Builds the perceptron φ_x or the readout w₃.</summary>
    /// <param name="config">The network's sizes.</param>
    /// <param name="fixedFeatures">Numbers of an edge beside distances.</param>
    /// <param name="random">Draws the initial weights.</param>
    public CoordinateUpdate(EquivariantOptions config, int fixedFeatures, RandomStream random)
        : base(nameof(CoordinateUpdate))
    {
        (_normalization, _bound) = (config.NormalizationFactor, config.MoveBound);
        if (config.SharedMessages)
        {
            register_module("coord_mlp", _readout = EdgePerceptron.Readout(config.Width, random));
        }
        else
        {
            register_module("coord_mlp", _edge = new EdgePerceptron(config.Width, fixedFeatures, random, withReadout: true));
        }
    }

    /// <summary>Whether the numbers are read out of messages.</summary>
    public bool ReadsMessages => _readout is not null;

    /// <summary>Those of φ_x, or w₃.</summary>
    public IEnumerable<Tensor> Parameters => _edge?.Parameters ?? [_readout!.Weight];

    /// <summary>The new positions, [..., N, d].</summary>
    /// <param name="h">[..., N, H].</param>
    /// <param name="messages">m_ij, [..., N, N − 1, H]; not needed where there is a perceptron.</param>
    /// <param name="x">[..., N, d].</param>
    /// <param name="geometry">The edges' features.</param>
    public Dual Forward(Dual h, Dual? messages, Dual x, EdgeGeometry geometry)
    {
        using var scope = NewDisposeScope();
        var number = _edge?.Forward(h, geometry) ?? _readout!.Forward(messages!);
        if (_bound is { } bound)
        {
            number = number.Map(t => t / bound).Apply(Activation.Of(ActivationKind.Tanh)).Map(t => bound * t);
        }

        return (x + DenseEdges.Sum(geometry.Directions * number).Map(t => t / _normalization)).MoveToOuterDisposeScope();
    }

    /// <summary>The same in a graph of operators.</summary>
    /// <param name="h">[..., N, H].</param>
    /// <param name="messages">m_ij, [..., N, N − 1, H]; not needed where there is a perceptron.</param>
    /// <param name="x">[..., N, d].</param>
    /// <param name="distances">[..., N, N − 1, 2 + E].</param>
    /// <param name="directions">[..., N, N − 1, d].</param>
    /// <param name="nodes">N.</param>
    public GraphDual Forward(GraphDual h, GraphDual? messages, GraphDual x, GraphDual distances, GraphDual directions, int nodes)
    {
        var number = _edge?.Forward(h, distances, nodes) ?? _readout!.Forward(messages!);
        if (_bound is { } bound)
        {
            number = number.Map(t => t / bound).Apply(ActivationKind.Tanh).Map(t => bound * t);
        }

        return x + (directions * number).Map(t => t.Sum(-2) / _normalization);
    }
}
