namespace FFF.Kernels.Classifiers;

/// <summary>How classifiers learn: by Adam in the form of scikit-learn, η = 1e-3.</summary>
internal static class ClassifierAdam
{
    private const double LearningRate = 1e-3;
    private static readonly AdamRule Rule = new(Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, CorrectsEpsilon: false);

    /// <summary>A step by the gradient of B times the loss.</summary>
    /// <param name="t">From 1.</param>
    /// <param name="batch">B.</param>
    public static AdamStep Step(int t, long batch) => Rule.At(t, LearningRate, batch);
}
