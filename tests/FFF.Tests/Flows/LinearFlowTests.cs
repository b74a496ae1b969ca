using FFF.Flows;
using FFF.Latents;
using FFF.Networks;
using FFF.Randomness;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Flows;

/// <summary>Networks without hidden layers, f(x) = a x + c and g(z) = b z + d, on data of deviation 1.5: the flow of the paper's Figure 2.</summary>
public sealed class LinearFlowTests
{
    private const double Deviation = 1.5;

    /// <summary>Data of the exact moments 0 and 1.5², so that the solution is exactly a = 1/1.5, b = 1.5, without offsets.</summary>
    private static readonly Tensor X = tensor([-Deviation, Deviation], [2, 1], float64);

    [Fact]
    public void TheNetworkIsAffine()
    {
        using var random = new RandomStream(3);
        foreach (var type in (ScalarType[])[float32, float64])
        {
            var network = new DenseNet(new DenseOptions { Widths = [] }, 3, 2, random);
            network.to(type);
            var (x, c, t) = (random.Normal([4, 3], type), random.Normal([4, 2], type), random.Normal([2, 4, 3], type));
            var weight = network.parameters().First();
            Assert.Equal([3, 5], weight.shape);
            var offset = network.parameters().Last();
            var y = network.Forward(new(x, t), c);
            Check.Close(y.Value, mm(cat([x, c], 1), weight.t()) + offset, 1e-6);
            Check.Close(y.Tangent!, matmul(t, weight.narrow(1, 0, 3).t()), 1e-6);
            Check.Close(network.Forward(new(x), c).Value, y.Value, 1e-6);
        }
    }

    /// <summary>All three surrogates lead to the same solution, at β = 1 from a start that is far from it.</summary>
    [Theory]
    [InlineData(SurrogateForm.Data)]
    [InlineData(SurrogateForm.Latent)]
    [InlineData(SurrogateForm.Exact)]
    public void TrainingFindsTheClosedForm(SurrogateForm form)
    {
        using var random = new RandomStream(0);
        var options = new DenseOptions { Widths = [] };
        var flow = new FreeFormFlow(new DenseNet(options, 1, 0, random), new DenseNet(options, 1, 0, random), new StandardNormal(), 1).to(float64);
        using (no_grad())
        {
            foreach (var p in flow.parameters())
            {
                p.fill_(0.4);
            }
        }

        var objective = new Objective(flow, new ObjectiveConfig { Beta = new FixedSetting { Value = 1 }, Surrogate = form });
        var optimizer = optim.SGD(flow.parameters(), 0.05);
        for (var step = 0; step < 1500; step++)
        {
            optimizer.zero_grad();
            objective.Evaluate(new(X, null), 0, 0, step).Loss.backward();
            optimizer.step();
        }

        double[] expected = [1 / Deviation, 0, Deviation, 0];
        Assert.Equal(expected, flow.parameters().Select(p => p.item<double>()), (a, b) => Math.Abs(a - b) < 1e-6);
        var likelihood = Likelihood.Of(flow, X, null);
        Assert.Equal(-(0.5 * Math.Log(2 * Math.PI * Math.E) + Math.Log(Deviation)), likelihood.Encoder.mean().item<double>(), 1e-6);
    }
}
