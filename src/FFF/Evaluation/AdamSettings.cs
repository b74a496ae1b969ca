namespace FFF.Evaluation;

/// <summary>
/// Adam (Kingma and Ba, 2015) in the form of scikit-learn: θ ← θ − ηₜ · m / (√v + ε) with
/// ηₜ = η·√(1 − β₂ᵗ)/(1 − β₁ᵗ), η = 1e-3.
/// </summary>
internal static class AdamSettings
{
    /// <summary>β₁: how much of the mean m is kept.</summary>
    public const double Beta1 = 0.9;

    /// <summary>β₂: how much of the mean square v is kept.</summary>
    public const double Beta2 = 0.999;

    /// <summary>ε.</summary>
    public const double Epsilon = 1e-8;

    private const double LearningRate = 1e-3;

    /// <summary>ηₜ, t from 1.</summary>
    public static double Rate(int step) => LearningRate * Math.Sqrt(1 - Math.Pow(Beta2, step)) / (1 - Math.Pow(Beta1, step));
}
