using System.Collections.Concurrent;
using FFF.Graphs;
using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Latents;

/// <summary>
/// The standard normal density of N nodes with positions in d dimensions, whose mean is zero, and F features, on that
/// subspace of S = (N − 1)·d + N·F dimensions: log p(z) = −½‖z‖² − ½ S log 2π. Invariant under rotations and reflections
/// of the positions and under permutations. For any N.
/// </summary>
/// <param name="layout">d and F.</param>
public sealed class MeanFreeNormal(NodeLayout layout) : ILatent, IGraphLatent
{
    private readonly ConcurrentDictionary<(long, ScalarType, string), Tensor> _bases = [];

    /// <summary>log p(z), differentiable; z without its mean position is what counts of it: [B, N·(d + F)] to [B].</summary>
    public Tensor LogProb(Tensor z) =>
        -0.5 * Centre(z).square().sum(-1) - 0.5 * DensityDimension(z.shape[^1]) * Math.Log(2 * Math.PI);

    /// <inheritdoc/>
    public long DensityDimension(long dimension) => dimension - layout.Dimensions;

    /// <inheritdoc/>
    public Tensor Sample(long count, int dimension, RandomStream random)
    {
        using var scope = NewDisposeScope();
        return Centre(random.Normal([count, dimension])).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Helmert's contrasts for each dimension of space, column k comparing node k + 1 with the mean of those before it; then
    /// every feature of every node for itself.
    /// </summary>
    /// <inheritdoc/>
    public Tensor? Basis(long dimension, ScalarType type, Device device)
    {
        if (!_bases.TryGetValue((dimension, type, device.ToString()), out var basis))
        {
            using var scope = NewDisposeScope();
            var nodes = dimension / layout.Width;
            var contrasts = zeros(nodes, nodes - 1, dtype: float64);
            for (var k = 1; k < nodes; k++)
            {
                contrasts.narrow(1, k - 1, 1).narrow(0, 0, k).fill_(1 / Math.Sqrt(k * (k + 1.0)));
                contrasts[k, k - 1] = -k / Math.Sqrt(k * (k + 1.0));
            }

            var unit = eye(layout.Width, dtype: float64);
            var positions = kron(contrasts, unit.narrow(1, 0, layout.Dimensions));
            var features = kron(eye(nodes, dtype: float64), unit.narrow(1, layout.Dimensions, layout.Features));
            basis = cat([positions, features], 1).to(type).to(device).DetachFromDisposeScope();
            basis = _bases.GetOrAdd((dimension, type, device.ToString()), basis);
        }

        return basis;
    }

    /// <summary>z without its mean position: [..., N·(d + F)].</summary>
    public Tensor Centre(Tensor z)
    {
        var nodes = z.reshape([.. z.shape[..^1], -1, layout.Width]);
        var positions = nodes.narrow(-1, 0, layout.Dimensions);
        var centred = positions - positions.mean([-2], keepdim: true);
        return (layout.Features == 0 ? centred : cat([centred, nodes.narrow(-1, layout.Dimensions, layout.Features)], -1)).flatten(-2, -1);
    }

    /// <inheritdoc/>
    GraphValue IGraphLatent.LogProb(GraphValue z, int dimension)
    {
        var nodes = z.Reshape(0, dimension / layout.Width, layout.Width);
        var positions = nodes.Slice(-1, 0, layout.Dimensions);
        var centred = positions - (positions.Sum(-2, keeps: true) / (dimension / layout.Width));
        var squares = centred.Square().Sum(-1).Sum(-1);
        squares = layout.Features == 0 ? squares : squares + nodes.Slice(-1, layout.Dimensions, layout.Features).Square().Sum(-1).Sum(-1);
        return (-0.5 * squares) - (0.5 * DensityDimension(dimension) * Math.Log(2 * Math.PI));
    }
}
