using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace FFF.Native;

/// <summary>Where tensors on the CPU have their numbers, for kernels of our own.</summary>
internal static unsafe class TensorMemory
{
    /// <summary>The address of the first number of a contiguous tensor; good as long as the tensor is, which the address does not keep alive.</summary>
    public static nint Address(Tensor tensor) => (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));

    /// <summary>Those of several.</summary>
    public static nint[] Addresses(IEnumerable<Tensor> tensors) => [.. tensors.Select(Address)];
}
