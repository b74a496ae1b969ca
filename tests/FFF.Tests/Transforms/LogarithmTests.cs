using FFF.Datasets.Sbi;
using FFF.Spaces;
using FFF.Transforms;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Transforms;

public sealed class LogarithmTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void PositiveParametersAreLearntAsLogarithms()
    {
        string[] positive = [.. SbiTasks.Names.Where(name => SbiTasks.Get(name).ParameterSpace is PositiveVectors)];
        Assert.Equal(["lotka_volterra", "sir"], positive.Order());
        Assert.IsType<Logarithm>(SbiTasks.Get("sir").ParameterSpace.Transform);
    }

    [Fact]
    public void TheDeterminantIsThatOfItsSlopes()
    {
        var theta = tensor(new[,] { { 0.3, 0.2 }, { 0.9, 0.05 } }).requires_grad_();
        var (learnt, logDet) = new Logarithm().Forward(theta);
        var (back, logDetBack) = new Logarithm().Inverse(learnt);
        Check.Close(back, theta, 1e-12);

        // The transform acts on each column alone, so the gradient of the sum is the Jacobian's diagonal.
        learnt.sum().backward();
        Check.Close(logDet.detach(), theta.grad!.log().sum(1), 1e-12);
        Check.Close(logDetBack.detach(), logDet.detach(), 1e-12);
    }

    [Fact]
    public void DensitiesOfLogarithmsBecomeThoseOfTheParameters()
    {
        // ln θ ~ N(m, s²) has the textbook's density exp(-(ln θ - m)² / 2s²) / (θ s √2π); the chain standardises by m and s.
        var (theta, mean, deviation) = (0.37, -0.4, 0.6);
        var chain = new Chain([new Logarithm(), new Standardizer(tensor(new[] { mean }), tensor(new[] { deviation }))]);
        var (z, logDet) = chain.Forward(tensor(new[,] { { theta } }));
        var actual = -0.5 * z.square().item<double>() - 0.5 * Math.Log(2 * Math.PI) + logDet.item<double>();
        var expected = -0.5 * Math.Pow((Math.Log(theta) - mean) / deviation, 2) - Math.Log(theta * deviation * Math.Sqrt(2 * Math.PI));
        Assert.Equal(expected, actual, 1e-12);
        var (back, logDetBack) = chain.Inverse(z);
        Assert.Equal(theta, back.item<double>(), 1e-12);
        Assert.Equal(logDet.item<double>(), logDetBack.item<double>(), 1e-12);
    }
}
