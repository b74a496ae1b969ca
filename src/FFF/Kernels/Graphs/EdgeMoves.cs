using System.Runtime.CompilerServices;
using FFF.Kernels.Vectors;

namespace FFF.Kernels.Graphs;

/// <summary>
/// The update of positions, x_i ← x_i + Σ_j D_ij φ_ij / n with φ = w₃·a(h₂ + b₂), SiLU a and directions D, with tangents,
/// and the way back: one pass over the edges each.
/// </summary>
internal static unsafe class EdgeMoves<V>
    where V : unmanaged, ILanes<V>
{
    /// <summary>Adds to x.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="graphs">G.</param>
    /// <param name="second">h₂, [P, G·E, H].</param>
    /// <param name="weights">b₂ and w₃.</param>
    /// <param name="directions">D, [P, G·E, d].</param>
    /// <param name="x">[P, G, N, d].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(KernelShape shape, int graphs, float* second, in LayerWeights weights, float* directions, float* x)
    {
        var bias = weights.SecondBias;
        var readout = weights.Readout;
        var (n, d, width, planes) = (shape.Nodes, shape.Dimensions, shape.Width, shape.Planes);
        var edges = graphs * shape.Edges;
        var (edgePlane, nodePlane) = ((long)edges * width, (long)graphs * n * d);
        var sums = stackalloc V[planes];
        for (var edge = 0; edge < edges; edge++)
        {
            var h = second + (long)edge * width;
            for (var p = 0; p < planes; p++)
            {
                sums[p] = default(V);
            }

            for (var i = 0; i < width; i += V.Count)
            {
                var (u, w) = (V.Load(h + i) + V.Load(bias + i), V.Load(readout + i));
                var sigma = VectorSigmoid.Of(u);
                var y = u * sigma;
                sums[0] = V.MultiplyAdd(w, y, sums[0]);
                var slope = w * V.MultiplyAdd(y, V.Of(1) - sigma, sigma);
                for (var p = 1; p < planes; p++)
                {
                    sums[p] = V.MultiplyAdd(slope, V.Load(h + p * edgePlane + i), sums[p]);
                }
            }

            var phi = shape.Scale * V.Sum(sums[0]);
            var own = x + (long)(edge / (n - 1)) * d;
            var direction = directions + (long)edge * d;
            for (var p = 0; p < planes; p++)
            {
                var rate = p == 0 ? 0 : shape.Scale * V.Sum(sums[p]);
                for (var q = 0; q < d; q++)
                {
                    own[p * nodePlane + q] += direction[(long)p * edges * d + q] * phi + direction[q] * rate;
                }
            }
        }
    }

    /// <summary>Writes ∂h₂ and ∂D; adds to ∂b₂ and ∂w₃.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="graphs">G.</param>
    /// <param name="second">h₂, [P, G·E, H].</param>
    /// <param name="weights">b₂ and w₃.</param>
    /// <param name="directions">D, [P, G·E, d].</param>
    /// <param name="gradX">∂x, [P, G, N, d].</param>
    /// <param name="gradSecond">∂h₂, [P, G·E, H].</param>
    /// <param name="gradients">∂b₂ and ∂w₃.</param>
    /// <param name="gradDirections">∂D, [P, G·E, d].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(
        KernelShape shape, int graphs, float* second, in LayerWeights weights, float* directions, float* gradX,
        float* gradSecond, in LayerWeights gradients, float* gradDirections)
    {
        var bias = weights.SecondBias;
        var readout = weights.Readout;
        var gradBias = gradients.SecondBias;
        var gradReadout = gradients.Readout;
        var (n, d, width, planes) = (shape.Nodes, shape.Dimensions, shape.Width, shape.Planes);
        var edges = graphs * shape.Edges;
        var (edgePlane, nodePlane) = ((long)edges * width, (long)graphs * n * d);
        var (one, two) = (V.Of(1), V.Of(2f));
        var sums = stackalloc V[planes];
        var gradPhi = stackalloc float[planes];
        for (var edge = 0; edge < edges; edge++)
        {
            var h = second + (long)edge * width;
            var gradH = gradSecond + (long)edge * width;
            var direction = directions + (long)edge * d;
            var grad = gradX + (long)(edge / (n - 1)) * d;
            gradPhi[0] = 0;
            for (var p = 0; p < planes; p++)
            {
                (sums[p], gradPhi[p]) = (default(V), p == 0 ? gradPhi[0] : 0);
                for (var q = 0; q < d; q++)
                {
                    var g = shape.Scale * grad[p * nodePlane + q];
                    gradPhi[0] += g * direction[(long)p * edges * d + q];
                    gradPhi[p] += p == 0 ? 0 : g * direction[q];
                }
            }

            for (var i = 0; i < width; i += V.Count)
            {
                var (u, w) = (V.Load(h + i) + V.Load(bias + i), V.Load(readout + i));
                var sigma = VectorSigmoid.Of(u);
                var rest = sigma * (one - sigma);
                var (y, slope) = (u * sigma, V.MultiplyAdd(u, rest, sigma));
                sums[0] = V.MultiplyAdd(w, y, sums[0]);
                var gradW = V.Of(gradPhi[0]) * y;
                var bent = default(V);
                for (var p = 1; p < planes; p++)
                {
                    var (t, gp) = (V.Load(h + p * edgePlane + i), V.Of(gradPhi[p]));
                    var rate = slope * t;
                    sums[p] = V.MultiplyAdd(w, rate, sums[p]);
                    gradW = V.MultiplyAdd(gp, rate, gradW);
                    bent = V.MultiplyAdd(gp, t, bent);
                    (w * gp * slope).Store(gradH + p * edgePlane + i);
                }

                var curvature = rest * (two + u * (one - sigma - sigma));
                var gradU = w * V.MultiplyAdd(bent, curvature, V.Of(gradPhi[0]) * slope);
                gradU.Store(gradH + i);
                (V.Load(gradBias + i) + gradU).Store(gradBias + i);
                (V.Load(gradReadout + i) + gradW).Store(gradReadout + i);
            }

            var phi = shape.Scale * V.Sum(sums[0]);
            for (var q = 0; q < d; q++)
            {
                gradDirections[(long)edge * d + q] = grad[q] * phi;
            }

            for (var p = 1; p < planes; p++)
            {
                var rate = shape.Scale * V.Sum(sums[p]);
                for (var q = 0; q < d; q++)
                {
                    gradDirections[((long)p * edges + edge) * d + q] = grad[p * nodePlane + q] * phi;
                    gradDirections[(long)edge * d + q] += grad[p * nodePlane + q] * rate;
                }
            }
        }
    }
}
