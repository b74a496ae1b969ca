using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Autodiff;

/// <summary>
/// SiLU with tangents as one operation on float32 CPU tensors: y = hσ(h), ẏ = a'(h)·ḣ with a' = σ + y(1−σ), and in
/// reverse ∂h = a'·∂y + a''·Σ_k ḣ_k·∂ẏ_k, ∂ḣ = a'·∂ẏ with a'' = σ(1−σ)(2 + h(1−2σ)).
/// </summary>
/// <remarks>
/// Composed of libtorch's operations it takes 7 passes over memory forward and 14 in reverse, a quarter of the time of
/// a training step of the inference network; here it is one pass each.
/// </remarks>
internal sealed class FusedSilu : autograd.MultiTensorFunction<FusedSilu>
{
    /// <inheritdoc/>
    public override string Name => nameof(FusedSilu);

    /// <summary>Whether these tensors can take this way.</summary>
    public static bool Fits(Tensor h, Tensor tangent) =>
        Vector512.IsHardwareAccelerated && h.dtype == ScalarType.Float32 && h.device_type == DeviceType.CPU && tangent.dtype == h.dtype;

    /// <summary>y, [B, H], and ẏ, [K, B, H], of h and ḣ.</summary>
    public static (Tensor Value, Tensor Tangent) Of(Tensor h, Tensor tangent)
    {
        var results = apply([h, tangent]);
        return (results[0], results[1]);
    }

    /// <inheritdoc/>
    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (h, tangent) = (((Tensor)vars[0]).contiguous(), ((Tensor)vars[1]).contiguous());
        var (y, dy) = (empty_like(h), empty_like(tangent));
        Forward(Span(h), Span(tangent), Span(y), Span(dy));
        ctx.save_for_backward([h, tangent]);
        return [y, dy];
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        var saved = ctx.get_saved_variables();
        var (h, tangent) = (saved[0], saved[1]);
        var (gradY, gradDy) = (grad_outputs[0].contiguous(), grad_outputs[1].contiguous());
        var (gradH, gradTangent) = (empty_like(h), empty_like(tangent));
        Backward(Span(h), Span(tangent), Span(gradY), Span(gradDy), Span(gradH), Span(gradTangent));
        return [gradH, gradTangent];
    }

    private static void Forward(ReadOnlySpan<float> h, ReadOnlySpan<float> tangent, Span<float> y, Span<float> dy)
    {
        var (count, directions) = (h.Length, tangent.Length / Math.Max(1, h.Length));
        var (one, width) = (Vector512<float>.One, Vector512<float>.Count);
        ref var source = ref MemoryMarshal.GetReference(h);
        ref var result = ref MemoryMarshal.GetReference(y);
        ref var sources = ref MemoryMarshal.GetReference(tangent);
        ref var results = ref MemoryMarshal.GetReference(dy);
        var whole = count - count % width;
        for (var i = 0; i < whole; i += width)
        {
            var x = Vector512.LoadUnsafe(ref source, (nuint)i);
            var s = one / (one + Vector512.Exp(-x));
            var value = x * s;
            var slope = s + value * (one - s);
            value.StoreUnsafe(ref result, (nuint)i);
            for (var j = i; j < tangent.Length; j += count)
            {
                (slope * Vector512.LoadUnsafe(ref sources, (nuint)j)).StoreUnsafe(ref results, (nuint)j);
            }
        }

        for (var i = whole; i < count; i++)
        {
            var s = 1 / (1 + MathF.Exp(-h[i]));
            y[i] = h[i] * s;
            var slope = s + y[i] * (1 - s);
            for (var k = 0; k < directions; k++)
            {
                dy[k * count + i] = slope * tangent[k * count + i];
            }
        }
    }

    private static void Backward(
        ReadOnlySpan<float> h, ReadOnlySpan<float> tangent, ReadOnlySpan<float> gradY, ReadOnlySpan<float> gradDy, Span<float> gradH, Span<float> gradTangent)
    {
        var (count, directions) = (h.Length, tangent.Length / Math.Max(1, h.Length));
        var (one, two, width) = (Vector512<float>.One, Vector512.Create(2f), Vector512<float>.Count);
        ref var source = ref MemoryMarshal.GetReference(h);
        ref var sources = ref MemoryMarshal.GetReference(tangent);
        ref var gradValue = ref MemoryMarshal.GetReference(gradY);
        ref var gradTangents = ref MemoryMarshal.GetReference(gradDy);
        ref var result = ref MemoryMarshal.GetReference(gradH);
        ref var results = ref MemoryMarshal.GetReference(gradTangent);
        var whole = count - count % width;
        for (var i = 0; i < whole; i += width)
        {
            var x = Vector512.LoadUnsafe(ref source, (nuint)i);
            var s = one / (one + Vector512.Exp(-x));
            var rest = s * (one - s);
            var slope = s + x * rest;
            var curvature = rest * (two + x * (one - two * s));
            var sum = Vector512<float>.Zero;
            for (var j = i; j < tangent.Length; j += count)
            {
                var grad = Vector512.LoadUnsafe(ref gradTangents, (nuint)j);
                sum += grad * Vector512.LoadUnsafe(ref sources, (nuint)j);
                (grad * slope).StoreUnsafe(ref results, (nuint)j);
            }

            (Vector512.LoadUnsafe(ref gradValue, (nuint)i) * slope + sum * curvature).StoreUnsafe(ref result, (nuint)i);
        }

        for (var i = whole; i < count; i++)
        {
            var s = 1 / (1 + MathF.Exp(-h[i]));
            var rest = s * (1 - s);
            var slope = s + h[i] * rest;
            var sum = 0f;
            for (var k = 0; k < directions; k++)
            {
                sum += gradDy[k * count + i] * tangent[k * count + i];
                gradTangent[k * count + i] = gradDy[k * count + i] * slope;
            }

            gradH[i] = gradY[i] * slope + sum * rest * (2 + h[i] * (1 - 2 * s));
        }
    }

    private static Span<float> Span(Tensor tensor) =>
        MemoryMarshal.Cast<byte, float>(tensor.bytes);
}
