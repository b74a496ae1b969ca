using System.Runtime.CompilerServices;
using FFF.Kernels.Vectors;

namespace FFF.Kernels.Graphs;

/// <summary>
/// The first layer of an edge's perceptron, s_ij = a(A_i + C_j + r_ij w_r + r⁰_ij w_0) with SiLU a and tangents, from the
/// nodes' products A and C, and the way back. What is before the activation is never written to memory.
/// </summary>
internal static unsafe class EdgeFirstLayer<V>
    where V : unmanaged, ILanes<V>
{
    /// <summary>s, [P, G·E, H].</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="graphs">G.</param>
    /// <param name="nodes">[A C], [P, G·N, 2H].</param>
    /// <param name="edges">r, r⁰, [P, G·E], and w_r, w_0, [H].</param>
    /// <param name="s">What is written.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(KernelShape shape, int graphs, float* nodes, in EdgeInputs edges, float* s)
    {
        var (n, width, planes) = (shape.Nodes, shape.Width, shape.Planes);
        var count = graphs * shape.Edges;
        var (nodePlane, edgePlane) = ((long)graphs * n * 2 * width, (long)count * width);
        var edge = 0;
        for (var own = 0; own < graphs * n; own++)
        {
            var start = own - own % n;
            for (var other = start; other < start + n; other++)
            {
                if (other == own)
                {
                    continue;
                }

                var a = nodes + (long)own * 2 * width;
                var c = nodes + (long)other * 2 * width + width;
                var y = s + (long)edge * width;
                var (r, r0) = (V.Of(edges.R[edge]), V.Of(edges.Initial[edge]));
                for (var i = 0; i < width; i += V.Count)
                {
                    var (wr, w0) = (V.Load(edges.WeightR + i), V.Load(edges.WeightInitial + i));
                    var h = V.MultiplyAdd(r, wr, V.MultiplyAdd(r0, w0, V.Load(a + i) + V.Load(c + i)));
                    var sigma = VectorSigmoid.Of(h);
                    var value = h * sigma;
                    value.Store(y + i);
                    var slope = V.MultiplyAdd(value, V.Of(1) - sigma, sigma);
                    for (var p = 1; p < planes; p++)
                    {
                        var (rp, r0p) = (V.Of(edges.R[(long)p * count + edge]), V.Of(edges.Initial[(long)p * count + edge]));
                        var t = V.Load(a + p * nodePlane + i) + V.Load(c + p * nodePlane + i);
                        (slope * V.MultiplyAdd(rp, wr, V.MultiplyAdd(r0p, w0, t))).Store(y + p * edgePlane + i);
                    }
                }

                edge++;
            }
        }
    }

    /// <summary>Adds to ∂A and ∂C, ∂r and ∂r⁰, ∂w_r and ∂w_0, and replaces ∂s by s, which it has at hand.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="graphs">G.</param>
    /// <param name="nodes">[A C], [P, G·N, 2H].</param>
    /// <param name="edges">r, r⁰, [P, G·E], and w_r, w_0, [H].</param>
    /// <param name="gradS">∂s, then s, [P, G·E, H].</param>
    /// <param name="gradNodes">∂[A C].</param>
    /// <param name="gradEdges">∂r, ∂r⁰, ∂w_r and ∂w_0.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(KernelShape shape, int graphs, float* nodes, in EdgeInputs edges, float* gradS, float* gradNodes, in EdgeInputs gradEdges)
    {
        var (n, width, planes) = (shape.Nodes, shape.Width, shape.Planes);
        var count = graphs * shape.Edges;
        var (nodePlane, edgePlane) = ((long)graphs * n * 2 * width, (long)count * width);
        var one = V.Of(1);
        var sums = stackalloc V[2 * planes];
        var edge = 0;
        for (var own = 0; own < graphs * n; own++)
        {
            var start = own - own % n;
            for (var other = start; other < start + n; other++)
            {
                if (other == own)
                {
                    continue;
                }

                var (ownOffset, otherOffset) = ((long)own * 2 * width, (long)other * 2 * width + width);
                var a = nodes + ownOffset;
                var c = nodes + otherOffset;
                var g = gradS + (long)edge * width;
                var gradA = gradNodes + ownOffset;
                var gradC = gradNodes + otherOffset;
                var (r, r0) = (V.Of(edges.R[edge]), V.Of(edges.Initial[edge]));
                for (var p = 0; p < 2 * planes; p++)
                {
                    sums[p] = default(V);
                }

                for (var i = 0; i < width; i += V.Count)
                {
                    var (wr, w0) = (V.Load(edges.WeightR + i), V.Load(edges.WeightInitial + i));
                    var h = V.MultiplyAdd(r, wr, V.MultiplyAdd(r0, w0, V.Load(a + i) + V.Load(c + i)));
                    var sigma = VectorSigmoid.Of(h);
                    var rest = sigma * (one - sigma);
                    var slope = V.MultiplyAdd(h, rest, sigma);
                    var (gradWr, gradW0) = (V.Load(gradEdges.WeightR + i), V.Load(gradEdges.WeightInitial + i));
                    var bent = default(V);
                    for (var p = 1; p < planes; p++)
                    {
                        var (rp, r0p) = (V.Of(edges.R[(long)p * count + edge]), V.Of(edges.Initial[(long)p * count + edge]));
                        var t = V.Load(a + p * nodePlane + i) + V.Load(c + p * nodePlane + i);
                        t = V.MultiplyAdd(rp, wr, V.MultiplyAdd(r0p, w0, t));
                        var gradTangent = V.Load(g + p * edgePlane + i);
                        (slope * t).Store(g + p * edgePlane + i);
                        bent = V.MultiplyAdd(gradTangent, t, bent);
                        gradTangent *= slope;
                        Add(gradA + p * nodePlane + i, gradTangent);
                        Add(gradC + p * nodePlane + i, gradTangent);
                        sums[p] = V.MultiplyAdd(gradTangent, wr, sums[p]);
                        sums[planes + p] = V.MultiplyAdd(gradTangent, w0, sums[planes + p]);
                        gradWr = V.MultiplyAdd(gradTangent, rp, gradWr);
                        gradW0 = V.MultiplyAdd(gradTangent, r0p, gradW0);
                    }

                    var curvature = rest * (V.Of(2f) + h * (one - sigma - sigma));
                    var grad = V.MultiplyAdd(bent, curvature, slope * V.Load(g + i));
                    (h * sigma).Store(g + i);
                    Add(gradA + i, grad);
                    Add(gradC + i, grad);
                    sums[0] = V.MultiplyAdd(grad, wr, sums[0]);
                    sums[planes] = V.MultiplyAdd(grad, w0, sums[planes]);
                    V.MultiplyAdd(grad, r, gradWr).Store(gradEdges.WeightR + i);
                    V.MultiplyAdd(grad, r0, gradW0).Store(gradEdges.WeightInitial + i);
                }

                for (var p = 0; p < planes; p++)
                {
                    gradEdges.R[(long)p * count + edge] += V.Sum(sums[p]);
                    gradEdges.Initial[(long)p * count + edge] += V.Sum(sums[planes + p]);
                }

                edge++;
            }
        }
    }

    private static void Add(float* target, V term) => (V.Load(target) + term).Store(target);
}

/// <summary>What an edge's perceptron is given beside the nodes, or the gradients of it.</summary>
/// <param name="R">r, [P, G·E].</param>
/// <param name="Initial">r⁰, [P, G·E].</param>
/// <param name="WeightR">w_r, [H].</param>
/// <param name="WeightInitial">w_0, [H].</param>
internal readonly unsafe struct EdgeInputs(float* R, float* Initial, float* WeightR, float* WeightInitial)
{
    public readonly float* R = R;
    public readonly float* Initial = Initial;
    public readonly float* WeightR = WeightR;
    public readonly float* WeightInitial = WeightInitial;
}
