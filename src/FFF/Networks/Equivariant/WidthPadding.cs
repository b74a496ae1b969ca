using static TorchSharp.torch;

namespace FFF.Networks.Equivariant;

/// <summary>
/// Features of nodes and weights with zeros up to a width that kernels can work at. What is added stays zero through all layers, as SiLU of zero
/// is zero, and adds nothing to other numbers.
/// </summary>
/// <remarks>
/// A weight is [out, in], a bias [out]. Inputs are a part of H numbers, or two, and what else is there: [h_i h_j r r⁰], [h Σ], h.
/// </remarks>
/// <param name="width">H, more than 1, or what is not made of H numbers could not be told from what is.</param>
/// <param name="padded">H', the larger width.</param>
internal readonly struct WidthPadding(int width, int padded)
{
    private const int MaxParts = 2;

    /// <summary>Whether it changes anything.</summary>
    public bool IsNeeded => width != padded;

    /// <summary>Pads the last dimension, H to H'; the caller's, or the same tensor where nothing is to be done.</summary>
    public Tensor Features(Tensor h) => IsNeeded ? nn.functional.pad(h, [0, padded - width]) : h;

    /// <summary>Takes the zeros off again.</summary>
    public Tensor Cut(Tensor h) => IsNeeded ? h.narrow(-1, 0, width).contiguous() : h;

    /// <summary>Pads a weight or a bias in each dimension that is made of H numbers.</summary>
    public Tensor Weight(Tensor weight)
    {
        if (!IsNeeded)
        {
            return weight;
        }

        // What stays as it is belongs to others.
        using var scope = NewDisposeScope();
        var outputs = WithZeros(weight, 0);
        var padded = weight.dim() == 1 ? outputs : WithZeros(outputs, 1);
        return ReferenceEquals(padded, weight) ? weight : padded.MoveToOuterDisposeScope();
    }

    /// <summary>Takes the zeros off a padded weight's gradient.</summary>
    /// <param name="gradient">The gradient.</param>
    /// <param name="weight">The weight, not padded.</param>
    public Tensor CutWeight(Tensor gradient, Tensor weight)
    {
        if (!IsNeeded)
        {
            return gradient;
        }

        using var scope = NewDisposeScope();
        var outputs = Cut(gradient, 0, weight.shape[0]);
        return (weight.dim() == 1 ? outputs : Cut(outputs, 1, weight.shape[1])).contiguous().MoveToOuterDisposeScope();
    }

    private long Parts(long size) => Math.Min(MaxParts, size / width);

    private Tensor WithZeros(Tensor tensor, int dimension)
    {
        var (size, h, more) = (tensor.shape[dimension], width, padded - width);
        var parts = Parts(size);
        long[] zeros = [.. tensor.shape.Select((n, i) => i == dimension ? more : n)];
        var pieces = Enumerable.Range(0, (int)parts).SelectMany(part => new[] { tensor.narrow(dimension, part * h, h), tensor.new_zeros(zeros) });
        return parts == 0 ? tensor : cat([.. pieces, tensor.narrow(dimension, parts * h, size - parts * h)], dimension);
    }

    private Tensor Cut(Tensor tensor, int dimension, long size)
    {
        var (h, wide, parts) = (width, padded, Parts(size));
        var pieces = Enumerable.Range(0, (int)parts).Select(part => tensor.narrow(dimension, part * wide, h));
        return parts == 0 ? tensor : cat([.. pieces, tensor.narrow(dimension, parts * wide, size - parts * h)], dimension);
    }
}
