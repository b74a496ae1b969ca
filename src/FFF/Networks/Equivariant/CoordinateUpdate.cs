using FFF.Autodiff;
using FFF.Graphs;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Networks.Equivariant;

/// <summary>x_i ← x_i + Σ_j (x_i − x_j) / (‖x_i − x_j‖ + c) · φ_x(h_i, h_j, e_ij) / n.</summary>
internal sealed class CoordinateUpdate : nn.Module
{
    private readonly EdgePerceptron _edge;
    private readonly double _normalization;

    /// <summary>Builds the perceptron φ_x.</summary>
    /// <param name="config">The network's sizes.</param>
    /// <param name="fixedFeatures">Numbers of an edge beside distances.</param>
    /// <param name="random">Draws the initial weights.</param>
    public CoordinateUpdate(EquivariantOptions config, int fixedFeatures, RandomStream random)
        : base(nameof(CoordinateUpdate))
    {
        _normalization = config.NormalizationFactor;
        register_module("coord_mlp", _edge = new EdgePerceptron(config.Width, fixedFeatures, random, withReadout: true));
    }

    /// <summary>Those of φ_x.</summary>
    public IEnumerable<Tensor> Parameters => _edge.Parameters;

    /// <summary>The new positions, [..., N, d].</summary>
    public Dual Forward(Dual h, Dual x, EdgeGeometry geometry)
    {
        using var scope = NewDisposeScope();
        return (x + DenseEdges.Sum(geometry.Directions * _edge.Forward(h, geometry)).Map(t => t / _normalization)).MoveToOuterDisposeScope();
    }

    /// <summary>The same in a graph of operators.</summary>
    /// <param name="h">[..., N, H].</param>
    /// <param name="x">[..., N, d].</param>
    /// <param name="distances">[..., N, N − 1, 2 + E].</param>
    /// <param name="directions">[..., N, N − 1, d].</param>
    /// <param name="nodes">N.</param>
    public GraphDual Forward(GraphDual h, GraphDual x, GraphDual distances, GraphDual directions, int nodes) =>
        x + (directions * _edge.Forward(h, distances, nodes)).Map(t => t.Sum(-2) / _normalization);
}
