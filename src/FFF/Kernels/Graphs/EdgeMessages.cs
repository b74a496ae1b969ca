using System.Runtime.CompilerServices;
using FFF.Kernels.Vectors;

namespace FFF.Kernels.Graphs;

/// <summary>
/// Messages and their sum, Σ_i = Σ_j α(w·m_ij + b) m_ij / n with m = a(h₂ + b₂), SiLU a and the logistic function α, and where positions are
/// updated by messages, x_i ← x_i + Σ_j D_ij φ_ij / n with φ = w₃·m or R tanh(w₃·m / R), with tangents, and the way back: node by node. What an edge
/// has one number of, such as α, is computed for all edges of a node at once.
/// </summary>
internal static unsafe class EdgeMessages<V>
    where V : unmanaged, ILanes<V>
{
    /// <summary>Writes Σ, and adds to x.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="graphs">G.</param>
    /// <param name="second">h₂, [P, G·E, H].</param>
    /// <param name="weights">b₂ and, with attention, w and b.</param>
    /// <param name="sum">Σ, [P, G·N, H].</param>
    /// <param name="arrays">Room for what is of one node's edges.</param>
    /// <param name="readout">w₃; null where these messages update no positions.</param>
    /// <param name="directions">D, [P, G·E, d].</param>
    /// <param name="x">[P, G, N, d].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(
        KernelShape shape, int graphs, float* second, in LayerWeights weights, float* sum, in MessageArrays arrays, float* readout, float* directions,
        float* x)
    {
        var (n, width) = (shape.Nodes, shape.Width);
        var (edgePlane, nodePlane) = ((long)graphs * shape.Edges * width, (long)graphs * n * width);
        for (var node = 0; node < graphs * n; node++)
        {
            var first = node * (n - 1);
            Messages(shape, second + (long)first * width, edgePlane, weights, readout, arrays);
            Weigh(shape, weights, arrays);
            Sum(shape, arrays, sum + (long)node * width, nodePlane);
            for (var edge = 0; edge < n - 1 && readout != null; edge++)
            {
                if (shape.MoveBound > 0)
                {
                    MoveBound.Apply(shape, arrays.Numbers + edge, null, arrays.Stride);
                }

                EdgeMoves<V>.Move(shape, graphs, first + edge, arrays.Numbers + edge, arrays.Stride, directions, x);
            }
        }
    }

    /// <summary>Writes ∂h₂ and ∂D; adds to ∂b₂, ∂w, ∂b and ∂w₃.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="graphs">G.</param>
    /// <param name="second">h₂, [P, G·E, H].</param>
    /// <param name="weights">b₂ and, with attention, w and b.</param>
    /// <param name="gradSum">∂Σ, [P, G·N, H].</param>
    /// <param name="gradSecond">∂h₂, [P, G·E, H].</param>
    /// <param name="gradients">∂b₂, ∂w and ∂b.</param>
    /// <param name="arrays">Room for what is of one node's edges.</param>
    /// <param name="readout">w₃; null where these messages update no positions.</param>
    /// <param name="gradReadout">∂w₃.</param>
    /// <param name="directions">D, [P, G·E, d].</param>
    /// <param name="gradX">∂x, [P, G, N, d].</param>
    /// <param name="gradDirections">∂D, [P, G·E, d].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(
        KernelShape shape, int graphs, float* second, in LayerWeights weights, float* gradSum, float* gradSecond, in LayerWeights gradients,
        in MessageArrays arrays, float* readout, float* gradReadout, float* directions, float* gradX, float* gradDirections)
    {
        var (n, width) = (shape.Nodes, shape.Width);
        var (edgePlane, nodePlane) = ((long)graphs * shape.Edges * width, (long)graphs * n * width);
        for (var node = 0; node < graphs * n; node++)
        {
            var first = node * (n - 1);
            var h = second + (long)first * width;
            var g = gradSum + (long)node * width;
            for (var edge = 0; edge < n - 1 && readout != null; edge++)
            {
                EdgeMoves<V>.ToNumbers(shape, graphs, first + edge, directions, gradX, arrays.GradNumbers + edge, arrays.Stride);
            }

            Messages(shape, h, edgePlane, weights, readout, arrays);
            for (var edge = 0; edge < n - 1 && readout != null && shape.MoveBound > 0; edge++)
            {
                MoveBound.Apply(shape, arrays.Numbers + edge, arrays.GradNumbers + edge, arrays.Stride);
            }

            Weigh(shape, weights, arrays);
            if (shape.Attention)
            {
                Products(shape, arrays, g, nodePlane);
                WeighBackward(shape, weights, arrays, gradients);
            }

            MessagesBackward(shape, h, edgePlane, weights, readout, arrays, g, nodePlane, gradSecond + (long)first * width, gradients, gradReadout);
            for (var edge = 0; edge < n - 1 && readout != null; edge++)
            {
                EdgeMoves<V>.ToDirections(shape, graphs, first + edge, arrays.Numbers + edge, arrays.Stride, gradX, gradDirections);
            }
        }
    }

    /// <summary>m, σ, w·m and w₃·m of a node's edges.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Messages(KernelShape shape, float* h, long edgePlane, in LayerWeights weights, float* readout, in MessageArrays arrays)
    {
        var bias = weights.SecondBias;
        var attention = weights.Attention;
        var (width, edges, planes, stride) = (shape.Width, shape.Nodes - 1, shape.Planes, arrays.Stride);
        var one = V.Of(1);
        for (var edge = 0; edge < edges; edge++)
        {
            var before = h + (long)edge * width;
            var message = arrays.Messages + (long)edge * width;
            var sigmas = arrays.Sigmas + (long)edge * width;
            var (logit, number) = (default(V), default(V));
            for (var i = 0; i < width; i += V.Count)
            {
                var u = V.Load(before + i) + V.Load(bias + i);
                var sigma = VectorSigmoid.Of(u);
                var m = u * sigma;
                sigma.Store(sigmas + i);
                m.Store(message + i);
                logit = attention != null ? V.MultiplyAdd(V.Load(attention + i), m, logit) : logit;
                number = readout != null ? V.MultiplyAdd(V.Load(readout + i), m, number) : number;
            }

            (arrays.Logits[edge], arrays.Numbers[edge]) = (V.Sum(logit), V.Sum(number));
            for (var p = 1; p < planes; p++)
            {
                var tangent = before + p * edgePlane;
                var target = message + (long)p * edges * width;
                (logit, number) = (default(V), default(V));
                for (var i = 0; i < width; i += V.Count)
                {
                    var sigma = V.Load(sigmas + i);
                    var t = V.MultiplyAdd(V.Load(message + i), one - sigma, sigma) * V.Load(tangent + i);
                    t.Store(target + i);
                    logit = attention != null ? V.MultiplyAdd(V.Load(attention + i), t, logit) : logit;
                    number = readout != null ? V.MultiplyAdd(V.Load(readout + i), t, number) : number;
                }

                (arrays.Logits[p * stride + edge], arrays.Numbers[p * stride + edge]) = (V.Sum(logit), V.Sum(number));
            }
        }
    }

    /// <summary>α/n and its tangents.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Weigh(KernelShape shape, in LayerWeights weights, in MessageArrays arrays)
    {
        var (one, scale) = (V.Of(1), V.Of(shape.Scale));
        for (var edge = 0; edge < shape.Nodes - 1; edge += V.Count)
        {
            if (!shape.Attention)
            {
                scale.Store(arrays.Weights + edge);
                continue;
            }

            var alpha = Alpha(weights, arrays, edge);
            (alpha * scale).Store(arrays.Weights + edge);
            for (var p = 1; p < shape.Planes; p++)
            {
                (alpha * scale * (one - alpha) * V.Load(arrays.Logits + p * arrays.Stride + edge)).Store(arrays.Rates + p * arrays.Stride + edge);
            }
        }
    }

    /// <summary>α of as many edges as a vector holds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Alpha(in LayerWeights weights, in MessageArrays arrays, int edge) =>
        VectorSigmoid.Of(V.Load(arrays.Logits + edge) + V.Of(*weights.AttentionBias));

    /// <summary>Σ of one node.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum(KernelShape shape, in MessageArrays arrays, float* sum, long nodePlane)
    {
        var (width, edges) = (shape.Width, shape.Nodes - 1);
        var weights = arrays.Weights;
        for (var i = 0; i < width; i += V.Count)
        {
            var messages = arrays.Messages + i;
            var value = default(V);
            for (var edge = 0; edge < edges; edge++)
            {
                value = V.MultiplyAdd(V.Of(weights[edge]), V.Load(messages + (long)edge * width), value);
            }

            value.Store(sum + i);
            for (var p = 1; p < shape.Planes; p++)
            {
                var tangents = messages + (long)p * edges * width;
                var rates = arrays.Rates + p * arrays.Stride;
                var rate = default(V);
                for (var edge = 0; edge < edges; edge++)
                {
                    rate = V.MultiplyAdd(V.Of(weights[edge]), V.Load(tangents + (long)edge * width), rate);
                    rate = V.MultiplyAdd(V.Of(rates[edge]), V.Load(messages + (long)edge * width), rate);
                }

                rate.Store(sum + p * nodePlane + i);
            }
        }
    }

    /// <summary>What ∂Σ is along messages: of the value Σ_p ∂Σ_p·m_p, of a tangent ∂Σ_p·m.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Products(KernelShape shape, in MessageArrays arrays, float* g, long nodePlane)
    {
        var (width, edges) = (shape.Width, shape.Nodes - 1);
        for (var edge = 0; edge < edges; edge++)
        {
            var message = arrays.Messages + (long)edge * width;
            var value = default(V);
            for (var p = 0; p < shape.Planes; p++)
            {
                var own = message + (long)p * edges * width;
                var along = g + p * nodePlane;
                var rate = default(V);
                for (var i = 0; i < width; i += V.Count)
                {
                    var gradient = V.Load(along + i);
                    value = V.MultiplyAdd(gradient, V.Load(own + i), value);
                    rate = V.MultiplyAdd(gradient, V.Load(message + i), rate);
                }

                arrays.Products[p * arrays.Stride + edge] = V.Sum(rate);
            }

            arrays.Products[edge] = V.Sum(value);
        }
    }

    /// <summary>∂ of w·m + b; adds to ∂b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WeighBackward(KernelShape shape, in LayerWeights weights, in MessageArrays arrays, in LayerWeights gradients)
    {
        var (one, scale, stride, total) = (V.Of(1), V.Of(shape.Scale), arrays.Stride, default(V));
        for (var edge = 0; edge < shape.Nodes - 1; edge += V.Count)
        {
            var alpha = Alpha(weights, arrays, edge);
            var (slope, bend) = (alpha * scale * (one - alpha), one - alpha - alpha);
            var gradient = slope * V.Load(arrays.Products + edge);
            for (var p = 1; p < shape.Planes; p++)
            {
                var ofRate = slope * V.Load(arrays.Products + p * stride + edge);
                ofRate.Store(arrays.GradLogits + p * stride + edge);
                gradient = V.MultiplyAdd(ofRate * V.Load(arrays.Logits + p * stride + edge), bend, gradient);
            }

            gradient.Store(arrays.GradLogits + edge);
            total += gradient;
        }

        // Behind the last edge products are zero, and so is what they add.
        *gradients.AttentionBias += V.Sum(total);
    }

    /// <summary>Writes ∂h₂ of a node's edges; adds to ∂b₂, ∂w and ∂w₃.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MessagesBackward(
        KernelShape shape, float* h, long edgePlane, in LayerWeights weights, float* readout, in MessageArrays arrays, float* g, long nodePlane,
        float* gradH, in LayerWeights gradients, float* gradReadout)
    {
        var (width, edges, planes, stride) = (shape.Width, shape.Nodes - 1, shape.Planes, arrays.Stride);
        var attention = weights.Attention;
        var (one, two) = (V.Of(1), V.Of(2f));
        for (var i = 0; i < width; i += V.Count)
        {
            var (bias, g0) = (V.Load(weights.SecondBias + i), V.Load(g + i));
            var (w, w3) = (attention != null ? V.Load(attention + i) : default(V), readout != null ? V.Load(readout + i) : default(V));
            var (gradBias, gradW, gradW3) = (default(V), default(V), default(V));
            for (var edge = 0; edge < edges; edge++)
            {
                var place = (long)edge * width + i;
                var x = V.Load(h + place) + bias;
                var sigma = V.Load(arrays.Sigmas + place);
                var rest = sigma * (one - sigma);
                var slope = V.MultiplyAdd(x, rest, sigma);
                var (own, gradLogit, gradNumber) = (V.Of(arrays.Weights[edge]), V.Of(arrays.GradLogits[edge]), V.Of(arrays.GradNumbers[edge]));
                var message = V.Load(arrays.Messages + place);
                var gradM = V.MultiplyAdd(own, g0, V.MultiplyAdd(w, gradLogit, w3 * gradNumber));
                (gradW, gradW3) = (V.MultiplyAdd(gradLogit, message, gradW), V.MultiplyAdd(gradNumber, message, gradW3));
                var bent = default(V);
                for (var p = 1; p < planes; p++)
                {
                    var (gp, t) = (V.Load(g + p * nodePlane + i), V.Load(arrays.Messages + (long)p * edges * width + place));
                    (gradLogit, gradNumber) = (V.Of(arrays.GradLogits[p * stride + edge]), V.Of(arrays.GradNumbers[p * stride + edge]));
                    gradM = V.MultiplyAdd(V.Of(arrays.Rates[p * stride + edge]), gp, gradM);
                    var gradT = V.MultiplyAdd(own, gp, V.MultiplyAdd(w, gradLogit, w3 * gradNumber));
                    bent = V.MultiplyAdd(gradT, V.Load(h + p * edgePlane + place), bent);
                    (gradW, gradW3) = (V.MultiplyAdd(gradLogit, t, gradW), V.MultiplyAdd(gradNumber, t, gradW3));
                    (gradT * slope).Store(gradH + p * edgePlane + place);
                }

                var curvature = rest * (two + x * (one - sigma - sigma));
                var grad = V.MultiplyAdd(bent, curvature, gradM * slope);
                grad.Store(gradH + place);
                gradBias += grad;
            }

            Add(gradients.SecondBias + i, gradBias);
            if (attention != null)
            {
                Add(gradients.Attention + i, gradW);
            }

            if (readout != null)
            {
                Add(gradReadout + i, gradW3);
            }
        }
    }

    private static void Add(float* target, V term) => (V.Load(target) + term).Store(target);
}
