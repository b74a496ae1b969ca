using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FFF.Weaving.Samples;

/// <summary>A native function that calls back: the C library's qsort, whose comparison collects garbage.</summary>
internal static class Native
{
    private static readonly Comparison Collect = (_, _) => Owner.Collect();

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int Comparison(nint left, nint right);

    static Native() => NativeLibrary.SetDllImportResolver(typeof(Native).Assembly, (_, _, _) =>
        NativeLibrary.Load(OperatingSystem.IsWindows() ? "msvcrt.dll" : OperatingSystem.IsMacOS() ? "libSystem.dylib" : "libc.so.6"));

    /// <summary>Reads and writes two numbers at an address.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Use(nint address) => qsort(address, 2, sizeof(int), Collect);

    [DllImport("C library", CallingConvention = CallingConvention.Cdecl)]
    private static extern void qsort(nint start, nuint count, nuint size, Comparison compare);
}
