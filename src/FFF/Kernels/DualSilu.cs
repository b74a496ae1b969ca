using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FFF.Kernels;

/// <summary>
/// SiLU with tangents over numbers in memory, in one pass forward and one in reverse: a(h) = hσ(h), a' = σ + hσ(1−σ),
/// a'' = σ(1−σ)(2 + h(1−2σ)). Each span holds n values and then K times n tangents.
/// </summary>
internal static class DualSilu
{
    /// <summary>y = a(h) and ẏ_k = a'(h)·ḣ_k.</summary>
    /// <param name="input">h and ḣ.</param>
    /// <param name="output">y and ẏ.</param>
    /// <param name="count">n.</param>
    public static void Forward(ReadOnlySpan<float> input, Span<float> output, int count)
    {
        var (one, width) = (Vector512<float>.One, Vector512<float>.Count);
        ref var source = ref MemoryMarshal.GetReference(input);
        ref var result = ref MemoryMarshal.GetReference(output);
        var whole = count - count % width;
        for (var i = 0; i < whole; i += width)
        {
            var h = Vector512.LoadUnsafe(ref source, (nuint)i);
            var s = VectorSigmoid.Of(h);
            var y = h * s;
            var slope = s + y * (one - s);
            y.StoreUnsafe(ref result, (nuint)i);
            for (var j = i + count; j < input.Length; j += count)
            {
                (slope * Vector512.LoadUnsafe(ref source, (nuint)j)).StoreUnsafe(ref result, (nuint)j);
            }
        }

        for (var i = whole; i < count; i++)
        {
            var s = 1 / (1 + MathF.Exp(-input[i]));
            output[i] = input[i] * s;
            for (var j = i + count; j < input.Length; j += count)
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
    public static void Backward(ReadOnlySpan<float> input, ReadOnlySpan<float> gradOutput, Span<float> gradInput, int count)
    {
        var (one, two, width) = (Vector512<float>.One, Vector512.Create(2f), Vector512<float>.Count);
        ref var source = ref MemoryMarshal.GetReference(input);
        ref var incoming = ref MemoryMarshal.GetReference(gradOutput);
        ref var result = ref MemoryMarshal.GetReference(gradInput);
        var whole = count - count % width;
        for (var i = 0; i < whole; i += width)
        {
            var h = Vector512.LoadUnsafe(ref source, (nuint)i);
            var s = VectorSigmoid.Of(h);
            var rest = s * (one - s);
            var slope = s + h * rest;
            var sum = Vector512<float>.Zero;
            for (var j = i + count; j < input.Length; j += count)
            {
                var gradient = Vector512.LoadUnsafe(ref incoming, (nuint)j);
                sum += gradient * Vector512.LoadUnsafe(ref source, (nuint)j);
                (gradient * slope).StoreUnsafe(ref result, (nuint)j);
            }

            var curvature = rest * (two + h * (one - two * s));
            (Vector512.LoadUnsafe(ref incoming, (nuint)i) * slope + sum * curvature).StoreUnsafe(ref result, (nuint)i);
        }

        for (var i = whole; i < count; i++)
        {
            var h = input[i];
            var s = 1 / (1 + MathF.Exp(-h));
            var (rest, sum) = (s * (1 - s), 0f);
            var slope = s + h * rest;
            for (var j = i + count; j < input.Length; j += count)
            {
                sum += gradOutput[j] * input[j];
                gradInput[j] = gradOutput[j] * slope;
            }

            gradInput[i] = gradOutput[i] * slope + sum * rest * (2 + h * (1 - 2 * s));
        }
    }
}
