using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FFF.Kernels;
using FFF.Kernels.Gpu;
using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Autodiff;

/// <summary>
/// A multilayer perceptron with SiLU on a value and its tangents, as one node of the autograd graph: value and tangents
/// are rows of one matrix S, [(1+K)·B, H], so that every layer is one matrix product forward, S Wᵀ, and two in reverse,
/// Gᵀ S and G W; the bias belongs to the value's rows only.
/// </summary>
/// <remarks>
/// For float32. Composed of libtorch's operations, a step of the inference network spends half of its time in
/// launching operations and in passes over memory rather than in matrix products; on a GPU, nearly all of it in launches.
/// </remarks>
internal sealed unsafe class FusedMlp : autograd.MultiTensorFunction<FusedMlp>
{
    /// <inheritdoc/>
    public override string Name => nameof(FusedMlp);

    /// <summary>Whether this value can take this way.</summary>
    public static bool Fits(Dual x) =>
        x.Tangent is not null && x.Value.dim() == 2 && x.Value.dtype == ScalarType.Float32
        && (DeviceKernels.Of(x.Value.device) is not null || (FusedKernels.AreUsed && x.Value.device_type == DeviceType.CPU));

    /// <summary>The perceptron's value, [B, out], and tangents, [K, B, out].</summary>
    /// <param name="x">[B, in] with tangents [K, B, in].</param>
    /// <param name="parameters">W₁, b₁, W₂, b₂, ...</param>
    public static Dual Of(Dual x, IEnumerable<Tensor> parameters)
    {
        var results = apply([x.Value, x.Tangent!, .. parameters]);
        return new(results[0], results[1]);
    }

    /// <inheritdoc/>
    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, tangent, parameters) = ((Tensor)vars[0], (Tensor)vars[1], vars[2..].Cast<Tensor>().ToArray());
        var (directions, batch, inputs) = (tangent.shape[0], tangent.shape[1], tangent.shape[2]);
        var rows = cat([x, tangent.reshape(directions * batch, inputs)], 0);
        var saved = new List<Tensor>();
        for (var layer = 0; layer < parameters.Length - 2; layer += 2)
        {
            var h = mm(rows, parameters[layer].t());
            h.narrow(0, 0, batch).add_(parameters[layer + 1]);
            saved.AddRange([rows, h]);
            rows = empty_like(h);
            Silu(h, rows, batch);
        }

        ctx.Save(vars.Length, [.. parameters.Where((_, i) => i % 2 == 0)], [.. saved, rows]);
        var y = addmm(parameters[^1], rows.narrow(0, 0, batch), parameters[^2].t(), 1, 1);
        var dy = mm(rows.narrow(0, batch, directions * batch), parameters[^2].t());
        return [y, dy.view(directions, batch, dy.shape[1])];
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs) => ctx.Back((weights, saved, _) =>
    {
        var layers = weights.Length;
        var (directions, batch, outputs) = (grad_outputs[1].shape[0], grad_outputs[1].shape[1], grad_outputs[1].shape[2]);
        var gradient = cat([grad_outputs[0], grad_outputs[1].reshape(directions * batch, outputs)], 0);
        var results = new Tensor[2 + 2 * layers];
        for (var layer = layers - 1; layer >= 0; layer--)
        {
            var rows = saved[2 * layer];
            results[2 + 2 * layer] = mm(gradient.t(), rows);
            results[3 + 2 * layer] = gradient.narrow(0, 0, batch).sum([0]);
            var gradRows = mm(gradient, weights[layer]);
            if (layer == 0)
            {
                results[0] = gradRows.narrow(0, 0, batch);
                results[1] = gradRows.narrow(0, batch, directions * batch).view(directions, batch, gradRows.shape[1]);
                break;
            }

            var h = saved[2 * layer - 1];
            gradient = empty_like(h);
            SiluBackward(h, gradRows, gradient, batch);
        }

        return [.. results];
    });

    /// <summary>The activation of rows of which the first are values and the others tangents, [(1+K)·B, H].</summary>
    private static void Silu(Tensor h, Tensor rows, long batch)
    {
        var width = h.shape[1];
        if (DeviceKernels.Of(h.device) is { } kernels)
        {
            kernels.Launch("silu_forward", batch * width, h, (Tensor?)null, rows, h.shape[0] / batch, batch, width);
        }
        else
        {
            FusedKernels.Chosen!.SiluForward(Address(h), Address(rows), batch * width, (int)(h.shape[0] / batch));
        }
    }

    private static void SiluBackward(Tensor h, Tensor gradRows, Tensor gradient, long batch)
    {
        var width = h.shape[1];
        if (DeviceKernels.Of(h.device) is { } kernels)
        {
            kernels.Launch("silu_backward", batch * width, h, (Tensor?)null, gradRows, gradient, h.shape[0] / batch, batch, width);
        }
        else
        {
            FusedKernels.Chosen!.SiluBackward(Address(h), Address(gradRows), Address(gradient), batch * width, (int)(h.shape[0] / batch));
        }

        GC.KeepAlive(gradRows); // Its address does not.
    }

    private static float* Address(Tensor tensor) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
