using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FFF.Kernels;
using FFF.Kernels.Perceptrons;
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
        using var job = new PerceptronJob(shape, batch, get_num_threads(), Addresses(parameters), backward: false);
        var y = new Dual(x.Value.new_empty(batch, outputs), x.Tangent?.new_empty(x.Tangent.shape[0], batch, outputs));
        var tapes = TapeMemory.Take(keepTape ? job.Chunks : job.Workers, (long)job.ChunkRows * shape.TapeNumbers);
        FusedKernels.Chosen!.PerceptronForward(job, Rows(x), Rows(y), Addresses(tapes), keepTape);
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
        using var job = new PerceptronJob(shape, batch, get_num_threads(), Addresses(parameters), backward: true);
        var x = new Dual(gradient.Value.new_empty(batch, inputs), gradient.Tangent?.new_empty(gradient.Tangent.shape[0], batch, inputs));
        var ofWorkers = ofWeights ? gradient.Value.new_empty(job.Workers, PerceptronGradients.Numbers(shape)) : null;
        nint[]? places = ofWorkers is null ? null : [.. Enumerable.Range(0, job.Workers).Select(worker => Address(ofWorkers[worker]))];
        FusedKernels.Chosen!.PerceptronBackward(job, Rows(gradient), Rows(x), Addresses(tapes), places);
        GC.KeepAlive((gradient, x, ofWorkers, tapes, parameters));
        var gradients = ofWorkers is null
            ? new Tensor?[parameters.Length]
            : [.. Named(shape, job.Workers == 1 ? ofWorkers[0] : ofWorkers.sum([0])).Select(g => g.MoveToOuterDisposeScope())];
        return (new Dual(x.Value.MoveToOuterDisposeScope(), x.Tangent?.MoveToOuterDisposeScope()), gradients);
    }

    private static PerceptronShape Shape(Dual rows, Tensor[] parameters)
    {
        int[] widths = [(int)parameters[0].shape[1], .. parameters.Where((_, i) => i % 2 == 1).Select(bias => (int)bias.shape[0])];
        return new(widths, 1 + (int)(rows.Tangent?.shape[0] ?? 0), FusedKernels.Chosen!.Lanes);
    }

    private static PlanesRows Rows(Dual rows) =>
        new((float*)Address(rows.Value), rows.Tangent is null ? null : (float*)Address(rows.Tangent), rows.Value.shape[0], (int)rows.Value.shape[1]);

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

    private static nint[] Addresses(Tensor[] tensors) => [.. tensors.Select(Address)];

    private static nint Address(Tensor tensor) => (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
