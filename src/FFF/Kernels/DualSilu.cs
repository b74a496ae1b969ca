using System.Runtime.CompilerServices;
using FFF.Kernels.Vectors;

namespace FFF.Kernels;

/// <summary>
/// SiLU with tangents over numbers in memory, in one pass forward and one in reverse: a(h) = hσ(h), a' = σ + hσ(1−σ),
/// a'' = σ(1−σ)(2 + h(1−2σ)). Each array holds n values and then K times n tangents.
/// </summary>
internal static unsafe class DualSilu<V>
    where V : unmanaged, ILanes<V>
{
    /// <summary>y = a(h) and ẏ_k = a'(h)·ḣ_k.</summary>
    /// <param name="input">h and ḣ.</param>
    /// <param name="output">y and ẏ.</param>
    /// <param name="count">n.</param>
    /// <param name="planes">1 + K.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(float* input, float* output, long count, int planes)
    {
        var whole = count - count % V.Count;
        for (long i = 0; i < whole; i += V.Count)
        {
            var h = V.Load(input + i);
            var s = VectorSigmoid.Of(h);
            var y = h * s;
            var slope = s + y * (V.Of(1) - s);
            y.Store(output + i);
            for (var j = i + count; j < planes * count; j += count)
            {
                (slope * V.Load(input + j)).Store(output + j);
            }
        }

        for (var i = whole; i < count; i++)
        {
            var s = 1 / (1 + MathF.Exp(-input[i]));
            output[i] = input[i] * s;
            for (var j = i + count; j < planes * count; j += count)
            {
                output[j] = (s + output[i] * (1 - s)) * input[j];
            }
        }
    }

    /// <summary>∂h = a'·∂y + a''·Σ_k ḣ_k·∂ẏ_k and ∂ḣ_k = a'·∂ẏ_k.</summary>
    /// <param name="input">h and ḣ.</param>
    /// <param name="gradOutput">∂y and ∂ẏ.</param>
    /// <param name="gradInput">∂h and ∂ḣ.</param>
    /// <param name="count">n.</param>
    /// <param name="planes">1 + K.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(float* input, float* gradOutput, float* gradInput, long count, int planes)
    {
        var (one, two) = (V.Of(1), V.Of(2));
        var whole = count - count % V.Count;
        for (long i = 0; i < whole; i += V.Count)
        {
            var h = V.Load(input + i);
            var s = VectorSigmoid.Of(h);
            var rest = s * (one - s);
            var slope = s + h * rest;
            var sum = default(V);
            for (var j = i + count; j < planes * count; j += count)
            {
                var gradient = V.Load(gradOutput + j);
                sum += gradient * V.Load(input + j);
                (gradient * slope).Store(gradInput + j);
            }

            var curvature = rest * (two + h * (one - two * s));
            (V.Load(gradOutput + i) * slope + sum * curvature).Store(gradInput + i);
        }

        for (var i = whole; i < count; i++)
        {
            var h = input[i];
            var s = 1 / (1 + MathF.Exp(-h));
            var (rest, sum) = (s * (1 - s), 0f);
            var slope = s + h * rest;
            for (var j = i + count; j < planes * count; j += count)
            {
                sum += gradOutput[j] * input[j];
                gradInput[j] = gradOutput[j] * slope;
            }

            gradInput[i] = gradOutput[i] * slope + sum * rest * (2 + h * (1 - 2 * s));
        }
    }
}
