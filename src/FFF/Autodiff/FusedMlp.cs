using FFF.Kernels;
using FFF.Kernels.Gpu;
using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Autodiff;

/// <summary>A multilayer perceptron with SiLU on a value and its tangents, if any, as one node of the autograd graph.</summary>
/// <remarks>
/// For float32. Composed of libtorch's operations, a step of the inference network spends half of its time in launching operations and in passes over
/// memory rather than in matrix products; on a GPU, nearly all of it in launches. One thread takes the rows through all layers in one kernel. For
/// several, whose every pass would wait for the slower one, libtorch's products are faster in training: 7.6 ms a step in place of 9.4 with two. Where
/// the gradient is to be differentiated again, the way back is composed of libtorch's operations.
/// </remarks>
internal sealed class FusedMlp : autograd.MultiTensorFunction<FusedMlp>
{
    private const string PlanesKey = "planes";
    private const string StackedKey = "stacked";

    /// <inheritdoc/>
    public override string Name => nameof(FusedMlp);

    /// <summary>Whether this value can take this way; an empty batch cannot.</summary>
    public static bool Fits(Dual x) =>
        x.Value.dim() == 2 && x.Value.shape[0] > 0 && x.Value.dtype == ScalarType.Float32
        && (DeviceKernels.Of(x.Value.device) is not null || (x.Value.device_type == DeviceType.CPU && FusedKernels.AreUsed))
        && (x.Tangent is not null || !IsStacked(x));

    /// <summary>Whether libtorch's products are taken.</summary>
    private static bool IsStacked(Dual x) => DeviceKernels.Of(x.Value.device) is not null || (get_num_threads() > 1 && is_grad_enabled());

    /// <summary>The perceptron's value, [B, out], and tangents, [K, B, out].</summary>
    /// <param name="x">[B, in] with tangents [K, B, in].</param>
    /// <param name="parameters">W₁, b₁, W₂, b₂, ...</param>
    public static Dual Of(Dual x, IEnumerable<Tensor> parameters)
    {
        if (!is_grad_enabled() && !IsStacked(x))
        {
            return PerceptronPasses.Forward(x, [.. parameters], keepTape: false).Y;
        }

        Tensor[] inputs = x.Tangent is null ? [x.Value] : [x.Value, x.Tangent];
        var results = apply([inputs.Length, IsStacked(x), .. inputs, .. parameters]);
        return new(results[0], inputs.Length > 1 ? results[1] : null);
    }

    /// <inheritdoc/>
    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (inputs, isStacked, tensors) = ((int)vars[0], (bool)vars[1], vars[2..].Cast<Tensor>().ToArray());
        var (x, parameters) = (Joined(tensors[..inputs]), tensors[inputs..]);
        ctx.save_data(PlanesKey, inputs);
        ctx.save_data(StackedKey, isStacked);
        var (y, tape) = isStacked
            ? new StackedPerceptron(DeviceKernels.Of(x.Value.device)).Forward(x, parameters)
            : PerceptronPasses.Forward(x, parameters, keepTape: true);
        ctx.Save(vars.Length, tensors, tape);
        return y.Tangent is null ? [y.Value] : [y.Value, y.Tangent];
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs) => ctx.Back((tensors, tape, ofWeights) =>
    {
        var inputs = (int)ctx.get_data(PlanesKey);
        if (is_grad_enabled())
        {
            return [null!, null!, .. Composed(tensors, inputs, [.. grad_outputs])];
        }

        var (gradient, parameters) = (Joined([.. grad_outputs]), tensors[inputs..]);
        var (x, ofParameters) = (bool)ctx.get_data(StackedKey)
            ? new StackedPerceptron(DeviceKernels.Of(gradient.Value.device)).Backward(gradient, parameters, tape)
            : PerceptronPasses.Backward(gradient, parameters, tape, ofWeights);
        return [null!, null!, x.Value, .. x.Tangent is null ? [] : (Tensor[])[x.Tangent], .. ofParameters.Select(g => g!)];
    });

    private static Dual Joined(Tensor[] tensors) => new(tensors[0], tensors.Length > 1 ? tensors[1] : null);

    /// <summary>The gradients of those tensors that have one, with a graph of their own.</summary>
    private static Tensor[] Composed(Tensor[] tensors, int inputs, Tensor[] gradOutputs)
    {
        // Of the tensors themselves, parameters among them, nothing may be accumulated here.
        tensors = [.. tensors.Select(t => t.view_as(t))];
        var (x, parameters, silu) = (Joined(tensors[..inputs]), tensors[inputs..], Activation.Of(ActivationKind.Silu));
        for (var i = 0; i < parameters.Length; i += 2)
        {
            x = i == 0 ? x : x.Apply(silu);
            x = x.Linear(parameters[i], parameters[i + 1]);
        }

        Tensor[] outputs = x.Tangent is null ? [x.Value] : [x.Value, x.Tangent];
        var gradients = new Queue<Tensor?>(VectorJacobian.Of(outputs, [.. tensors.Where(t => t.requires_grad)], gradOutputs, createGraph: true));
        return [.. tensors.Select(t => t.requires_grad ? gradients.Dequeue()! : null!)];
    }
}
