using System.Runtime.InteropServices;
using FFF.Devices;
using Xunit;

namespace FFF.Tests.Devices;

/// <summary>What counts as too little memory.</summary>
public sealed class MemoryShortageTests
{
    [Theory]
    [InlineData(true, "[enforce fail at alloc_cpu.cpp:124] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 80000000000 bytes. "
        + "Error code 12 (Cannot allocate memory)")]
    [InlineData(true, "[enforce fail at alloc_cpu.cpp:116] data. DefaultCPUAllocator: not enough memory: you tried to allocate 80000000000 bytes.")]
    [InlineData(true, "CUDA out of memory. Tried to allocate 20.00 GiB. GPU 0 has a total capacity of 15.78 GiB")]
    [InlineData(true, "CUDA error: out of memory")]
    [InlineData(true, "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`")]
    [InlineData(false, "mat1 and mat2 shapes cannot be multiplied (3x4 and 5x6)")]
    public void IsTold(bool expected, string message) => Assert.Equal(expected, MemoryShortage.Is(new ExternalException(message)));

    [Fact]
    public void AnotherErrorStaysWhatItIs()
    {
        Assert.Throws<MemoryException>(() => MemoryShortage.Told<int>(() => throw new OutOfMemoryException(), () => "advice"));
        Assert.Throws<ArgumentException>(() => MemoryShortage.Told<int>(() => throw new ArgumentException("other"), () => "advice"));
    }

    [Fact]
    public void LibtorchSaysItSo()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.ReadAllText("/proc/sys/vm/overcommit_memory").Trim() != "1",
            "The system promises any amount of memory.");
        var error = Assert.ThrowsAny<Exception>(() => TorchSharp.torch.zeros(1L << 45));
        Assert.True(MemoryShortage.Is(error), error.ToString());
    }
}
