using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace FFF.Native;

/// <summary>
/// Lets the matrix products of MKL, which libtorch links statically, use AVX2 and AVX-512 on processors of other makers.
/// </summary>
/// <remarks>
/// MKL asks <c>mkl_serv_intel_cpu_true</c> once and takes a slow generic path on AMD processors: 97 instead of 230
/// GFLOP/s per core on an EPYC 9004. The answer is overwritten in memory before the first product; the
/// instructions themselves are still chosen by what the processor reports. <c>FFF_MKL=default</c> turns this off.
/// </remarks>
internal static partial class MklDispatch
{
    private const int ReadWriteExecute = 7;
    private const int ReadExecute = 5;

    /// <summary>mov eax, 1; ret</summary>
    private static ReadOnlySpan<byte> ReturnTrue => [0xb8, 0x01, 0x00, 0x00, 0x00, 0xc3];

    /// <summary>Overwrites the vendor check of the loaded library; does nothing where there is none or no need.</summary>
    /// <returns>Whether the fast path was enabled.</returns>
    public static unsafe bool EnableFastPath(nint libtorchCpu)
    {
        if (!OperatingSystem.IsLinux() || !Avx2.IsSupported || Vendor() == "GenuineIntel"
            || Environment.GetEnvironmentVariable("FFF_MKL") == "default"
            || !NativeLibrary.TryGetExport(libtorchCpu, "mkl_serv_intel_cpu_true", out var check))
        {
            return false;
        }

        nint page = Environment.SystemPageSize;
        var start = check / page * page;
        var length = check + ReturnTrue.Length - start;
        if (ProtectMemory(start, length, ReadWriteExecute) != 0)
        {
            return false; // A hardened kernel forbids writable code: slower, but not wrong.
        }

        ReturnTrue.CopyTo(new Span<byte>((void*)check, ReturnTrue.Length));
        _ = ProtectMemory(start, length, ReadExecute);
        return true;
    }

    private static string Vendor()
    {
        var (_, ebx, ecx, edx) = X86Base.CpuId(0, 0);
        Span<int> words = [ebx, edx, ecx];
        return Encoding.ASCII.GetString(MemoryMarshal.AsBytes(words));
    }

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int ProtectMemory(nint address, nint length, int protection);
}
