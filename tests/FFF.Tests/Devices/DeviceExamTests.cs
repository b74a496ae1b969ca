using FFF.Benchmarks;
using FFF.Devices;
using FFF.Kernels;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Devices;

/// <summary>The examination finds nothing wrong with the CPU, and something where there is something.</summary>
public sealed class DeviceExamTests
{
    [Fact]
    public void TheCpuComputesWhatItShould()
    {
        var checks = new DeviceExam().Of(CPU, ExamWorkload.All).ToList();
        Assert.Equal(1 + (3 * ExamWorkload.All.Count), checks.Count);
        Assert.All(checks, check => Assert.True(check.Works, $"{check.Workload}, {check.What}: {check.Problem}"));
        Assert.All(checks, check => Assert.InRange(check.Difference!.Value, 0, 1e-4));
    }

    [Fact]
    public void ADeviceThatHoldsNothingIsNamed()
    {
        var checks = new DeviceExam().Of(META, ExamWorkload.Short).ToList();
        Assert.All(checks, check => Assert.False(check.Works));
        Assert.Contains("meta", checks[0].Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void KernelsAreOffOnlyWhereAskedFor()
    {
        Assert.False(FusedKernels.Without(() => FusedKernels.AreUsed));
        Assert.Equal(FusedKernels.OfProcessor is not null, FusedKernels.AreUsed);
    }

    [Fact]
    public void ADeviceIsTried()
    {
        Assert.Null(DeviceProbe.Problem(CPU));
        Assert.NotNull(DeviceProbe.Problem(META));
    }
}
