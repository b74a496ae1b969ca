using System.Runtime.CompilerServices;
using FFF.Kernels.Vectors;

namespace FFF.Kernels.Graphs;

/// <summary>
/// Messages and their sum, Σ_i = Σ_j α(w·m_ij + b) m_ij / n with m = a(h₂ + b₂), SiLU a and the logistic function α, with
/// tangents, and the way back: one pass over the edges each.
/// </summary>
internal static unsafe class EdgeMessages<V>
    where V : unmanaged, ILanes<V>
{
    /// <summary>Σ, [P, G·N, H].</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="graphs">G.</param>
    /// <param name="second">h₂, [P, G·E, H].</param>
    /// <param name="weights">b₂ and, with attention, w and b.</param>
    /// <param name="sum">What is written.</param>
    /// <param name="row">Room for P·H numbers.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(KernelShape shape, int graphs, float* second, in LayerWeights weights, float* sum, float* row)
    {
        var bias = weights.SecondBias;
        var attention = weights.Attention;
        var attentionBias = shape.Attention ? *weights.AttentionBias : 0;
        var (n, width, planes, scale) = (shape.Nodes, shape.Width, shape.Planes, shape.Scale);
        var (edgePlane, nodePlane) = ((long)graphs * shape.Edges * width, (long)graphs * n * width);
        var logits = stackalloc V[planes];
        new Span<float>(sum, (int)(planes * nodePlane)).Clear();
        for (var edge = 0; edge < graphs * shape.Edges; edge++)
        {
            var h = second + (long)edge * width;
            var total = sum + (long)(edge / (n - 1)) * width;
            for (var p = 0; p < planes; p++)
            {
                logits[p] = default(V);
            }

            for (var i = 0; i < width; i += V.Count)
            {
                var x = V.Load(h + i) + V.Load(bias + i);
                var sigma = VectorSigmoid.Of(x);
                var y = x * sigma;
                y.Store(row + i);
                var slope = V.MultiplyAdd(y, V.Of(1) - sigma, sigma);
                var w = shape.Attention ? V.Load(attention + i) : default(V);
                logits[0] = V.MultiplyAdd(w, y, logits[0]);
                for (var p = 1; p < planes; p++)
                {
                    var t = slope * V.Load(h + p * edgePlane + i);
                    t.Store(row + p * width + i);
                    logits[p] = V.MultiplyAdd(w, t, logits[p]);
                }
            }

            var alpha = shape.Attention ? Sigmoid(V.Sum(logits[0]) + attentionBias) : 1;
            var own = V.Of(alpha * scale);
            for (var i = 0; i < width; i += V.Count)
            {
                (V.Load(total + i) + own * V.Load(row + i)).Store(total + i);
            }

            for (var p = 1; p < planes; p++)
            {
                var rate = V.Of(shape.Attention ? alpha * (1 - alpha) * scale * V.Sum(logits[p]) : 0);
                for (var i = 0; i < width; i += V.Count)
                {
                    var target = total + p * nodePlane + i;
                    (V.Load(target) + own * V.Load(row + p * width + i) + rate * V.Load(row + i)).Store(target);
                }
            }
        }
    }

    /// <summary>Writes ∂h₂; adds to ∂b₂, ∂w and ∂b.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="graphs">G.</param>
    /// <param name="second">h₂, [P, G·E, H].</param>
    /// <param name="weights">b₂ and, with attention, w and b.</param>
    /// <param name="gradSum">∂Σ, [P, G·N, H].</param>
    /// <param name="gradSecond">∂h₂, [P, G·E, H].</param>
    /// <param name="gradients">∂b₂, ∂w and ∂b.</param>
    /// <param name="row">Room for (P + 1)·H numbers.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(
        KernelShape shape, int graphs, float* second, in LayerWeights weights, float* gradSum, float* gradSecond, in LayerWeights gradients, float* row)
    {
        var bias = weights.SecondBias;
        var attention = weights.Attention;
        var attentionBias = shape.Attention ? *weights.AttentionBias : 0;
        var gradBias = gradients.SecondBias;
        var gradAttention = gradients.Attention;
        var gradAttentionBias = shape.Attention ? *gradients.AttentionBias : 0;
        var (n, width, planes) = (shape.Nodes, shape.Width, shape.Planes);
        var scale = V.Of(shape.Scale);
        var (edgePlane, nodePlane) = ((long)graphs * shape.Edges * width, (long)graphs * n * width);
        var (one, two) = (V.Of(1), V.Of(2f));
        var logits = stackalloc V[planes];
        var products = stackalloc V[planes];
        var gradLogits = stackalloc float[planes];
        var rates = stackalloc float[planes];
        var sigmas = row + planes * width;
        for (var edge = 0; edge < graphs * shape.Edges; edge++)
        {
            var h = second + (long)edge * width;
            var g = gradSum + (long)(edge / (n - 1)) * width;
            var gradH = gradSecond + (long)edge * width;
            for (var p = 0; p < planes; p++)
            {
                (logits[p], products[p]) = (default(V), default(V));
            }

            for (var i = 0; i < width; i += V.Count)
            {
                var x = V.Load(h + i) + V.Load(bias + i);
                var sigma = VectorSigmoid.Of(x);
                sigma.Store(sigmas + i);
                var y = x * sigma;
                y.Store(row + i);
                var w = shape.Attention ? V.Load(attention + i) : default(V);
                logits[0] = V.MultiplyAdd(w, y, logits[0]);
                products[0] = V.MultiplyAdd(V.Load(g + i), y, products[0]);
                var slope = V.MultiplyAdd(y, one - sigma, sigma);
                for (var p = 1; p < planes; p++)
                {
                    var t = slope * V.Load(h + p * edgePlane + i);
                    t.Store(row + p * width + i);
                    var gp = V.Load(g + p * nodePlane + i);
                    logits[p] = V.MultiplyAdd(w, t, logits[p]);
                    products[0] = V.MultiplyAdd(gp, t, products[0]);
                    products[p] = V.MultiplyAdd(gp, y, products[p]);
                }
            }

            var alpha = shape.Attention ? Sigmoid(V.Sum(logits[0]) + attentionBias) : 1;
            var (slopeOfAlpha, bend) = (shape.Attention ? alpha * (1 - alpha) : 0, 1 - 2 * alpha);
            gradLogits[0] = shape.Scale * slopeOfAlpha * V.Sum(products[0]);
            for (var p = 1; p < planes; p++)
            {
                var (logitRate, gradRate) = (V.Sum(logits[p]), shape.Scale * slopeOfAlpha * V.Sum(products[p]));
                rates[p] = slopeOfAlpha * logitRate;
                gradLogits[p] = gradRate;
                gradLogits[0] += gradRate * logitRate * bend;
            }

            gradAttentionBias += gradLogits[0];
            for (var i = 0; i < width; i += V.Count)
            {
                var x = V.Load(h + i) + V.Load(bias + i);
                var sigma = V.Load(sigmas + i);
                var rest = sigma * (one - sigma);
                var slope = V.MultiplyAdd(x, rest, sigma);
                var w = shape.Attention ? V.Load(attention + i) : default(V);
                var own = scale * V.Of(alpha);
                var gradY = V.MultiplyAdd(own, V.Load(g + i), w * V.Of(gradLogits[0]));
                var gradW = V.Of(gradLogits[0]) * V.Load(row + i);
                var bent = default(V);
                for (var p = 1; p < planes; p++)
                {
                    var gp = V.Load(g + p * nodePlane + i);
                    gradY = V.MultiplyAdd(scale * V.Of(rates[p]), gp, gradY);
                    var gradT = V.MultiplyAdd(own, gp, w * V.Of(gradLogits[p]));
                    bent = V.MultiplyAdd(gradT, V.Load(h + p * edgePlane + i), bent);
                    gradW = V.MultiplyAdd(V.Of(gradLogits[p]), V.Load(row + p * width + i), gradW);
                    (gradT * slope).Store(gradH + p * edgePlane + i);
                }

                var curvature = rest * (two + x * (one - sigma - sigma));
                var grad = V.MultiplyAdd(bent, curvature, gradY * slope);
                grad.Store(gradH + i);
                (V.Load(gradBias + i) + grad).Store(gradBias + i);
                if (shape.Attention)
                {
                    (V.Load(gradAttention + i) + gradW).Store(gradAttention + i);
                }
            }
        }

        if (shape.Attention)
        {
            *gradients.AttentionBias = gradAttentionBias;
        }
    }

    private static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));
}
