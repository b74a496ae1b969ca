using FFF.Kernels;
using FFF.Numerics;
using static TorchSharp.torch;

namespace FFF.Training;

/// <summary>
/// Adam (Kingma and Ba, 2015) and AdamW (Loshchilov and Hutter, 2019) on one flat buffer:
/// m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², θ ← θ − η·(m/(1−β₁ᵗ)) / (√(v/(1−β₂ᵗ)) + ε).
/// Adam adds λθ to g; AdamW shrinks θ by ηλ instead.
/// </summary>
public sealed class Adam : IDisposable
{
    private readonly OptimizerConfig _config;
    private readonly AdamRule _rule;
    private readonly AdamMoments _moments;

    /// <summary>Starts with zero moments for parameters like these, [P].</summary>
    public Adam(OptimizerConfig config, Tensor parameters)
    {
        _config = config;
        _rule = new AdamRule(config.Beta1, config.Beta2, config.Epsilon, CorrectsEpsilon: true);
        _moments = new AdamMoments(parameters);
    }

    /// <summary>m, [P].</summary>
    public Tensor FirstMoment => _moments.Mean;

    /// <summary>v, [P].</summary>
    public Tensor SecondMoment => _moments.Square;

    /// <summary>t, the updates made.</summary>
    public long Updates { get; set; }

    /// <summary>Updates the parameters in place.</summary>
    /// <param name="parameters">θ, [P].</param>
    /// <param name="gradients">g, [P]; overwritten.</param>
    /// <param name="learningRate">η.</param>
    public void Update(Tensor parameters, Tensor gradients, double learningRate)
    {
        using var noGradient = no_grad();
        Updates++;
        if (_config.WeightDecay > 0)
        {
            if (_config.Kind == OptimizerKind.Adam)
            {
                gradients.add_(parameters, alpha: _config.WeightDecay);
            }
            else
            {
                parameters.mul_(1 - learningRate * _config.WeightDecay);
            }
        }

        _moments.Update(parameters, gradients, _rule.At(Updates, learningRate));
    }

    /// <inheritdoc/>
    public void Dispose() => _moments.Dispose();
}
