using System.Runtime.InteropServices;

namespace FFF.Native;

/// <summary>What libtorch launches on now.</summary>
internal static unsafe class TorchStream
{
    private static readonly Lazy<nint> Function = new(() =>
        NativeLibrary.GetExport(NativeLibrary.Load(Libtorch.FileOf("torch_cuda")),
            "aoti_torch_get_current_cuda_stream"));

    /// <summary>This thread's current stream of a device.</summary>
    public static nint Current(int device)
    {
        nint stream;
        return ((delegate* unmanaged<int, nint*, int>)Function.Value)(device, &stream) == 0
            ? stream
            : throw new KernelException("libtorch does not tell its current stream.");
    }
}
