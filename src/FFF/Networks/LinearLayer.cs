using FFF.Autodiff;
using FFF.Graphs;
using FFF.Randomness;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FFF.Networks;

/// <summary>y = x Wᵀ + b, W [out, in] and b [out] initially uniform in ±1/√in; or y = x Wᵀ.</summary>
public sealed class LinearLayer : nn.Module
{
#pragma warning disable IDE1006 // TorchSharp names parameters by their fields, and replaces them there when the module moves.
    private readonly Parameter weight;
    private readonly Parameter? bias;
#pragma warning restore IDE1006

    /// <summary>Draws the initial weights from the generator.</summary>
    /// <param name="inputs">in.</param>
    /// <param name="outputs">out.</param>
    /// <param name="random">Draws the initial weights.</param>
    /// <param name="withBias">Whether there is b.</param>
    /// <param name="weightBound">The bound of the initial W; 1/√in if left out.</param>
    public LinearLayer(int inputs, int outputs, RandomStream random, bool withBias = true, double? weightBound = null)
        : base(nameof(LinearLayer))
    {
        var bound = 1 / Math.Sqrt(inputs);
        var first = weightBound ?? bound;
        weight = new Parameter(random.Between(-first, first, [outputs, inputs]));
        bias = withBias ? new Parameter(random.Between(-bound, bound, [outputs])) : null;
        RegisterComponents();
    }

    /// <summary>W, [out, in].</summary>
    public Tensor Weight => weight;

    /// <summary>b, [out]; null where there is none.</summary>
    public Tensor? Bias => bias;

    /// <summary>The layer over dual tensors.</summary>
    public Dual Forward(Dual x) => x.Linear(weight, bias);

    /// <summary>The layer in a graph of operators.</summary>
    internal GraphDual Forward(GraphDual x) => x.Linear(weight, bias);

    /// <summary>Sets W and b to zero, so that a block x + net(x) which ends here starts as the identity.</summary>
    public LinearLayer Zeroed()
    {
        using var noGradient = no_grad();
        weight.zero_();
        bias?.zero_();
        return this;
    }

    /// <summary>Sets W to the identity's first rows and b to zero.</summary>
    public LinearLayer AsIdentity()
    {
        using var noGradient = no_grad();
        using var identity = eye(weight.shape[0], weight.shape[1]);
        weight.copy_(identity);
        bias?.zero_();
        return this;
    }
}
