using FFF.Native;
using static TorchSharp.torch;

namespace FFF.Kernels.Gpu;

/// <summary>What a kernel is given: the address of a tensor's first number, a count or a number, in eight bytes.</summary>
internal readonly struct KernelArgument
{
    private readonly Tensor? _tensor;

    private KernelArgument(ulong bits, Tensor? tensor = null) => (Bits, _tensor) = (bits, tensor);

    /// <summary>The eight bytes.</summary>
    public ulong Bits { get; }

    /// <summary>A tensor's first number, null for none. What follows it in memory is the kernel's business.</summary>
    public static implicit operator KernelArgument(Tensor? tensor) => new(tensor is null ? 0 : (ulong)TensorAddress.Of(tensor), tensor);

    /// <summary>A count.</summary>
    public static implicit operator KernelArgument(long count) => new((ulong)count);

    /// <summary>A number.</summary>
    public static implicit operator KernelArgument(float number) => new(BitConverter.SingleToUInt32Bits(number));

    /// <summary>The tensors were there up to here.</summary>
    public static void Keep(ReadOnlySpan<KernelArgument> arguments)
    {
        foreach (var argument in arguments)
        {
            GC.KeepAlive(argument._tensor);
        }
    }
}
