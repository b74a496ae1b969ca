using FFF.Autodiff;
using FFF.Kernels;
using FFF.Networks;
using FFF.Randomness;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Kernels;

public sealed class KernelsTakenTests
{
    /// <summary>A perceptron is fused where there is a kernel for it, and composed where kernels are left out.</summary>
    [Fact]
    public void AWayIsNotedWhereItIsTaken()
    {
        using var scope = NewDisposeScope();
        using var random = new RandomStream(1);
        var network = new DenseNet(new DenseOptions { Widths = [16] }, 2, 0, random);
        var (x, u) = (random.Normal([4, 2]), random.Normal([1, 4, 2]));
        var fused = FusedKernels.AreUsed ? KernelsTaken.Perceptron : KernelsTaken.Composed;
        using (no_grad())
        {
            Assert.Equal([fused], KernelsTaken.Within(() => network.Forward(new Dual(x), null)));
        }

        Assert.Equal([fused], KernelsTaken.Within(() => network.Forward(new Dual(x, u), null)));
        Assert.Equal([KernelsTaken.Composed], KernelsTaken.Within(() => FusedKernels.Without(() => network.Forward(new Dual(x, u), null))));
        network.Forward(new Dual(x, u), null);
        Assert.Empty(KernelsTaken.Within(() => { }));
    }
}
