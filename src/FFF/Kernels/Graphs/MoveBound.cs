using System.Runtime.CompilerServices;

namespace FFF.Kernels.Graphs;

/// <summary>The bound on what an edge moves its node by, R tanh(φ / R), with tangents, and the way back.</summary>
internal static unsafe class MoveBound
{
    /// <summary>Replaces φ of one edge and its tangents, and where a gradient is given, that of the bounded by that of φ.</summary>
    /// <param name="shape">Sizes, and R.</param>
    /// <param name="numbers">φ and its tangents.</param>
    /// <param name="gradNumbers">The gradient; null on the way forward.</param>
    /// <param name="stride">From one number of the edge to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(KernelShape shape, float* numbers, float* gradNumbers, int stride)
    {
        var bound = shape.MoveBound;
        var t = MathF.Tanh(numbers[0] / bound);
        var slope = 1 - t * t;
        numbers[0] = bound * t;
        var bent = 0f;
        for (var p = 1; p < shape.Planes; p++)
        {
            var rate = numbers[p * stride];
            numbers[p * stride] = slope * rate;
            if (gradNumbers != null)
            {
                bent += gradNumbers[p * stride] * rate;
                gradNumbers[p * stride] *= slope;
            }
        }

        if (gradNumbers != null)
        {
            // The derivative of 1 − tanh²(φ / R) is −2 tanh(φ / R) (1 − tanh²(φ / R)) / R.
            gradNumbers[0] = slope * (gradNumbers[0] - 2 * t / bound * bent);
        }
    }
}
