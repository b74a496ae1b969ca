using System.Runtime.CompilerServices;
using FFF.Kernels.Vectors;

namespace FFF.Kernels.Graphs;

/// <summary>
/// Messages and their sum, Σ_i = Σ_j α(w·m_ij + b) m_ij / n with m = a(h₂ + b₂), SiLU a and the logistic function α, and where positions are
/// updated by messages, x_i ← x_i + Σ_j D_ij w₃·m_ij / n, with tangents, and the way back: one pass over the edges each.
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
    /// <param name="row">Room for P·H numbers.</param>
    /// <param name="readout">w₃; null where these messages update no positions.</param>
    /// <param name="directions">D, [P, G·E, d].</param>
    /// <param name="x">[P, G, N, d].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(
        KernelShape shape, int graphs, float* second, in LayerWeights weights, float* sum, float* row, float* readout, float* directions, float* x)
    {
        var bias = weights.SecondBias;
        var attention = weights.Attention;
        var attentionBias = shape.Attention ? *weights.AttentionBias : 0;
        var (n, width, planes) = (shape.Nodes, shape.Width, shape.Planes);
        var (one, scale) = (V.Of(1), V.Of(shape.Scale));
        var (edgePlane, nodePlane) = ((long)graphs * shape.Edges * width, (long)graphs * n * width);
        var logits = stackalloc V[planes];
        var numbers = stackalloc V[planes];
        new Span<float>(sum, (int)(planes * nodePlane)).Clear();
        for (var edge = 0; edge < graphs * shape.Edges; edge++)
        {
            var h = second + (long)edge * width;
            var total = sum + (long)(edge / (n - 1)) * width;
            for (var p = 1; p < planes; p++)
            {
                logits[p] = numbers[p] = default(V);
            }

            var (logit, number) = (default(V), default(V));
            for (var i = 0; i < width; i += V.Count)
            {
                var u = V.Load(h + i) + V.Load(bias + i);
                var sigma = VectorSigmoid.Of(u);
                var y = u * sigma;
                y.Store(row + i);
                var slope = V.MultiplyAdd(y, one - sigma, sigma);
                var w = shape.Attention ? V.Load(attention + i) : default(V);
                var w3 = readout != null ? V.Load(readout + i) : default(V);
                (logit, number) = (V.MultiplyAdd(w, y, logit), V.MultiplyAdd(w3, y, number));
                for (var p = 1; p < planes; p++)
                {
                    var t = slope * V.Load(h + p * edgePlane + i);
                    t.Store(row + p * width + i);
                    (logits[p], numbers[p]) = (V.MultiplyAdd(w, t, logits[p]), V.MultiplyAdd(w3, t, numbers[p]));
                }
            }

            if (readout != null)
            {
                numbers[0] = number;
                EdgeMoves<V>.Move(shape, graphs, edge, numbers, directions, x);
            }

            var alpha = shape.Attention ? VectorSigmoid.Of(V.Of(V.Sum(logit) + attentionBias)) : one;
            var own = alpha * scale;
            for (var i = 0; i < width; i += V.Count)
            {
                V.MultiplyAdd(own, V.Load(row + i), V.Load(total + i)).Store(total + i);
            }

            for (var p = 1; p < planes; p++)
            {
                var rate = shape.Attention ? own * (one - alpha) * V.Of(V.Sum(logits[p])) : default(V);
                for (var i = 0; i < width; i += V.Count)
                {
                    var target = total + p * nodePlane + i;
                    V.MultiplyAdd(rate, V.Load(row + i), V.MultiplyAdd(own, V.Load(row + p * width + i), V.Load(target))).Store(target);
                }
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
    /// <param name="row">Room for (P + 1)·H numbers.</param>
    /// <param name="readout">w₃; null where these messages update no positions.</param>
    /// <param name="gradReadout">∂w₃.</param>
    /// <param name="directions">D, [P, G·E, d].</param>
    /// <param name="gradX">∂x, [P, G, N, d].</param>
    /// <param name="gradDirections">∂D, [P, G·E, d].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(
        KernelShape shape, int graphs, float* second, in LayerWeights weights, float* gradSum, float* gradSecond, in LayerWeights gradients, float* row,
        float* readout, float* gradReadout, float* directions, float* gradX, float* gradDirections)
    {
        var bias = weights.SecondBias;
        var attention = weights.Attention;
        var attentionBias = shape.Attention ? *weights.AttentionBias : 0;
        var gradBias = gradients.SecondBias;
        var gradAttention = gradients.Attention;
        var (n, width, planes) = (shape.Nodes, shape.Width, shape.Planes);
        var (edgePlane, nodePlane) = ((long)graphs * shape.Edges * width, (long)graphs * n * width);
        var (one, two, scale, gradAttentionBias) = (V.Of(1), V.Of(2f), V.Of(shape.Scale), default(V));
        var logits = stackalloc V[planes];
        var numbers = stackalloc V[planes];
        var products = stackalloc V[planes];
        var gradNumbers = stackalloc float[planes];
        new Span<float>(gradNumbers, planes).Clear();
        var gradLogits = stackalloc V[planes];
        var rates = stackalloc V[planes];
        var sigmas = row + planes * width;
        for (var edge = 0; edge < graphs * shape.Edges; edge++)
        {
            var h = second + (long)edge * width;
            var g = gradSum + (long)(edge / (n - 1)) * width;
            var gradH = gradSecond + (long)edge * width;
            for (var p = 1; p < planes; p++)
            {
                logits[p] = numbers[p] = products[p] = default(V);
            }

            if (readout != null)
            {
                EdgeMoves<V>.ToNumbers(shape, graphs, edge, directions, gradX, gradNumbers);
            }

            var (logit, number, product) = (default(V), default(V), default(V));
            for (var i = 0; i < width; i += V.Count)
            {
                var x = V.Load(h + i) + V.Load(bias + i);
                var sigma = VectorSigmoid.Of(x);
                sigma.Store(sigmas + i);
                var y = x * sigma;
                y.Store(row + i);
                var w = shape.Attention ? V.Load(attention + i) : default(V);
                var w3 = readout != null ? V.Load(readout + i) : default(V);
                (logit, number, product) = (V.MultiplyAdd(w, y, logit), V.MultiplyAdd(w3, y, number), V.MultiplyAdd(V.Load(g + i), y, product));
                var slope = V.MultiplyAdd(y, one - sigma, sigma);
                for (var p = 1; p < planes; p++)
                {
                    var t = slope * V.Load(h + p * edgePlane + i);
                    t.Store(row + p * width + i);
                    var gp = V.Load(g + p * nodePlane + i);
                    (logits[p], numbers[p]) = (V.MultiplyAdd(w, t, logits[p]), V.MultiplyAdd(w3, t, numbers[p]));
                    product = V.MultiplyAdd(gp, t, product);
                    products[p] = V.MultiplyAdd(gp, y, products[p]);
                }
            }

            var alpha = shape.Attention ? VectorSigmoid.Of(V.Of(V.Sum(logit) + attentionBias)) : one;
            var own = alpha * scale;
            var (slopeOfAlpha, bend) = (shape.Attention ? alpha * (one - alpha) : default(V), one - alpha - alpha);
            gradLogits[0] = scale * slopeOfAlpha * V.Of(V.Sum(product));
            for (var p = 1; p < planes; p++)
            {
                var (logitRate, gradRate) = (V.Of(V.Sum(logits[p])), scale * slopeOfAlpha * V.Of(V.Sum(products[p])));
                rates[p] = scale * slopeOfAlpha * logitRate;
                gradLogits[p] = gradRate;
                gradLogits[0] = V.MultiplyAdd(gradRate * logitRate, bend, gradLogits[0]);
            }

            if (readout != null)
            {
                numbers[0] = number;
                EdgeMoves<V>.ToDirections(shape, graphs, edge, numbers, gradX, gradDirections);
            }

            gradAttentionBias += gradLogits[0];
            for (var i = 0; i < width; i += V.Count)
            {
                var x = V.Load(h + i) + V.Load(bias + i);
                var sigma = V.Load(sigmas + i);
                var rest = sigma * (one - sigma);
                var slope = V.MultiplyAdd(x, rest, sigma);
                var w = shape.Attention ? V.Load(attention + i) : default(V);
                var w3 = readout != null ? V.Load(readout + i) : default(V);
                var gradY = V.MultiplyAdd(own, V.Load(g + i), V.MultiplyAdd(w, gradLogits[0], w3 * V.Of(gradNumbers[0])));
                var (gradW, gradW3) = (gradLogits[0] * V.Load(row + i), V.Of(gradNumbers[0]) * V.Load(row + i));
                var bent = default(V);
                for (var p = 1; p < planes; p++)
                {
                    var gp = V.Load(g + p * nodePlane + i);
                    gradY = V.MultiplyAdd(rates[p], gp, gradY);
                    var gradT = V.MultiplyAdd(own, gp, V.MultiplyAdd(w, gradLogits[p], w3 * V.Of(gradNumbers[p])));
                    bent = V.MultiplyAdd(gradT, V.Load(h + p * edgePlane + i), bent);
                    var t = V.Load(row + p * width + i);
                    (gradW, gradW3) = (V.MultiplyAdd(gradLogits[p], t, gradW), V.MultiplyAdd(V.Of(gradNumbers[p]), t, gradW3));
                    (gradT * slope).Store(gradH + p * edgePlane + i);
                }

                var curvature = rest * (two + x * (one - sigma - sigma));
                var grad = V.MultiplyAdd(bent, curvature, gradY * slope);
                grad.Store(gradH + i);
                (V.Load(gradBias + i) + grad).Store(gradBias + i);
                if (readout != null)
                {
                    (V.Load(gradReadout + i) + gradW3).Store(gradReadout + i);
                }

                if (shape.Attention)
                {
                    (V.Load(gradAttention + i) + gradW).Store(gradAttention + i);
                }
            }
        }

        if (shape.Attention)
        {
            // All lanes hold the same sum.
            *gradients.AttentionBias += V.Sum(gradAttentionBias) / V.Count;
        }
    }
}
