using FFF.Flows;
using FFF.Latents;
using FFF.Networks;
using FFF.Randomness;
using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Paper;

/// <summary>
/// The linear model of the paper's Figure 2: f(x) = a·x, g(z) = b·z, data N(0, σ²), a latent N(0, 1), with the gradient of this program's own objective.
/// </summary>
/// <remarks>The gradient depends on the data by their second moment alone, so that the two points ±σ stand for all of them.</remarks>
internal sealed class LinearPair : IDisposable
{
    private readonly FreeFormFlow _flow;
    private readonly Objective _objective;
    private readonly double _beta;
    private readonly Tensor _x;
    private readonly Tensor _vectors;

    /// <summary>Makes the pair.</summary>
    /// <param name="surrogate">Exact for the loss with the true log-determinant, L^{f⁻¹}; else the free-form objective, L^g.</param>
    /// <param name="deviation">σ.</param>
    /// <param name="beta">β.</param>
    public LinearPair(SurrogateForm surrogate, double deviation, double beta)
    {
        using var random = NamedSeed.Stream(0, "linear pair");
        var options = new DenseOptions { Widths = [] };
        _flow = new FreeFormFlow(new DenseNet(options, 1, 0, random), new DenseNet(options, 1, 0, random), new StandardNormal(), 1);
        _flow.to(float64);
        _beta = beta;
        _objective = new Objective(_flow, new ObjectiveConfig { Beta = new FixedSetting { Value = beta }, Surrogate = surrogate });
        _x = tensor([-deviation, deviation], float64).unsqueeze(-1);
        _vectors = ones([1, 2, 1], float64);
    }

    /// <summary>∂L/∂a and ∂L/∂b.</summary>
    public PlanePoint Gradient(PlanePoint at)
    {
        using var scope = NewDisposeScope();
        using (no_grad())
        {
            foreach (var weight in _flow.parameters())
            {
                weight.grad?.zero_();
                weight.zero_();
            }

            Slope(_flow.Encoder).fill_(at.A);
            Slope(_flow.Decoder).fill_(at.B);
        }

        _objective.Evaluate(_x, null, _vectors, tensor(_beta, float64), ones([], float64)).Loss.backward();
        return new(Slope(_flow.Encoder).grad!.item<double>(), Slope(_flow.Decoder).grad!.item<double>());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _flow.Dispose();
        _x.Dispose();
        _vectors.Dispose();
    }

    /// <summary>The only weight of a network that is no offset, [1, 1].</summary>
    private static Tensor Slope(INetwork network) => ((nn.Module)network).parameters().Single(parameter => parameter.dim() == 2);
}
