using FFF.Kernels.Gpu;
using static TorchSharp.torch;

namespace FFF.Autodiff;

/// <summary>What nodes of one's own keep from their way forth for their way back.</summary>
internal static class PassNode
{
    private const string MemoryKey = "memory";
    private const string TapeKey = "tape";
    private const string GradientsKey = "gradients";
    private const string InputsKey = "inputs";
    private const string CountKey = "count";

    /// <summary>Keeps tensors, and what is current now.</summary>
    /// <param name="ctx">The node's.</param>
    /// <param name="gradients">How many gradients the node gives.</param>
    /// <param name="inputs">What others own.</param>
    /// <param name="tape">What was made on the way.</param>
    public static void Save(this autograd.AutogradContext ctx, int gradients, Tensor[] inputs, Tensor[] tape)
    {
        var onDevice = tape.Length > 0 && DeviceKernels.Of(tape[0].device) is not null;
        ctx.save_data(MemoryKey, new Holder(PassMemory.Current));
        ctx.save_data(GradientsKey, InputGradients.Current);
        ctx.save_data(CountKey, gradients);
        ctx.save_data(InputsKey, inputs.Length);
        ctx.save_data(TapeKey, PassMemory.Keep(onDevice ? tape : []));
        ctx.save_for_backward(onDevice ? [.. inputs] : [.. inputs, .. tape]);
    }

    /// <summary>Goes back with what was kept.</summary>
    /// <param name="ctx">The node's.</param>
    /// <param name="back">Of the inputs, the tape, and whether the parameters' gradients are asked for; gives the gradients.</param>
    public static List<Tensor> Back(this autograd.AutogradContext ctx, Func<Tensor[], Tensor[], bool, List<Tensor>> back) =>
        PassMemory.Guard(((Holder)ctx.get_data(MemoryKey)).Memory, (int)ctx.get_data(CountKey), () =>
        {
            var (saved, count) = (ctx.get_saved_variables(), (int)ctx.get_data(InputsKey));
            var tape = ((PassMemory.Tape)ctx.get_data(TapeKey)).Tensors;
            return back([.. saved[..count]], tape.Length > 0 ? tape : [.. saved[count..]], !((InputGradients)ctx.get_data(GradientsKey)).Only);
        });

    private sealed record Holder(PassMemory? Memory);
}
