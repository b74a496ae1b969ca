using FFF.Autodiff;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Networks.Equivariant;

/// <summary>x_i ← x_i + Σ_j (x_i − x_j) / (‖x_i − x_j‖ + c) · φ_x(h_i, h_j, e_ij) / n.</summary>
internal sealed class CoordinateUpdate : nn.Module
{
    private readonly EdgePerceptron _edge;
    private readonly double _normalization;

    /// <summary>Builds the perceptron φ_x.</summary>
    public CoordinateUpdate(EquivariantOptions config, RandomStream random)
        : base(nameof(CoordinateUpdate))
    {
        _normalization = config.NormalizationFactor;
        register_module("coord_mlp", _edge = new EdgePerceptron(config.Width, random, withReadout: true));
    }

    /// <summary>Those of φ_x.</summary>
    public IEnumerable<Tensor> Parameters => _edge.Parameters;

    /// <summary>The new positions, [..., N, d].</summary>
    public Dual Forward(Dual h, Dual x, EdgeGeometry geometry)
    {
        using var scope = NewDisposeScope();
        return (x + DenseEdges.Sum(geometry.Directions * _edge.Forward(h, geometry)).Map(t => t / _normalization)).MoveToOuterDisposeScope();
    }
}
