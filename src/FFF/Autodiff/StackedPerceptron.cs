using FFF.Kernels;
using FFF.Kernels.Gpu;
using FFF.Native;
using static TorchSharp.torch;

namespace FFF.Autodiff;

/// <summary>
/// The passes through a perceptron on a GPU, or by several threads, by libtorch's products: value and tangents are rows of one matrix S,
/// [(1+K)·B, H], so that every layer is one matrix product forward, S Wᵀ, and two in reverse, Gᵀ S and G W; the bias belongs to the value's rows only.
/// </summary>
/// <param name="kernels">The kernels of the device; null on a CPU, whose own are taken.</param>
internal sealed class StackedPerceptron(IDeviceKernels? kernels)
{
    /// <summary>The perceptron's value and tangents, and what the way back needs.</summary>
    /// <param name="x">[B, in] with tangents [K, B, in].</param>
    /// <param name="parameters">W₁, b₁, W₂, b₂, ...</param>
    public (Dual Y, Tensor[] Tape) Forward(Dual x, Tensor[] parameters)
    {
        var (directions, batch, inputs) = (x.Tangent!.shape[0], x.Tangent.shape[1], x.Tangent.shape[2]);
        var rows = cat([x.Value, x.Tangent.reshape(directions * batch, inputs)], 0);
        var saved = new List<Tensor>();
        for (var layer = 0; layer < parameters.Length - 2; layer += 2)
        {
            var h = mm(rows, parameters[layer].t());
            h.narrow(0, 0, batch).add_(parameters[layer + 1]);
            saved.AddRange([rows, h]);
            rows = empty_like(h);
            Silu(h, rows, batch);
        }

        var y = addmm(parameters[^1], rows.narrow(0, 0, batch), parameters[^2].t(), 1, 1);
        var dy = mm(rows.narrow(0, batch, directions * batch), parameters[^2].t());
        return (new Dual(y, dy.view(directions, batch, dy.shape[1])), [.. saved, rows]);
    }

    /// <summary>∂x and ∂ẋ, and the parameters' gradients.</summary>
    /// <param name="gradient">∂y and ∂ẏ.</param>
    /// <param name="parameters">W₁, b₁, W₂, b₂, ...</param>
    /// <param name="tape">What the way forward left.</param>
    public (Dual X, Tensor?[] Parameters) Backward(Dual gradient, Tensor[] parameters, Tensor[] tape)
    {
        var (directions, batch, outputs) = (gradient.Tangent!.shape[0], gradient.Tangent.shape[1], gradient.Tangent.shape[2]);
        var rows = cat([gradient.Value, gradient.Tangent.reshape(directions * batch, outputs)], 0);
        var results = new Tensor?[parameters.Length];
        for (var layer = parameters.Length / 2 - 1; ; layer--)
        {
            results[2 * layer] = mm(rows.t(), tape[2 * layer]);
            results[2 * layer + 1] = rows.narrow(0, 0, batch).sum([0]);
            var next = mm(rows, parameters[2 * layer]);
            if (layer == 0)
            {
                return (new Dual(next.narrow(0, 0, batch), next.narrow(0, batch, directions * batch).view(directions, batch, next.shape[1])), results);
            }

            var h = tape[2 * layer - 1];
            rows = empty_like(h);
            SiluBackward(h, next, rows, batch);
        }
    }

    /// <summary>The activation of rows of which the first are values and the others tangents, [(1+K)·B, H].</summary>
    private unsafe void Silu(Tensor h, Tensor rows, long batch)
    {
        var (planes, width) = (h.shape[0] / batch, h.shape[1]);
        if (kernels is not null)
        {
            kernels.Launch("silu_forward", batch * width, h, (Tensor?)null, rows, planes, batch, width);
        }
        else
        {
            FusedKernels.Chosen!.SiluForward((float*)TensorMemory.Address(h), (float*)TensorMemory.Address(rows), batch * width, (int)planes);
        }
    }

    private unsafe void SiluBackward(Tensor h, Tensor gradRows, Tensor gradient, long batch)
    {
        var (planes, width) = (h.shape[0] / batch, h.shape[1]);
        if (kernels is not null)
        {
            kernels.Launch("silu_backward", batch * width, h, (Tensor?)null, gradRows, gradient, planes, batch, width);
        }
        else
        {
            FusedKernels.Chosen!.SiluBackward((float*)TensorMemory.Address(h), (float*)TensorMemory.Address(gradRows),
                (float*)TensorMemory.Address(gradient), batch * width, (int)planes);
        }

        GC.KeepAlive(gradRows); // Its address does not.
    }
}
