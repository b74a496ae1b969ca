using FFF.Autodiff;
using FFF.Native;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Autodiff;

public sealed class InputGradientsTests
{
    /// <summary>A node on the CPU is told, where the pass begins on another device, which has a thread of its own.</summary>
    [Fact]
    public void NodesOnTheCpuAreToldByPassesOfOtherDevicesToo()
    {
        using var scope = NewDisposeScope();
        var x = ones(3).requires_grad_();
        var y = Telling.apply([x])[0].to(EmulatedDevice.Device) * 2;
        var gradient = InputGradients.Of(() => VectorJacobian.Of(y, x, ones(3, device: EmulatedDevice.Device)));
        Assert.Equal([2f, 2f, 2f], gradient.data<float>().ToArray());
        Assert.True(Telling.WasTold);
        Assert.False(InputGradients.Only);
        y.sum().backward();
        Assert.False(Telling.WasTold);
    }

    /// <summary>The identity, which notes what it is told on its way back.</summary>
    private sealed class Telling : autograd.MultiTensorFunction<Telling>
    {
        public static bool WasTold { get; private set; }

        public override string Name => nameof(Telling);

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars) => [((Tensor)vars[0]).clone()];

        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
        {
            WasTold = InputGradients.Only;
            return [grad_outputs[0]];
        }
    }
}
