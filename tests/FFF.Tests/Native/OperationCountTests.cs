using FFF.Benchmarks;
using FFF.Native;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Native;

/// <summary>What a step is made of is counted by libtorch's own callbacks, where this platform has them.</summary>
public sealed class OperationCountTests
{
    private static bool IsHere => OperatingSystem.IsLinux() && System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture
        == System.Runtime.InteropServices.Architecture.X64;

    [Fact]
    public void WhatComputesIsCountedAndViewsAreNot()
    {
        Assert.SkipUnless(IsHere, "libtorch's callbacks are used on Linux on x86-64 only");
        using var scope = NewDisposeScope();
        var (a, b) = (ones(3, 4), ones(4, 5));
        Assert.Equal(0, OperationCount.Of(() => a.t().narrow(0, 1, 2).unsqueeze(0)));
        Assert.Equal(3, OperationCount.Of(() => mm(a, b).exp().add(1)));

        // Made of others: as many as those are.
        Assert.Equal(1, OperationCount.Of(() => a.square()));
        Assert.True(OperationCount.Of(() => nn.functional.linear(a, b.t())) >= 1);
    }

    [Fact]
    public void AWayBackCountsAsWell()
    {
        Assert.SkipUnless(IsHere, "libtorch's callbacks are used on Linux on x86-64 only");
        using var scope = NewDisposeScope();
        var x = ones(3).requires_grad_();
        var (forth, both) = (OperationCount.Of(() => x.exp().sum()), OperationCount.Of(() => x.exp().sum().backward()));
        Assert.Equal(2, forth);
        Assert.True(both > forth, $"{both} operations with the way back");
        Assert.Equal(2, OperationCount.Of(() => x.exp().sum()));
    }

    [Fact]
    public void ThePeakIsThatOfTheAction()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the peak is read from Linux");
        const long Bytes = 256L << 20;
        void Use()
        {
            using var much = ones(Bytes / sizeof(float));
        }

        Assert.InRange(PeakMemory.Of(Use) ?? 0, Bytes * 0.95, Bytes * 1.3);
        Assert.InRange(PeakMemory.Of(() => { }) ?? -1, 0, Bytes / 4);
    }
}
