using FFF.Benchmarks;
using FFF.Configuration;
using FFF.Datasets.Sbi;
using FFF.Devices;
using FFF.Flows;
using FFF.Flows.Molecules;
using FFF.Networks;
using FFF.Spaces;
using Xunit;

namespace FFF.Tests.Devices;

/// <summary>Which device is chosen, told what there is.</summary>
public sealed class DeviceRuleTests
{
    private static readonly DeviceFacts NoGpu = new([], 0, 8);
    private static readonly DeviceFacts OneGpu = new(["Card"], 1, 8);
    private static readonly DeviceFacts GpuWithoutCuda = new(["Card"], 0, 8);
    private static readonly StepCost Small = new(0.02, 360);
    private static readonly StepCost Large = new(100, 3000);

    [Fact]
    public void AutoGoesToTheGpuWithWhatIsLarge()
    {
        var choice = Choose("auto", OneGpu, Large);
        Assert.Equal("cuda:0", choice.Device);
        Assert.Contains("100 GFLOP", choice.ToString(), StringComparison.Ordinal);
        Assert.Null(choice.Warning);
    }

    /// <summary>As graphs, small steps are faster there too; what is no step stays on the CPU, and nothing is tried for it.</summary>
    [Fact]
    public void AutoGoesToTheGpuWithStepsAndStaysWithOtherWork()
    {
        Assert.Equal("cuda:0", Choose("auto", OneGpu, Small).Device);
        Assert.Equal("cpu", DeviceRule.Choose("auto", OneGpu, null, null, _ => throw new InvalidOperationException("tried")).Device);
    }

    [Fact]
    public void WhatAutoCannotUseIsAWarning()
    {
        var broken = Choose("auto", OneGpu, Large, problem: "CUDA error: no kernel image is available for execution on the device");
        Assert.Equal("cpu", broken.Device);
        Assert.Contains("no kernel image", broken.Warning, StringComparison.Ordinal);
        Assert.Contains("FFF_LIBTORCH", broken.Warning, StringComparison.Ordinal);

        var without = Choose("auto", GpuWithoutCuda, Large);
        Assert.Equal("cpu", without.Device);
        Assert.Contains("TorchBackend=cuda", without.Warning, StringComparison.Ordinal);
        Assert.Null(Choose("auto", GpuWithoutCuda, null).Warning);
        Assert.Null(Choose("auto", NoGpu, Large).Warning);
    }

    [Theory]
    [InlineData("cuda", 0, null, "There is no CUDA device")]
    [InlineData("cuda:1", 1, null, "There are 1 CUDA devices")]
    [InlineData("cuda", 1, "The NVIDIA driver on your system is too old", "Update the NVIDIA driver")]
    [InlineData("cuda:0", 1, "CUDA out of memory. Tried to allocate 2.00 MiB", "nvidia-smi")]
    [InlineData("gpu", 1, null, "expected auto, cpu, cuda or cuda:N")]
    public void WhatWasAskedForAndCannotBeHadIsAnError(string asked, int usable, string? problem, string message)
    {
        var error =
            Assert.Throws<DeviceException>(() => Choose(asked, OneGpu with { Usable = usable, Shown = usable == 0 ? [] : ["Card"] }, Large, problem: problem));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cpu", "cpu")]
    [InlineData("emulated", "emulated")]
    [InlineData("cuda", "cuda:0")]
    [InlineData("cuda:0", "cuda:0")]
    public void WhatWasAskedForIsTaken(string asked, string device) => Assert.Equal(device, Choose(asked, OneGpu, Small).Device);

    [Fact]
    public void ARunThatGoesOnKeepsToTheKindOfItsDevice()
    {
        Assert.Equal("cpu", Choose("auto", OneGpu, Large, trainedOn: "cpu").Device);
        Assert.Equal("cuda:0", Choose("auto", OneGpu, Small, trainedOn: "cuda:3").Device);
        var gone = Choose("auto", NoGpu, Large, trainedOn: "cuda:0");
        Assert.Equal("cpu", gone.Device);
        Assert.NotNull(gone.Warning);
    }

    /// <summary>The rule's promise: training goes to a GPU that works, as every workload that was measured is faster there.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(64)]
    public void ThePapersNetworksGoWhereTheyShould(int cores)
    {
        var there = OneGpu with { Cores = cores };
        foreach (var workload in Workload.All.Where(workload => workload.Nodes is not null))
        {
            Assert.Equal("cuda:0", Choose("auto", there, workload.Step(workload.BatchSize)).Device);
        }

        var experiment = new Experiment
        {
            Name = "small",
            Data = new SbiData { Task = "two_moons" },
            Method = new FreeFormMethod { Flow = new FlowConfig { Network = new ResidualOptions { Blocks = 2, Widths = [64, 64] } } },
        };
        Assert.Equal("cuda:0", Choose("auto", there, experiment.StepCost(new VectorSpace(2), 2)).Device);
    }

    /// <summary>What was counted on a GPU, as the nodes of a step's graph.</summary>
    [Theory]
    [InlineData("sbi", 332)]
    [InlineData("dw4", 7_275)]
    [InlineData("lj13", 2_985)]
    public void LaunchesAreThoseThatWereCounted(string name, int launches)
    {
        var workload = Workload.All.Single(workload => workload.Name == name);
        Assert.InRange(workload.Step(workload.BatchSize).Launches, 0.97 * launches, 1.03 * launches);
    }

    /// <summary>Of each of its blocks, the message passes and that of the coordinates.</summary>
    [Fact]
    public void ADequantizerAddsItsPasses()
    {
        var (network, cost) = (new ResidualOptions { Blocks = 2, Widths = [64, 64] }, NetworkCost.Of(new VectorSpace(2), 0));
        var with = StepCost.FreeForm(network, cost, 64, new DequantizerConfig { Blocks = 4, Sublayers = 2 });
        Assert.Equal(12 * 79, with.Launches - StepCost.FreeForm(network, cost, 64).Launches);
    }

    private static DeviceChoice Choose(string asked, DeviceFacts there, StepCost? step, string? trainedOn = null, string? problem = null) =>
        DeviceRule.Choose(asked, there, step, trainedOn, _ => problem);
}
