using FFF.Configuration;
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

    /// <summary>Starts with zero moments for parameters like these, [P].</summary>
    public Adam(OptimizerConfig config, Tensor parameters)
    {
        _config = config;
        FirstMoment = zeros_like(parameters).DetachFromDisposeScope();
        SecondMoment = zeros_like(parameters).DetachFromDisposeScope();
    }

    /// <summary>m, [P].</summary>
    public Tensor FirstMoment { get; }

    /// <summary>v, [P].</summary>
    public Tensor SecondMoment { get; }

    /// <summary>t, the updates made.</summary>
    public long Updates { get; set; }

    /// <summary>Updates the parameters in place.</summary>
    /// <param name="parameters">θ, [P].</param>
    /// <param name="gradients">g, [P]; overwritten.</param>
    /// <param name="learningRate">η.</param>
    public void Update(Tensor parameters, Tensor gradients, double learningRate)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
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

        FirstMoment.mul_(_config.Beta1).add_(gradients, alpha: 1 - _config.Beta1);
        SecondMoment.mul_(_config.Beta2).addcmul_(gradients, gradients, 1 - _config.Beta2);
        var firstCorrection = 1 - Math.Pow(_config.Beta1, Updates);
        var secondCorrection = 1 - Math.Pow(_config.Beta2, Updates);
        var denominator = SecondMoment.sqrt().div_(Math.Sqrt(secondCorrection)).add_(_config.Epsilon);
        parameters.addcdiv_(FirstMoment, denominator, -learningRate / firstCorrection);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        FirstMoment.Dispose();
        SecondMoment.Dispose();
    }
}
