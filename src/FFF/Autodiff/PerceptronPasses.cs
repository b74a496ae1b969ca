using FFF.Kernels;
using FFF.Kernels.Perceptrons;
using FFF.Native;
using static TorchSharp.torch;

namespace FFF.Autodiff;

/// <summary>The kernel's passes through a perceptron on tensors, whose memory it works in.</summary>
internal static unsafe class PerceptronPasses
{
    /// <summary>The perceptron's value and tangents, and what the way back needs.</summary>
    /// <param name="x">[B, in] with tangents [K, B, in], if any.</param>
    /// <param name="parameters">W₁, b₁, W₂, b₂, ...</param>
    /// <param name="keepTape">Whether there will be a way back.</param>
    /// <returns>[B, out], [K, B, out], and what each chunk of rows leaves; empty where there is no way back.</returns>
    public static (Dual Y, Tensor[] Tapes) Forward(Dual x, Tensor[] parameters, bool keepTape)
    {
        using var scope = NewDisposeScope();
        var shape = Shape(x, parameters);
        var (batch, outputs) = (x.Value.shape[0], shape.Widths[^1]);
        x = new Dual(x.Value.contiguous(), x.Tangent?.contiguous());
        parameters = [.. parameters.Select(p => p.contiguous())];
        var plan = ChunkPlan.Of((int)batch, shape.Threads(batch, get_num_threads()), shape.ChunkRows);
        using var job = new PerceptronJob(shape, plan, TensorMemory.Addresses(parameters), backward: false);
        var y = new Dual(x.Value.new_empty(batch, outputs), x.Tangent?.new_empty(x.Tangent.shape[0], batch, outputs));
        var tapes = TapeMemory.Take(keepTape ? plan.Chunks : plan.Workers, (long)plan.Largest * shape.TapeNumbers);
        FusedKernels.Chosen!.PerceptronForward(job, Rows(x), Rows(y), TensorMemory.Addresses(tapes), keepTape);
        GC.KeepAlive((x, y, tapes, parameters));
        return (new Dual(y.Value.MoveToOuterDisposeScope(), y.Tangent?.MoveToOuterDisposeScope()),
            keepTape ? [.. tapes.Select(t => t.MoveToOuterDisposeScope())] : []);
    }

    /// <summary>∂x, with ∂ẋ where there are tangents, and the parameters' gradients.</summary>
    /// <param name="gradient">∂y and ∂ẏ.</param>
    /// <param name="parameters">W₁, b₁, W₂, b₂, ...</param>
    /// <param name="tapes">What the way forward left.</param>
    /// <param name="ofWeights">Whether the parameters' gradients are asked for; they are null if not.</param>
    public static (Dual X, Tensor?[] Parameters) Backward(Dual gradient, Tensor[] parameters, Tensor[] tapes, bool ofWeights)
    {
        using var scope = NewDisposeScope();
        var shape = Shape(gradient, parameters);
        var (batch, inputs) = (gradient.Value.shape[0], shape.Widths[0]);
        gradient = new Dual(gradient.Value.contiguous(), gradient.Tangent?.contiguous());
        parameters = [.. parameters.Select(p => p.contiguous())];
        using var job = new PerceptronJob(shape, ChunkPlan.Again((int)batch, threads: 1, tapes.Length), TensorMemory.Addresses(parameters), backward: true);
        var x = new Dual(gradient.Value.new_empty(batch, inputs), gradient.Tangent?.new_empty(gradient.Tangent.shape[0], batch, inputs));
        var all = ofWeights ? gradient.Value.new_empty(PerceptronGradients.Numbers(shape)) : null;
        PerceptronGradients? places = all is null ? null : new PerceptronGradients((float*)TensorMemory.Address(all), shape);
        FusedKernels.Chosen!.PerceptronBackward(job, Rows(gradient), Rows(x), TensorMemory.Addresses(tapes), places);
        GC.KeepAlive((gradient, x, all, tapes, parameters));
        var gradients = all is null ? new Tensor?[parameters.Length] : [.. Named(shape, all).Select(g => g.MoveToOuterDisposeScope())];
        return (new Dual(x.Value.MoveToOuterDisposeScope(), x.Tangent?.MoveToOuterDisposeScope()), gradients);
    }

    private static PerceptronShape Shape(Dual rows, Tensor[] parameters)
    {
        int[] widths = [(int)parameters[0].shape[1], .. parameters.Where((_, i) => i % 2 == 1).Select(bias => (int)bias.shape[0])];
        return new(widths, 1 + (int)(rows.Tangent?.shape[0] ?? 0), FusedKernels.Chosen!.Lanes);
    }

    private static PlanesRows Rows(Dual rows)
    {
        var tangents = rows.Tangent is null ? null : (float*)TensorMemory.Address(rows.Tangent);
        return new((float*)TensorMemory.Address(rows.Value), tangents, rows.Value.shape[0], (int)rows.Value.shape[1]);
    }

    /// <summary>The parameters' gradients, views without the zeros.</summary>
    private static IEnumerable<Tensor> Named(PerceptronShape shape, Tensor gradients)
    {
        for (var l = 0; l < shape.Layers; l++)
        {
            var (outputs, inputs, place) = (shape.Widths[l + 1], shape.Padded[l], PerceptronGradients.Place(shape, l));
            yield return gradients.narrow(0, place, (long)outputs * inputs).view(outputs, inputs).narrow(1, 0, shape.Widths[l]);
            yield return gradients.narrow(0, place + (long)outputs * inputs, outputs);
        }
    }
}
