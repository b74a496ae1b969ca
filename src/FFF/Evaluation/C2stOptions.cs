using static TorchSharp.torch;

namespace FFF.Evaluation;

/// <summary>How the two-sample test is run.</summary>
public sealed record C2stOptions
{
    /// <summary>
    /// Determines folds, initial weights and the order of the points, as <c>random_state</c> in scikit-learn: 0 to 2³² − 1. The benchmark's is 1.
    /// </summary>
    public long Seed { get; init; } = 1;

    /// <summary>k of the k-fold cross-validation.</summary>
    public int Folds { get; init; } = 5;

    /// <summary>Where the classifiers are trained; the CPU if left out.</summary>
    public Device? Device { get; init; }
}
