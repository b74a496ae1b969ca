namespace FFF.Kernels;

/// <summary>
/// Adam (Kingma and Ba, 2015): m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², θ ← θ − ηₜ·m / (√v + ε̂) with
/// ηₜ = η·√(1−β₂ᵗ)/(1−β₁ᵗ).
/// </summary>
/// <param name="Beta1">β₁: how much of the mean m is kept.</param>
/// <param name="Beta2">β₂: how much of the mean square v is kept.</param>
/// <param name="Epsilon">ε.</param>
/// <param name="CorrectsEpsilon">
/// Whether ε̂ = ε·√(1−β₂ᵗ), which is the paper's m̂ / (√v̂ + ε) of corrected moments and what PyTorch does, or ε̂ = ε, as in
/// scikit-learn.
/// </param>
internal readonly record struct AdamRule(double Beta1, double Beta2, double Epsilon, bool CorrectsEpsilon)
{
    /// <summary>The update at time t.</summary>
    /// <param name="t">From 1.</param>
    /// <param name="learningRate">η.</param>
    /// <param name="batch">What the gradients that will be given are a multiple of.</param>
    public AdamStep At(long t, double learningRate, long batch = 1)
    {
        var (root, mean) = CorrectionsAt(t);
        return new(
            Beta1, (1 - Beta1) / batch, Beta2, (1 - Beta2) / batch / batch, learningRate * root / mean, CorrectsEpsilon ? Epsilon * root : Epsilon);
    }

    /// <summary>What corrects the moments at time t: √(1−β₂ᵗ) and 1−β₁ᵗ.</summary>
    /// <param name="t">From 1.</param>
    public (double Root, double Mean) CorrectionsAt(long t) => (Math.Sqrt(1 - Math.Pow(Beta2, t)), 1 - Math.Pow(Beta1, t));
}
