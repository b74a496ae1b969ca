using FFF.Datasets.Sbi;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Datasets.Sbi;

public sealed class LearntParametersTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void PositiveParametersAreLearntAsLogarithms()
    {
        string[] logarithmic = [.. SbiTasks.Names.Where(name => SbiTasks.Get(name).ParameterScale == ParameterScale.Logarithmic)];
        Assert.Equal(["lotka_volterra", "sir"], logarithmic.Order());
    }

    [Theory]
    [InlineData("sir")]
    [InlineData("two_moons")]
    public void TheJacobianIsThatOfTheTransform(string name)
    {
        var task = SbiTasks.Get(name);
        var theta = tensor(new[,] { { 0.3, 0.2 }, { 0.9, 0.05 } }).requires_grad_();
        var learnt = task.ToLearnt(theta);
        Check.Close(task.FromLearnt(learnt), theta, 1e-12);

        // The transform acts on each column alone, so the gradient of the sum is the Jacobian's diagonal.
        var slopes = autograd.grad([learnt.sum()], [theta])[0];
        Check.Close(task.LogDetJacobian(learnt.detach()), slopes.log().sum(1), 1e-12);
    }

    [Fact]
    public void DensitiesOfLogarithmsBecomeThoseOfTheParameters()
    {
        // ln θ ~ N(m, s²) has the textbook's density exp(-(ln θ - m)² / 2s²) / (θ s √2π).
        var (theta, mean, deviation) = (0.37, -0.4, 0.6);
        var u = tensor(new[,] { { Math.Log(theta) } });
        var normal = (-0.5 * Math.Pow((Math.Log(theta) - mean) / deviation, 2)) - Math.Log(deviation * Math.Sqrt(2 * Math.PI));
        Assert.Equal(normal - Math.Log(theta), normal + SbiTasks.Get("sir").LogDetJacobian(u)[0].item<double>(), 1e-12);
    }
}
