using static TorchSharp.torch;

namespace FFF.Evaluation;

/// <summary>Adam (Kingma and Ba, 2015) for a batch of classifiers, in the form of scikit-learn:
/// θ ← θ − η·√(1 − β₂ᵗ)/(1 − β₁ᵗ) · m / (√v + ε), η = 1e-3, β₁ = 0.9, β₂ = 0.999, ε = 1e-8.</summary>
internal sealed class ClassifierAdam(ClassifierBatch classifiers) : IDisposable
{
    private const double LearningRate = 1e-3;
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    private Tensor _mean = zeros_like(classifiers.Parameters).DetachFromDisposeScope();
    private Tensor _square = zeros_like(classifiers.Parameters).DetachFromDisposeScope();
    private int _steps;

    /// <summary>Moves the parameters against the gradient, [C, P].</summary>
    public void Step(Tensor gradient)
    {
        _steps++;
        _mean.mul_(Beta1).add_(gradient, alpha: 1 - Beta1);
        _square.mul_(Beta2).addcmul_(gradient, gradient, 1 - Beta2);
        using var root = _square.sqrt();
        root.add_(Epsilon);
        var rate = LearningRate * Math.Sqrt(1 - Math.Pow(Beta2, _steps)) / (1 - Math.Pow(Beta1, _steps));
        classifiers.Parameters.addcdiv_(_mean, root, -rate);
    }

    /// <summary>Keeps what belongs to the classifiers of the given rows only.</summary>
    public void Keep(Tensor rows)
    {
        using var mean = _mean;
        using var square = _square;
        _mean = mean.index_select(0, rows).DetachFromDisposeScope();
        _square = square.index_select(0, rows).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _mean.Dispose();
        _square.Dispose();
    }
}
