using System.Runtime.InteropServices;

namespace FFF.Native;

/// <summary>
/// Counts libtorch's operations that compute something, each of which a GPU would be given as one launch or a few; views and allocations are none.
/// Operations that are made of others count as those.
/// </summary>
/// <remarks>
/// libtorch calls back before and after each operation (at::addGlobalCallback). That is a function of C++, which is called here as the ABI of Linux on
/// x86-64 has it: a structure of its size is passed on the stack, and a pointer with a destructor is returned through a hidden first argument.
/// </remarks>
internal static unsafe class OperationCount
{
    private const int Scopes = 10;

    /// <summary>Operations that only describe memory anew, or reserve it.</summary>
    private static readonly HashSet<string> Free =
    [
        "_reshape_alias", "_unsafe_view", "adjoint", "alias", "as_strided", "broadcast_tensors", "chunk", "contiguous", "detach", "detach_", "diagonal",
        "empty", "empty_like", "empty_strided", "expand", "expand_as", "flatten", "is_leaf", "is_nonzero", "item", "lift_fresh", "mT", "movedim", "narrow",
        "new_empty", "new_empty_strided", "numpy_T", "output_nr", "permute", "real", "requires_grad_", "reshape", "resize_", "resolve_conj", "resolve_neg",
        "result_type", "select", "set_", "set_data", "slice", "split", "split_with_sizes", "squeeze", "t", "to", "transpose", "type_as", "unbind",
        "unflatten", "unsqueeze", "view", "view_as", "_local_scalar_dense",
    ];

    private static delegate* unmanaged<nint, byte*> Name;
    private static long Count;

    [ThreadStatic]
    private static List<Frame>? Open;

    /// <summary>The operations of an action, with those that it causes on other threads; null where libtorch's callbacks cannot be had.</summary>
    public static long? Of(Action action)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64
            || !NativeLibrary.TryLoad(Libtorch.FileOf("torch_cpu"), out var torch)
            || !NativeLibrary.TryGetExport(torch, "_ZN2at17addGlobalCallbackENS_22RecordFunctionCallbackE", out var add)
            || !NativeLibrary.TryGetExport(torch, "_ZN2at14removeCallbackEm", out var remove)
            || !NativeLibrary.TryGetExport(torch, "_ZNK2at14RecordFunction4nameEv", out var name))
        {
            return null;
        }

        Name = (delegate* unmanaged<nint, byte*>)name;
        Count = 0;
        var callback = new Callback { Start = &Started, End = &Ended, Probability = 1 };
        callback.ScopeFlags[0] = 1; // Operations, and no way back's nodes, whose operations are called themselves.
        var handle = ((delegate* unmanaged<Callback, ulong>)add)(callback);
        try
        {
            action();
        }
        finally
        {
            ((delegate* unmanaged<ulong, void>)remove)(handle);
        }

        return Volatile.Read(ref Count);
    }

    [UnmanagedCallersOnly]
    private static nint* Started(nint* result, nint function)
    {
        (Open ??= []).Add(new Frame(Marshal.PtrToStringUTF8((nint)Name(function)) ?? "", 0));
        *result = 0;
        return result;
    }

    [UnmanagedCallersOnly]
    private static void Ended(nint function, nint context)
    {
        // What began before the count did ends within it.
        if (Open is not { Count: > 0 } open)
        {
            return;
        }

        var frame = open[^1];
        open.RemoveAt(open.Count - 1);
        var own = frame.Inner;
        if (own == 0 && frame.Operation.StartsWith("aten::", StringComparison.Ordinal) && !Free.Contains(frame.Operation[6..]))
        {
            own = 1;
            Interlocked.Increment(ref Count);
        }

        if (open.Count > 0)
        {
            open[^1] = open[^1] with { Inner = open[^1].Inner + own };
        }
    }

    /// <summary>An operation under way, and how many it was made of so far.</summary>
    private readonly record struct Frame(string Operation, long Inner);

    /// <summary>at::RecordFunctionCallback.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Callback
    {
        public delegate* unmanaged<nint*, nint, nint*> Start;
        public delegate* unmanaged<nint, nint, void> End;
        public double Probability;
        public fixed byte ScopeFlags[Scopes];
        public byte NeedsInputs;
        public byte NeedsOutputs;
        public byte NeedsIds;
    }
}
