using FFF.Native;
using Xunit;

namespace FFF.Tests.Native;

/// <summary>How many cores a process may use, told the bounds; of those that bind, the least.</summary>
public sealed class UsableCoresTests
{
    [Theory]
    [InlineData(64, 64, 64, null, null, 64, "all of this machine's")]
    [InlineData(64, 16, 16, null, null, 16, "those of 64 on which this process may run")]
    [InlineData(64, 64, 2, null, null, 2, "of 64, by the quota of its control group")]
    [InlineData(64, 64, 64, "8", null, 8, "of 64, by SLURM_CPUS_PER_TASK")]
    [InlineData(64, 64, 64, "8", "4", 4, "of 64, by OMP_NUM_THREADS")]
    [InlineData(64, 64, 64, null, " 3,1", 3, "of 64, by OMP_NUM_THREADS")]
    [InlineData(2, 2, 2, "8", "16", 2, "all of this machine's")]
    [InlineData(64, 64, 64, "none", "0", 64, "all of this machine's")]
    public void TheLeastBoundCounts(int machine, int affinity, int dotnet, string? slurm, string? openMp, int count, string reason)
    {
        var cores = UsableCores.Of(machine, affinity, dotnet, name => name switch
        {
            UsableCores.SlurmVariable => slurm,
            UsableCores.OpenMpVariable => openMp,
            _ => null,
        });
        Assert.Equal((count, reason, affinity), (cores.Count, cores.Reason, cores.Affinity));
    }

    [Fact]
    public void WhatDotnetWasToldIsNoQuota() =>
        Assert.Equal("of 64, by DOTNET_PROCESSOR_COUNT", UsableCores.Of(64, 64, 4, name => name == "DOTNET_PROCESSOR_COUNT" ? "4" : null).Reason);

    [Theory]
    [InlineData("0", 1)]
    [InlineData("0-63", 64)]
    [InlineData("0-3,8,10-11", 7)]
    public void TheKernelsListsAreCounted(string ranges, int count) => Assert.Equal(count, UsableCores.CountOf(ranges));
}
