using System.Reflection;
using System.Runtime.InteropServices;
using FFF.Native;
using static TorchSharp.torch;

namespace FFF.Tests.Devices;

/// <summary>What tensors without values lack in C++, since PyTorch has it in Python only: |x| and where, by libtorch's stable interface for
/// operators.</summary>
internal static unsafe class MetaKernels
{
    private static readonly ConstructorInfo Borrowed = typeof(Tensor).GetConstructor(BindingFlags.Instance | BindingFlags.NonPublic,
        [typeof(nint), typeof(bool)])!;
    private static readonly List<Tensor> Kept = [];
    private static readonly nint Library = NativeLibrary.Load(Libtorch.FileOf("torch_cpu"));
    private static readonly Lazy<bool> Registered = new(RegisterOnce);

    /// <summary>Registers them once per process.</summary>
    public static void Register() => Xunit.Assert.True(Registered.Value);

    private static bool RegisterOnce()
    {
        fixed (byte* space = "aten\0"u8, key = "Meta\0"u8, file = "fff\0"u8, abs = "abs\0"u8, where = "where.self\0"u8)
        {
            nint library;
            var add = (delegate* unmanaged<nint, byte*, delegate* unmanaged<ulong*, ulong, ulong, void>, int>)Function("aoti_torch_library_impl");
            return ((delegate* unmanaged<byte*, byte*, byte*, uint, nint*, int>)Function("aoti_torch_library_init_impl"))(space, key, file, 0, &library) == 0
                && add(library, abs, &LikeItsInput) == 0 && add(library, where, &LikeItsInput) == 0;
        }
    }

    private static nint Function(string name) => NativeLibrary.GetExport(Library, name);

    /// <summary>A tensor like the last one on the stack.</summary>
    [UnmanagedCallersOnly]
    private static void LikeItsInput(ulong* stack, ulong inputs, ulong outputs)
    {
        var result = empty_like((Tensor)Borrowed.Invoke([(nint)stack[inputs - 1], false])).DetachFromDisposeScope();
        Kept.Add(result);
        nint copy;
        _ = ((delegate* unmanaged<nint, nint*, int>)Function("aoti_torch_new_tensor_handle"))(result.Handle, &copy);
        stack[0] = (ulong)copy;
    }
}
