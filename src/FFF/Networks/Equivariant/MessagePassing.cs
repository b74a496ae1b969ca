using FFF.Autodiff;
using FFF.Graphs;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Networks.Equivariant;

/// <summary>h_i ← h_i + φ_h([h_i, Σ_j σ(w_a · m_ij + b_a) m_ij / n]), m_ij from h_i, h_j and the squared distances.</summary>
internal sealed class MessagePassing : nn.Module
{
    private readonly EdgePerceptron _edge;
    private readonly Mlp _node;
    private readonly Mlp? _attention;
    private readonly double _normalization;

    /// <summary>Builds the perceptrons φ_e, φ_h, and the attention where asked for.</summary>
    /// <param name="config">The network's sizes.</param>
    /// <param name="fixedFeatures">Numbers of an edge beside distances.</param>
    /// <param name="random">Draws the initial weights.</param>
    public MessagePassing(EquivariantOptions config, int fixedFeatures, RandomStream random)
        : base(nameof(MessagePassing))
    {
        _normalization = config.NormalizationFactor;
        register_module("edge_mlp", _edge = new EdgePerceptron(config.Width, fixedFeatures, random, withReadout: false));
        var silu = Activation.Of(ActivationKind.Silu);
        register_module("node_mlp", _node = new Mlp(2 * config.Width, [config.Width], config.Width, silu, zeroOutput: false, random));
        if (config.Attention)
        {
            register_module("att_mlp", _attention = new Mlp(config.Width, [], 1, silu, zeroOutput: false, random));
        }
    }

    /// <summary>Those of φ_e, of φ_h, and of the attention.</summary>
    public IEnumerable<Tensor> Parameters => [.. _edge.Parameters, .. _node.Parameters, .. _attention?.Parameters ?? []];

    /// <summary>m_ij, [..., N, N − 1, H].</summary>
    public Dual Messages(Dual h, EdgeGeometry geometry) => _edge.Forward(h, geometry);

    /// <summary>The new node features, [..., N, H].</summary>
    /// <param name="h">[..., N, H].</param>
    /// <param name="message">m_ij.</param>
    public Dual Forward(Dual h, Dual message)
    {
        using var scope = NewDisposeScope();
        message = _attention is null ? message : message * _attention.Forward(message).Apply(sigmoid, Sigmoid);
        var sum = DenseEdges.Sum(message).Map(t => t / _normalization);
        return (h + _node.Forward(h.Append(sum))).MoveToOuterDisposeScope();
    }

    private static (Tensor Value, Tensor Derivative) Sigmoid(Tensor x)
    {
        var s = sigmoid(x);
        return (s, s * (1 - s));
    }

    /// <summary>m_ij in a graph of operators.</summary>
    /// <param name="h">[..., N, H].</param>
    /// <param name="distances">[..., N, N − 1, 2 + E].</param>
    /// <param name="nodes">N.</param>
    public GraphDual Messages(GraphDual h, GraphDual distances, int nodes) => _edge.Forward(h, distances, nodes);

    /// <summary>The new node features in a graph of operators.</summary>
    /// <param name="h">[..., N, H].</param>
    /// <param name="message">m_ij.</param>
    public GraphDual Forward(GraphDual h, GraphDual message)
    {
        message = _attention is null ? message : message * _attention.Forward(message).Apply(x => x.Sigmoid(), x =>
        {
            var s = x.Sigmoid();
            return (s, s * (1 - s));
        });
        return h + _node.Forward(h.Append(message.Map(t => t.Sum(-2) / _normalization)));
    }
}
