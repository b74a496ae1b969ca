using FFF.Kernels;
using FFF.Numerics;
using static TorchSharp.torch;

namespace FFF.Training;

/// <summary>
/// Adam (Kingma and Ba, 2015) and AdamW (Loshchilov and Hutter, 2019) on one flat buffer:
/// m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², θ ← θ − η·(m/(1−β₁ᵗ)) / (√(v/(1−β₂ᵗ)) + ε).
/// Adam adds λθ to g; AdamW shrinks θ by ηλ instead.
/// </summary>
public sealed class Adam : IOptimizer
{
    private readonly OptimizerConfig _config;
    private readonly AdamMoments _moments;

    /// <summary>Starts with zero moments for parameters like these, [P].</summary>
    public Adam(OptimizerConfig config, Tensor parameters)
        : this(config, new AdamMoments(parameters))
    {
    }

    /// <summary>Starts with moments that are given, and takes them over.</summary>
    internal Adam(OptimizerConfig config, AdamMoments moments)
    {
        (_config, _moments) = (config, moments);
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
    public void Update(Tensor parameters, Tensor gradients, double learningRate) =>
        ((IOptimizer)this).Update(parameters, gradients, new StepRates(learningRate, _config.Beta1, Updates));

    /// <summary>The same with a β₁ of its own, with which the running mean is corrected as if it had been the same all along, as PyTorch does.</summary>
    /// <inheritdoc/>
    void IOptimizer.Update(Tensor parameters, Tensor gradients, StepRates rates)
    {
        using var noGradient = no_grad();
        Updates++;
        Decay(parameters, gradients, rates.LearningRate);
        _moments.Update(parameters, gradients, Rule(rates.Beta1).At(Updates, rates.LearningRate));
    }

    /// <inheritdoc/>
    void IOptimizer.Update(Tensor parameters, Tensor gradients, StepRates rates, Tensor root, Tensor mean)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        Decay(parameters, gradients, rates.LearningRate);
        _moments.Update(parameters, gradients, Rule(rates.Beta1), (root * rates.LearningRate).div_(mean), root * _config.Epsilon);
    }

    /// <inheritdoc/>
    (double Root, double Mean) IOptimizer.CorrectionsAt(long t, double beta1) => Rule(beta1).CorrectionsAt(t);

    /// <inheritdoc/>
    public void Dispose() => _moments.Dispose();

    private AdamRule Rule(double beta1) => new(beta1, _config.Beta2, _config.Epsilon, CorrectsEpsilon: true);

    private void Decay(Tensor parameters, Tensor gradients, double learningRate)
    {
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
    }
}
