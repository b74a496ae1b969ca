using FFF.Kernels.Gpu;
using FFF.Kernels.Graphs;
using static TorchSharp.torch;

namespace FFF.Networks.Equivariant;

/// <summary>
/// The passes through all blocks on a GPU: what <see cref="FusedPasses"/> are on a CPU, of libtorch's matrix products and of kernels for all that
/// lies between them.
/// </summary>
/// <remarks>
/// A layer keeps the second product of its edges, and what nodes are told; the first is computed again on the way back, which is cheaper than to
/// keep it.
/// </remarks>
/// <param name="kernels">The kernels of the device.</param>
/// <param name="shape">Sizes.</param>
/// <param name="graphs">B.</param>
internal sealed class DevicePasses(IDeviceKernels kernels, KernelShape shape, long graphs)
{
    /// <summary>Most numbers of an array, so that kernels can count them in 32 bits.</summary>
    private const long MaxNumbers = 1 << 30;

    /// <summary>Gradients of weights that every edge adds to are summed in parts side by side, of so many edges, but no more parts than that.</summary>
    private const long EdgesOfPart = 16;
    private const long MaxParts = 4096;

    private readonly long _planes = shape.Planes;
    private readonly long _nodes = graphs * shape.Nodes;
    private readonly long _edges = graphs * shape.Edges;
    private readonly long _parts = Math.Clamp(graphs * shape.Edges / EdgesOfPart, 1, MaxParts);

    /// <summary>Whether arrays of such sizes are small enough.</summary>
    public static bool Fits(KernelShape shape, long graphs) => shape.Planes * graphs * shape.Edges * shape.Width <= MaxNumbers;

    /// <summary>h and x after the blocks, and what the way back needs.</summary>
    /// <inheritdoc cref="FusedPasses.Forward"/>
    public (Tensor Nodes, Tensor Positions, Tensor[] Tapes) Forward(Tensor nodes, Tensor positions, Tensor[] weights, bool keepTape)
    {
        var tape = new List<Tensor>();
        // Views of what others own: the tape is freed.
        var (h, x, initial) = (nodes.reshape(-1, shape.Width), positions.detach(), (Tensor?)null);
        foreach (var block in DeviceWeights.Of(shape, weights))
        {
            using var scope = NewDisposeScope();
            var (r, u) = (h.new_empty(_planes, _edges, 2), h.new_empty(_planes, _edges, shape.Dimensions));
            kernels.Launch("geometry_forward", _edges, x, initial, r, u, _planes, graphs, shape.Nodes, shape.Dimensions, shape.NormConstant);
            List<Tensor> kept = [r, u];
            Tensor? messages = null;
            foreach (var layer in block[..^1])
            {
                var (before, second, own) = (h, Second(layer, h, r, kept), h);
                var weighting = layer.Attention is null ? null : Readout(layer, second, layer.Attention, layer.AttentionBias);
                var sum = h.new_empty(_planes * _nodes, shape.Width);
                kernels.Launch("messages_forward", _nodes * shape.Width, second, layer.SecondBias, weighting, sum, shape.Scale, _planes, graphs,
                    shape.Nodes, shape.Width);
                var told = cat([own, sum], 1);
                var hidden = mm(told, layer.NodeFirst!.t());
                var active = Silu(hidden, layer.NodeFirstBias!);
                h = addmm(before, active, layer.NodeSecond!.t(), 1, 1);
                h.narrow(0, 0, _nodes).add_(layer.NodeSecondBias!);
                messages = second;
                kept.AddRange([second, told, hidden, .. weighting is null ? [] : (Tensor[])[weighting]]);
            }

            var update = block[^1];
            var (last, moved) = (shape.SharedMessages ? messages! : Second(update, h, r, kept), empty_like(x));
            var number = Readout(update, last, update.Readout!, null);
            kernels.Launch(
                "moves_forward", _nodes * shape.Dimensions, x, u, Bounded(number), moved, shape.Scale, _planes, graphs, shape.Nodes, shape.Dimensions);
            kept.AddRange(shape.SharedMessages ? [number] : [last, number]);
            h.MoveToOuterDisposeScope();
            if (keepTape)
            {
                tape.AddRange([x, .. kept.Select(tensor => tensor.MoveToOuterDisposeScope()), h]);
            }
            else if (initial is null)
            {
                r.MoveToOuterDisposeScope();
            }

            (initial, x) = (initial ?? r, moved.MoveToOuterDisposeScope());
        }

        return (h.view(nodes.shape), x, [.. tape]);
    }

    /// <summary>∂h, ∂x and the parameters' gradients.</summary>
    /// <inheritdoc cref="FusedPasses.Backward"/>
    public Tensor[] Backward(Tensor[] tapes, Tensor[] weights, Tensor gradNodes, Tensor gradPositions, bool ofWeights)
    {
        var blocks = DeviceWeights.Of(shape, weights);
        var (gradH, gradX) = (gradNodes.reshape(-1, shape.Width), gradPositions.clone());
        var gradR = zeros([_planes * _edges, 2], gradH.dtype, gradH.device);
        var gradients = new Stack<Tensor?[]>();
        var perBlock = tapes.Length / blocks.Length;
        for (var i = blocks.Length - 1; i >= 0; i--)
        {
            using var scope = NewDisposeScope();
            var kept = new Stack<Tensor>(tapes[(i * perBlock)..((i + 1) * perBlock)]);
            var (x, r, u) = (tapes[i * perBlock], tapes[(i * perBlock) + 1].view(-1, 2), tapes[(i * perBlock) + 2]);
            gradR.select(1, 0).zero_();
            var (gradU, before) = (empty_like(u), gradients.Count);
            var (update, h, number) = (blocks[i][^1], kept.Pop(), kept.Pop());
            var gradNumber = empty_like(number);
            kernels.Launch(
                "moves_backward", _edges, u, Bounded(number), gradX, gradU, gradNumber, shape.Scale, _planes, graphs, shape.Nodes, shape.Dimensions);
            gradNumber = BoundedBackward(number, gradNumber);
            if (!shape.SharedMessages)
            {
                var second = kept.Pop();
                (gradH, var ofEdges) = EdgesBackward(update, h, r, kept.Pop(), NumbersBackward(update, second, gradNumber), gradH, gradR, ofWeights);
                gradients.Push([.. ofEdges, ofWeights ? ReadoutWeights(update, second, gradNumber) : null]);
            }

            foreach (var layer in blocks[i][..^1].Reverse())
            {
                var weighting = layer.Attention is null ? null : kept.Pop();
                var (hidden, told, edges) = (kept.Pop(), kept.Pop(), kept.Pop());
                Tensor? read = null;
                if (shape.SharedMessages && ReferenceEquals(layer, blocks[i][^2]))
                {
                    read = NumbersBackward(update, edges, gradNumber);
                    gradients.Push([ofWeights ? ReadoutWeights(update, edges, gradNumber) : null]);
                }

                (gradH, var ofMessages) = MessagesBackward(layer, r, weighting, hidden, told, edges, kept.Pop(), read, gradH, gradR, ofWeights);
                gradients.Push(ofMessages);
            }

            GeometryBackward(x, gradR, gradU, gradX);
            if (i == 0)
            {
                GeometryBackward(x, gradR.narrow(1, 1, 1), null, gradX);
            }

            gradH.MoveToOuterDisposeScope();
            foreach (var gradient in gradients.Take(gradients.Count - before).SelectMany(parts => parts))
            {
                gradient?.MoveToOuterDisposeScope();
            }
        }

        return [gradH.view(gradNodes.shape), gradX, .. gradients.SelectMany(parts => parts).Select(gradient => gradient!)];
    }

    /// <summary>z₂ = W₂ a(A_i + C_j + W_e e_ij + b₁) without its bias, [P·B·E, H]; keeps [A C].</summary>
    private Tensor Second(DeviceWeights layer, Tensor h, Tensor r, List<Tensor> kept)
    {
        var nodes = mm(h, layer.Nodes.t());
        kept.Add(nodes);
        using var first = First(layer, nodes, r);
        return mm(first, layer.Second.t());
    }

    private Tensor First(DeviceWeights layer, Tensor nodes, Tensor r)
    {
        var first = nodes.new_empty(_planes * _edges, shape.Width);
        kernels.Launch("edges_forward", _edges * shape.Width, nodes, r, layer.Edges, layer.FirstBias, first, layer.Stride, _planes, graphs, shape.Nodes,
            shape.Width);
        return first;
    }

    private Tensor Readout(DeviceWeights layer, Tensor second, Tensor readout, Tensor? bias)
    {
        var numbers = second.new_empty(_planes * _edges);
        kernels.LaunchByWarp("readout_forward", _edges, second, layer.SecondBias, readout, bias, numbers, _planes, _edges, shape.Width);
        return numbers;
    }

    /// <summary>R tanh(φ / R) and its tangents, of φ and its tangents, [P·B·E]; where there is no bound, φ itself.</summary>
    private Tensor Bounded(Tensor numbers)
    {
        if (shape.MoveBound == 0)
        {
            return numbers;
        }

        var t = tanh(numbers.narrow(0, 0, _edges) / shape.MoveBound);
        return cat([t * shape.MoveBound, (Rates(numbers) * (1 - t.square())).flatten()], 0);
    }

    /// <summary>The gradient of φ and its tangents, of that of the bounded, [P·B·E].</summary>
    private Tensor BoundedBackward(Tensor numbers, Tensor gradient)
    {
        if (shape.MoveBound == 0)
        {
            return gradient;
        }

        var t = tanh(numbers.narrow(0, 0, _edges) / shape.MoveBound);
        var slope = 1 - t.square();
        var bent = (Rates(gradient) * Rates(numbers)).sum([0]) * t * (2 / shape.MoveBound);
        return cat([slope * (gradient.narrow(0, 0, _edges) - bent), (slope * Rates(gradient)).flatten()], 0);
    }

    /// <summary>The tangents among numbers of edges, [P − 1, B·E].</summary>
    private Tensor Rates(Tensor numbers) => numbers.view(-1, _edges).narrow(0, 1, _planes - 1);

    /// <summary>silu of rows with a bias and its tangents, [P·R, H].</summary>
    private Tensor Silu(Tensor rows, Tensor bias)
    {
        var result = empty_like(rows);
        kernels.Launch("silu_forward", rows.numel() / _planes, rows, bias, result, _planes, rows.shape[0] / _planes, rows.shape[1]);
        return result;
    }

    /// <summary>The sum of the values' rows: the gradient of a bias.</summary>
    private Tensor OfBias(Tensor gradient) => gradient.narrow(0, 0, gradient.shape[0] / _planes).sum([0]);

    private void GeometryBackward(Tensor x, Tensor gradR, Tensor? gradU, Tensor gradX)
    {
        using var gradDelta = x.new_empty(_planes, _edges, shape.Dimensions);
        kernels.Launch("geometry_backward", _edges, x, gradR, gradU, gradDelta, _planes, graphs, shape.Nodes, shape.Dimensions, shape.NormConstant);
        kernels.Launch("deltas_to_positions", gradX.numel(), gradDelta, gradX, _planes, graphs, shape.Nodes, shape.Dimensions);
    }

    /// <summary>The gradient of what numbers are read out by, [1, H].</summary>
    private Tensor ReadoutWeights(DeviceWeights layer, Tensor second, Tensor gradNumbers)
    {
        var sums = second.new_empty(_parts, shape.Width);
        kernels.Launch("readout_weights", sums.numel(), second, layer.SecondBias, gradNumbers, sums, _parts, _planes, _edges, shape.Width);
        return sums.sum([0], keepdim: true);
    }

    /// <summary>The gradient of the weights of distances, [H, 2].</summary>
    private Tensor DistanceWeights(Tensor gradFirst, Tensor r)
    {
        var sums = gradFirst.new_empty(_parts, shape.Width, 2);
        kernels.Launch("distance_weights", _parts * shape.Width, gradFirst, r, sums, _parts, _planes * _edges, shape.Width);
        return sums.sum([0]);
    }

    /// <summary>The gradient of what the numbers that nodes move by are read out of, [P·B·E, H].</summary>
    private Tensor NumbersBackward(DeviceWeights layer, Tensor second, Tensor gradNumber)
    {
        var gradSecond = empty_like(second);
        kernels.Launch("readout_backward", _edges * shape.Width, second, layer.SecondBias, layer.Readout!, gradNumber, gradSecond, _planes, _edges,
            shape.Width);
        return gradSecond;
    }

    private (Tensor GradH, Tensor?[] Weights) MessagesBackward(DeviceWeights layer, Tensor r, Tensor? weighting, Tensor hidden, Tensor told,
        Tensor second, Tensor nodes, Tensor? read, Tensor gradH, Tensor gradR, bool ofWeights)
    {
        var gradHidden = mm(gradH, layer.NodeSecond!);
        kernels.Launch("silu_backward", _nodes * shape.Width, hidden, layer.NodeFirstBias!, gradHidden, gradHidden, _planes, _nodes, shape.Width);
        var gradTold = mm(gradHidden, layer.NodeFirst!);
        var gradSum = gradTold.narrow(1, shape.Width, shape.Width).contiguous();
        var gradSecond = empty_like(second);
        var gradWeighting = weighting is null ? null : empty_like(weighting);
        if (weighting is not null)
        {
            kernels.LaunchByWarp("attention_backward", _edges, second, layer.SecondBias, weighting, gradSum, gradWeighting, shape.Scale, _planes, graphs,
                shape.Nodes, shape.Width);
        }

        kernels.Launch("messages_backward", _edges * shape.Width, second, layer.SecondBias, weighting, layer.Attention, gradSum, gradWeighting, gradSecond,
            shape.Scale, _planes, graphs, shape.Nodes, shape.Width);
        if (read is not null)
        {
            gradSecond.add_(read);
        }

        var h = told.narrow(1, 0, shape.Width);
        var through = gradH + gradTold.narrow(1, 0, shape.Width);
        var (result, ofEdges) = EdgesBackward(layer, h, r, nodes, gradSecond, through, gradR, ofWeights);
        if (!ofWeights)
        {
            return (result, [.. ofEdges, null, null, null, null, .. weighting is null ? [] : (Tensor?[])[null, null]]);
        }

        Tensor[] ofNodes =
        [
            mm(gradHidden.t(), told), OfBias(gradHidden), mm(gradH.t(), Silu(hidden, layer.NodeFirstBias!)), OfBias(gradH),
        ];
        Tensor[] ofAttention = gradWeighting is null
            ? []
            : [ReadoutWeights(layer, second, gradWeighting), gradWeighting.narrow(0, 0, _edges).sum([0], keepdim: true)];
        return (result, [.. ofEdges, .. ofNodes, .. ofAttention]);
    }

    /// <summary>The way back through an edge's two layers: adds to ∂h and ∂r.</summary>
    private (Tensor GradH, Tensor?[] Weights) EdgesBackward(DeviceWeights layer, Tensor h, Tensor r, Tensor nodes, Tensor gradSecond, Tensor gradH,
        Tensor gradR, bool ofWeights)
    {
        var gradFirst = mm(gradSecond, layer.Second);
        kernels.Launch("edges_backward", _edges * shape.Width, nodes, r, layer.Edges, layer.FirstBias, gradFirst, gradFirst, layer.Stride, _planes, graphs,
            shape.Nodes, shape.Width);
        gradR.addmm_(gradFirst, layer.Edges, 1, 1);
        var gradNodes = empty_like(nodes);
        kernels.Launch("edges_to_nodes", _planes * _nodes * shape.Width, gradFirst, gradNodes, _planes, graphs, shape.Nodes, shape.Width);
        var result = addmm(gradH, gradNodes, layer.Nodes, 1, 1);
        if (!ofWeights)
        {
            return (result, [null, null, null, null]);
        }

        var ofNodes = mm(gradNodes.t(), h);
        var ofFirst = cat([ofNodes.narrow(0, 0, shape.Width), ofNodes.narrow(0, shape.Width, shape.Width), DistanceWeights(gradFirst, r)], 1);
        return (result, [ofFirst, OfBias(gradFirst), mm(gradSecond.t(), First(layer, nodes, r)), OfBias(gradSecond)]);
    }
}
