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
        var ofInputs = new InputGradients();
        var y = ofInputs.While(() => Telling.apply([x])[0].to(EmulatedDevice.Device) * 2);
        var gradient = ofInputs.Of(() => VectorJacobian.Of(y, x, ones(3, device: EmulatedDevice.Device)));
        Assert.Equal([2f, 2f, 2f], gradient.data<float>().ToArray());
        Assert.True(Telling.WasTold);
        Assert.False(ofInputs.Only);
        y.sum().backward();
        Assert.False(Telling.WasTold);
    }

    /// <summary>What is asked of one graph says nothing about another, whose way back is under way at the same time.</summary>
    [Fact]
    public void OtherGraphsAreNotTold()
    {
        using var scope = NewDisposeScope();
        var x = ones(3).requires_grad_();
        var (one, other) = (new InputGradients(), Telling.apply([x])[0]);
        var own = one.While(() => Telling.apply([x])[0]);
        one.Of(() =>
        {
            other.sum().backward();
            Assert.False(Telling.WasTold);
            own.sum().backward();
            return Telling.WasTold;
        });
        Assert.True(Telling.WasTold);
    }

    /// <summary>The identity, which notes what it is told on its way back.</summary>
    private sealed class Telling : autograd.MultiTensorFunction<Telling>
    {
        public static bool WasTold { get; private set; }

        public override string Name => nameof(Telling);

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_data(Name, InputGradients.Current);
            return [((Tensor)vars[0]).clone()];
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
        {
            WasTold = ((InputGradients)ctx.get_data(Name)).Only;
            return [grad_outputs[0]];
        }
    }
}
