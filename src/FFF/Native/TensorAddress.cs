using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace FFF.Native;

/// <summary>Where a tensor's numbers lie, on any device; TorchSharp gives them out on the CPU only.</summary>
internal static unsafe class TensorAddress
{
    private static readonly Lazy<nint> Function = new(() => NativeLibrary.GetExport(NativeLibrary.Load(Libtorch.Load().Wrapper), "THSTensor_data"));

    /// <summary>The address of its first number, good as long as the tensor is.</summary>
    public static nint Of(Tensor tensor)
    {
        var address = ((delegate* unmanaged<nint, nint>)Function.Value)(tensor.Handle);
        GC.KeepAlive(tensor);
        return address;
    }
}
