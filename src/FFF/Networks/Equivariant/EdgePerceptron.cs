using FFF.Autodiff;
using FFF.Graphs;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Networks.Equivariant;

/// <summary>
/// m_ij = a(W₂ a(W₁ [h_i, h_j, e_ij] + b₁) + b₂) with SiLU a. The first layer is split, W₁ [h_i, h_j, e_ij] =
/// W_i h_i + W_j h_j + W_e e_ij: its large part is computed for nodes, not for pairs of them.
/// </summary>
internal sealed class EdgePerceptron : nn.Module
{
    /// <summary>Squared distances, now and at the input.</summary>
    private const int DistanceFeatures = 2;

    private static readonly Activation Silu = Activation.Of(ActivationKind.Silu);
    private readonly int _width;
    private readonly int _edgeFeatures;
    private readonly LinearLayer _first;
    private readonly LinearLayer _second;
    private readonly LinearLayer? _readout;

    /// <summary>Builds the layers; named as in PyTorch's Sequential of linear layers and activations.</summary>
    /// <param name="width">H.</param>
    /// <param name="fixedFeatures">Numbers of an edge beside distances, which do not change as nodes move.</param>
    /// <param name="random">Draws the initial weights.</param>
    /// <param name="withReadout">Whether one number, w₃ · m_ij, is computed instead of m_ij.</param>
    public EdgePerceptron(int width, int fixedFeatures, RandomStream random, bool withReadout)
        : base(nameof(EdgePerceptron))
    {
        (_width, _edgeFeatures) = (width, DistanceFeatures + fixedFeatures);
        register_module("0", _first = new LinearLayer(2 * width + _edgeFeatures, width, random));
        register_module("2", _second = new LinearLayer(width, width, random));
        if (withReadout)
        {
            register_module("4", _readout = Readout(width, random));
        }
    }

    /// <summary>w₃, with which particles hardly move at first: Glorot and Bengio's uniform bound √(6 / (in + out)), times 0.001.</summary>
    public static LinearLayer Readout(int width, RandomStream random) =>
        new(width, 1, random, withBias: false, weightBound: 1e-3 * Math.Sqrt(6.0 / (width + 1)));

    /// <summary>W₁, b₁, W₂, b₂ and, where there is one, w₃.</summary>
    public IEnumerable<Tensor> Parameters =>
        [_first.Weight, _first.Bias!, _second.Weight, _second.Bias!, .. _readout is null ? [] : (Tensor[])[_readout.Weight]];

    /// <summary>m_ij, [..., N, N − 1, H], or the number read out of it, [..., N, N − 1, 1].</summary>
    /// <param name="h">Node features, [..., N, H].</param>
    /// <param name="geometry">The edges' features.</param>
    public Dual Forward(Dual h, EdgeGeometry geometry)
    {
        using var scope = NewDisposeScope();
        var m = _second.Forward(FirstLayer(h, geometry)).Apply(Silu);
        return (_readout is null ? m : _readout.Forward(m)).MoveToOuterDisposeScope();
    }

    /// <summary>a(W_i h_i + W_j h_j + W_e e_ij + b₁), [..., N, N − 1, H]; what the sum is made of is freed.</summary>
    private Dual FirstLayer(Dual h, EdgeGeometry geometry)
    {
        using var scope = NewDisposeScope();
        Tensor Weight(long first, long count) => _first.Weight.narrow(1, first, count);
        var nodes = DenseEdges.Add(h.Linear(Weight(0, _width), _first.Bias), h.Linear(Weight(_width, _width), null));
        return (nodes + geometry.Distances.Linear(Weight(2 * _width, _edgeFeatures), null)).Apply(Silu).MoveToOuterDisposeScope();
    }

    /// <summary>The same in a graph of operators.</summary>
    /// <param name="h">[..., N, H].</param>
    /// <param name="distances">[..., N, N − 1, 2 + E].</param>
    /// <param name="nodes">N.</param>
    public GraphDual Forward(GraphDual h, GraphDual distances, int nodes)
    {
        using var scope = NewDisposeScope();
        Tensor Weight(long first, long count) => _first.Weight.narrow(1, first, count);
        var first = DenseEdges.Add(h.Linear(Weight(0, _width), _first.Bias), h.Linear(Weight(_width, _width), null), nodes)
            + distances.Linear(Weight(2 * _width, _edgeFeatures), null);
        var m = _second.Forward(first.Apply(ActivationKind.Silu)).Apply(ActivationKind.Silu);
        return _readout is null ? m : _readout.Forward(m);
    }
}
