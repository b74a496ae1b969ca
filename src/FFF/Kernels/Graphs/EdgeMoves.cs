using System.Runtime.CompilerServices;
using FFF.Kernels.Vectors;

namespace FFF.Kernels.Graphs;

/// <summary>
/// The update of positions, x_i ← x_i + Σ_j D_ij φ_ij / n with φ = w₃·a(h₂ + b₂), or R tanh(φ / R) in its place, SiLU a and directions D, with
/// tangents, and the way back: one pass over the edges each.
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
        var (width, planes, edges) = (shape.Width, shape.Planes, graphs * shape.Edges);
        var edgePlane = (long)edges * width;
        var sums = stackalloc V[planes];
        var numbers = stackalloc float[planes];
        for (var edge = 0; edge < edges; edge++)
        {
            var h = second + (long)edge * width;
            Numbers(h, edgePlane, bias, readout, width, planes, sums, numbers);
            if (shape.MoveBound > 0)
            {
                MoveBound.Apply(shape, numbers, null, 1);
            }

            Move(shape, graphs, edge, numbers, 1, directions, x);
        }
    }

    /// <summary>φ of one edge, and its tangents.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Numbers(float* h, long edgePlane, float* bias, float* readout, int width, int planes, V* sums, float* numbers)
    {
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

        for (var p = 0; p < planes; p++)
        {
            numbers[p] = V.Sum(sums[p]);
        }
    }

    /// <summary>Adds to x what one edge moves its node by.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="graphs">G.</param>
    /// <param name="edge">The edge, below G·E.</param>
    /// <param name="numbers">φ and its tangents.</param>
    /// <param name="stride">From one of them to the next.</param>
    /// <param name="directions">D, [P, G·E, d].</param>
    /// <param name="x">[P, G, N, d].</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Move(KernelShape shape, int graphs, int edge, float* numbers, int stride, float* directions, float* x)
    {
        var (n, d, edges) = (shape.Nodes, shape.Dimensions, graphs * shape.Edges);
        var phi = shape.Scale * numbers[0];
        var own = x + (long)(edge / (n - 1)) * d;
        var direction = directions + (long)edge * d;
        for (var p = 0; p < shape.Planes; p++)
        {
            var rate = p == 0 ? 0 : shape.Scale * numbers[p * stride];
            for (var q = 0; q < d; q++)
            {
                own[(long)p * graphs * n * d + q] += direction[(long)p * edges * d + q] * phi + direction[q] * rate;
            }
        }
    }

    /// <summary>∂φ of one edge and of its tangents.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="graphs">G.</param>
    /// <param name="edge">The edge, below G·E.</param>
    /// <param name="directions">D, [P, G·E, d].</param>
    /// <param name="gradX">∂x, [P, G, N, d].</param>
    /// <param name="gradNumbers">What is written.</param>
    /// <param name="stride">From one of them to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ToNumbers(KernelShape shape, int graphs, int edge, float* directions, float* gradX, float* gradNumbers, int stride)
    {
        var (n, d, edges) = (shape.Nodes, shape.Dimensions, graphs * shape.Edges);
        var direction = directions + (long)edge * d;
        var grad = gradX + (long)(edge / (n - 1)) * d;
        float total = 0;
        for (var p = 0; p < shape.Planes; p++)
        {
            float own = 0;
            for (var q = 0; q < d; q++)
            {
                var g = shape.Scale * grad[(long)p * graphs * n * d + q];
                total += g * direction[(long)p * edges * d + q];
                own += g * direction[q];
            }

            gradNumbers[p * stride] = own;
        }

        gradNumbers[0] = total;
    }

    /// <summary>∂D of one edge.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="graphs">G.</param>
    /// <param name="edge">The edge, below G·E.</param>
    /// <param name="numbers">φ and its tangents.</param>
    /// <param name="stride">From one of them to the next.</param>
    /// <param name="gradX">∂x, [P, G, N, d].</param>
    /// <param name="gradDirections">∂D, [P, G·E, d].</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ToDirections(KernelShape shape, int graphs, int edge, float* numbers, int stride, float* gradX, float* gradDirections)
    {
        var (n, d, edges) = (shape.Nodes, shape.Dimensions, graphs * shape.Edges);
        var grad = gradX + (long)(edge / (n - 1)) * d;
        var own = gradDirections + (long)edge * d;
        var phi = shape.Scale * numbers[0];
        for (var q = 0; q < d; q++)
        {
            own[q] = grad[q] * phi;
        }

        for (var p = 1; p < shape.Planes; p++)
        {
            var rate = shape.Scale * numbers[p * stride];
            for (var q = 0; q < d; q++)
            {
                var g = grad[(long)p * graphs * n * d + q];
                own[(long)p * edges * d + q] = g * phi;
                own[q] += g * rate;
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
        var (width, planes, edges) = (shape.Width, shape.Planes, graphs * shape.Edges);
        var edgePlane = (long)edges * width;
        var (one, two) = (V.Of(1), V.Of(2f));
        var sums = stackalloc V[planes];
        var numbers = stackalloc float[planes];
        var gradPhi = stackalloc float[planes];
        for (var edge = 0; edge < edges; edge++)
        {
            var h = second + (long)edge * width;
            var gradH = gradSecond + (long)edge * width;
            ToNumbers(shape, graphs, edge, directions, gradX, gradPhi, 1);
            if (shape.MoveBound > 0)
            {
                Numbers(h, edgePlane, bias, readout, width, planes, sums, numbers);
                MoveBound.Apply(shape, numbers, gradPhi, 1);
            }

            for (var p = 0; p < planes; p++)
            {
                sums[p] = default(V);
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

            // Those that are bounded are known already.
            if (shape.MoveBound == 0)
            {
                for (var p = 0; p < planes; p++)
                {
                    numbers[p] = V.Sum(sums[p]);
                }
            }

            ToDirections(shape, graphs, edge, numbers, 1, gradX, gradDirections);
        }
    }
}
