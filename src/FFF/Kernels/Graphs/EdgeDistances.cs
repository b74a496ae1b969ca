namespace FFF.Kernels.Graphs;

/// <summary>
/// Squared distances r = ‖δ‖² and directions v·δ of edges, δ = x_i − x_j, v = 1 / (s + c), s = √(r + ε), with tangents,
/// and the way back. An edge and the one that leads back are computed together: their distance is the same, and their directions are opposite.
/// </summary>
internal static unsafe class EdgeDistances
{
    private const float Softening = 1e-8f;

    /// <summary>The most dimensions of space.</summary>
    public const int MaxDimensions = 8;

    /// <summary>Distances and, unless null, directions.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="graphs">G.</param>
    /// <param name="x">[P, G, N, d].</param>
    /// <param name="r">[P, G·E].</param>
    /// <param name="directions">[P, G·E, d]; null if not asked for.</param>
    public static void Forward(KernelShape shape, int graphs, float* x, float* r, float* directions)
    {
        var (n, d, planes) = (shape.Nodes, shape.Dimensions, shape.Planes);
        var (plane, edges) = (graphs * n * d, graphs * shape.Edges);
        var delta = stackalloc float[MaxDimensions];
        for (var own = 0; own < graphs * n; own++)
        {
            var (i, start) = (own % n, own - own % n);
            for (var j = i + 1; j < n; j++)
            {
                // Of a node's N − 1 edges, that to itself is left out.
                var other = start + j;
                var (edge, back) = ((long)own * (n - 1) + j - 1, (long)other * (n - 1) + i);
                var a = x + own * d;
                var b = x + other * d;
                float squared = 0;
                for (var q = 0; q < d; q++)
                {
                    delta[q] = a[q] - b[q];
                    squared += delta[q] * delta[q];
                }

                r[edge] = r[back] = squared;
                var s = MathF.Sqrt(squared + Softening);
                var v = 1 / (s + shape.NormConstant);
                for (var q = 0; q < d && directions != null; q++)
                {
                    directions[edge * d + q] = v * delta[q];
                    directions[back * d + q] = -directions[edge * d + q];
                }

                for (var p = 1; p < planes; p++)
                {
                    var ta = a + (long)p * plane;
                    var tb = b + (long)p * plane;
                    var offset = (long)p * edges;
                    float rate = 0;
                    for (var q = 0; q < d; q++)
                    {
                        rate += 2 * delta[q] * (ta[q] - tb[q]);
                    }

                    r[offset + edge] = r[offset + back] = rate;
                    var vRate = -0.5f * v * v / s * rate;
                    for (var q = 0; q < d && directions != null; q++)
                    {
                        directions[(offset + edge) * d + q] = v * (ta[q] - tb[q]) + vRate * delta[q];
                        directions[(offset + back) * d + q] = -directions[(offset + edge) * d + q];
                    }
                }
            }
        }
    }

    /// <summary>Adds to ∂x.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="graphs">G.</param>
    /// <param name="x">[P, G, N, d].</param>
    /// <param name="gradR">∂r, [P, G·E].</param>
    /// <param name="gradDirections">∂(directions), [P, G·E, d]; null where there were none.</param>
    /// <param name="gradX">∂x, [P, G, N, d].</param>
    public static void Backward(KernelShape shape, int graphs, float* x, float* gradR, float* gradDirections, float* gradX)
    {
        var (n, d, planes) = (shape.Nodes, shape.Dimensions, shape.Planes);
        var (plane, edges) = (graphs * n * d, graphs * shape.Edges);
        var delta = stackalloc float[MaxDimensions];
        var gradDelta = stackalloc float[MaxDimensions];
        var gradDirection = stackalloc float[MaxDimensions];
        for (var own = 0; own < graphs * n; own++)
        {
            var (i, start) = (own % n, own - own % n);
            for (var j = i + 1; j < n; j++)
            {
                // Of a node's N − 1 edges, that to itself is left out.
                var other = start + j;
                var (edge, back) = ((long)own * (n - 1) + j - 1, (long)other * (n - 1) + i);
                var (a, b) = (own * d, other * d);
                float squared = 0, gradV = 0;
                for (var q = 0; q < d; q++)
                {
                    delta[q] = x[a + q] - x[b + q];
                    squared += delta[q] * delta[q];
                }

                var s = MathF.Sqrt(squared + Softening);
                var v = 1 / (s + shape.NormConstant);
                var slope = -0.5f * v * v / s;
                var curvature = v * v * (v + 0.5f * (1 / s)) / (2 * s * s);
                var grad = gradR[edge] + gradR[back];
                for (var q = 0; q < d; q++)
                {
                    gradDelta[q] = 0;
                    if (gradDirections != null)
                    {
                        var given = gradDirections[edge * d + q] - gradDirections[back * d + q];
                        gradDelta[q] = given * v;
                        gradV += given * delta[q];
                    }
                }

                for (var p = 1; p < planes; p++)
                {
                    var t = x + (long)p * plane;
                    var gradT = gradX + (long)p * plane;
                    var offset = (long)p * edges;
                    float rate = 0, gradVRate = 0;
                    for (var q = 0; q < d; q++)
                    {
                        rate += 2 * delta[q] * (t[a + q] - t[b + q]);
                        if (gradDirections != null)
                        {
                            gradDirection[q] = gradDirections[(offset + edge) * d + q] - gradDirections[(offset + back) * d + q];
                            gradV += gradDirection[q] * (t[a + q] - t[b + q]);
                            gradVRate += gradDirection[q] * delta[q];
                        }
                    }

                    var gradRate = gradR[offset + edge] + gradR[offset + back] + gradVRate * slope;
                    grad += gradVRate * rate * curvature;
                    for (var q = 0; q < d; q++)
                    {
                        var gradOwn = 2 * gradRate * delta[q];
                        gradDelta[q] += 2 * gradRate * (t[a + q] - t[b + q]);
                        if (gradDirections != null)
                        {
                            gradOwn += gradDirection[q] * v;
                            gradDelta[q] += gradDirection[q] * slope * rate;
                        }

                        gradT[a + q] += gradOwn;
                        gradT[b + q] -= gradOwn;
                    }
                }

                grad += gradV * slope;
                for (var q = 0; q < d; q++)
                {
                    var total = gradDelta[q] + 2 * grad * delta[q];
                    gradX[a + q] += total;
                    gradX[b + q] -= total;
                }
            }
        }
    }
}
