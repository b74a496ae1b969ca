using System.Runtime.Intrinsics;

namespace FFF.Kernels.Graphs;

/// <summary>
/// Messages and their sum, Σ_i = Σ_j α(w·m_ij + b) m_ij / n with m = a(h₂ + b₂), SiLU a and the logistic function α, with
/// tangents, and the way back: one pass over the edges each.
/// </summary>
internal static unsafe class EdgeMessages
{
    private const int Lanes = 16;

    /// <summary>Σ, [P, G·N, H].</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="graphs">G.</param>
    /// <param name="second">h₂, [P, G·E, H].</param>
    /// <param name="weights">b₂ and, with attention, w and b.</param>
    /// <param name="sum">What is written.</param>
    /// <param name="row">Room for P·H numbers.</param>
    public static void Forward(KernelShape shape, int graphs, float* second, in LayerWeights weights, float* sum, float* row)
    {
        var bias = weights.SecondBias;
        var attention = weights.Attention;
        var attentionBias = shape.Attention ? *weights.AttentionBias : 0;
        var (n, width, planes, scale) = (shape.Nodes, shape.Width, shape.Planes, shape.Scale);
        var (edgePlane, nodePlane) = ((long)graphs * shape.Edges * width, (long)graphs * n * width);
        var logits = stackalloc Vector512<float>[planes];
        new Span<float>(sum, (int)(planes * nodePlane)).Clear();
        for (var edge = 0; edge < graphs * shape.Edges; edge++)
        {
            var h = second + (long)edge * width;
            var total = sum + (long)(edge / (n - 1)) * width;
            for (var p = 0; p < planes; p++)
            {
                logits[p] = Vector512<float>.Zero;
            }

            for (var i = 0; i < width; i += Lanes)
            {
                var x = Vector512.Load(h + i) + Vector512.Load(bias + i);
                var sigma = VectorSigmoid.Of(x);
                var y = x * sigma;
                y.Store(row + i);
                var slope = Vector512.FusedMultiplyAdd(y, Vector512<float>.One - sigma, sigma);
                var w = shape.Attention ? Vector512.Load(attention + i) : Vector512<float>.Zero;
                logits[0] = Vector512.FusedMultiplyAdd(w, y, logits[0]);
                for (var p = 1; p < planes; p++)
                {
                    var t = slope * Vector512.Load(h + p * edgePlane + i);
                    t.Store(row + p * width + i);
                    logits[p] = Vector512.FusedMultiplyAdd(w, t, logits[p]);
                }
            }

            var alpha = shape.Attention ? Sigmoid(Vector512.Sum(logits[0]) + attentionBias) : 1;
            var own = Vector512.Create(alpha * scale);
            for (var i = 0; i < width; i += Lanes)
            {
                (Vector512.Load(total + i) + own * Vector512.Load(row + i)).Store(total + i);
            }

            for (var p = 1; p < planes; p++)
            {
                var rate = Vector512.Create(shape.Attention ? alpha * (1 - alpha) * scale * Vector512.Sum(logits[p]) : 0);
                for (var i = 0; i < width; i += Lanes)
                {
                    var target = total + p * nodePlane + i;
                    (Vector512.Load(target) + own * Vector512.Load(row + p * width + i) + rate * Vector512.Load(row + i)).Store(target);
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
        var scale = Vector512.Create(shape.Scale);
        var (edgePlane, nodePlane) = ((long)graphs * shape.Edges * width, (long)graphs * n * width);
        var (one, two) = (Vector512<float>.One, Vector512.Create(2f));
        var logits = stackalloc Vector512<float>[planes];
        var products = stackalloc Vector512<float>[planes];
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
                (logits[p], products[p]) = (Vector512<float>.Zero, Vector512<float>.Zero);
            }

            for (var i = 0; i < width; i += Lanes)
            {
                var x = Vector512.Load(h + i) + Vector512.Load(bias + i);
                var sigma = VectorSigmoid.Of(x);
                sigma.Store(sigmas + i);
                var y = x * sigma;
                y.Store(row + i);
                var w = shape.Attention ? Vector512.Load(attention + i) : Vector512<float>.Zero;
                logits[0] = Vector512.FusedMultiplyAdd(w, y, logits[0]);
                products[0] = Vector512.FusedMultiplyAdd(Vector512.Load(g + i), y, products[0]);
                var slope = Vector512.FusedMultiplyAdd(y, one - sigma, sigma);
                for (var p = 1; p < planes; p++)
                {
                    var t = slope * Vector512.Load(h + p * edgePlane + i);
                    t.Store(row + p * width + i);
                    var gp = Vector512.Load(g + p * nodePlane + i);
                    logits[p] = Vector512.FusedMultiplyAdd(w, t, logits[p]);
                    products[0] = Vector512.FusedMultiplyAdd(gp, t, products[0]);
                    products[p] = Vector512.FusedMultiplyAdd(gp, y, products[p]);
                }
            }

            var alpha = shape.Attention ? Sigmoid(Vector512.Sum(logits[0]) + attentionBias) : 1;
            var (slopeOfAlpha, bend) = (shape.Attention ? alpha * (1 - alpha) : 0, 1 - 2 * alpha);
            gradLogits[0] = shape.Scale * slopeOfAlpha * Vector512.Sum(products[0]);
            for (var p = 1; p < planes; p++)
            {
                var (logitRate, gradRate) = (Vector512.Sum(logits[p]), shape.Scale * slopeOfAlpha * Vector512.Sum(products[p]));
                rates[p] = slopeOfAlpha * logitRate;
                gradLogits[p] = gradRate;
                gradLogits[0] += gradRate * logitRate * bend;
            }

            gradAttentionBias += gradLogits[0];
            for (var i = 0; i < width; i += Lanes)
            {
                var x = Vector512.Load(h + i) + Vector512.Load(bias + i);
                var sigma = Vector512.Load(sigmas + i);
                var rest = sigma * (one - sigma);
                var slope = Vector512.FusedMultiplyAdd(x, rest, sigma);
                var w = shape.Attention ? Vector512.Load(attention + i) : Vector512<float>.Zero;
                var own = scale * Vector512.Create(alpha);
                var gradY = Vector512.FusedMultiplyAdd(own, Vector512.Load(g + i), w * Vector512.Create(gradLogits[0]));
                var gradW = Vector512.Create(gradLogits[0]) * Vector512.Load(row + i);
                var bent = Vector512<float>.Zero;
                for (var p = 1; p < planes; p++)
                {
                    var gp = Vector512.Load(g + p * nodePlane + i);
                    gradY = Vector512.FusedMultiplyAdd(scale * Vector512.Create(rates[p]), gp, gradY);
                    var gradT = Vector512.FusedMultiplyAdd(own, gp, w * Vector512.Create(gradLogits[p]));
                    bent = Vector512.FusedMultiplyAdd(gradT, Vector512.Load(h + p * edgePlane + i), bent);
                    gradW = Vector512.FusedMultiplyAdd(Vector512.Create(gradLogits[p]), Vector512.Load(row + p * width + i), gradW);
                    (gradT * slope).Store(gradH + p * edgePlane + i);
                }

                var curvature = rest * (two + x * (one - sigma - sigma));
                var grad = Vector512.FusedMultiplyAdd(bent, curvature, gradY * slope);
                grad.Store(gradH + i);
                (Vector512.Load(gradBias + i) + grad).Store(gradBias + i);
                if (shape.Attention)
                {
                    (Vector512.Load(gradAttention + i) + gradW).Store(gradAttention + i);
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
