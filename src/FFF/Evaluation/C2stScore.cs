using FFF.Errors;

namespace FFF.Evaluation;

/// <summary>The result of a classifier two-sample test.</summary>
/// <param name="Accuracy">The mean accuracy over the folds.</param>
/// <param name="Std">The standard deviation over the folds (n − 1).</param>
/// <param name="Folds">The accuracy in each fold.</param>
public sealed record C2stScore(double Accuracy, double Std, IReadOnlyList<double> Folds)
{
    internal static C2stScore FromFolds(double[] folds)
    {
        var mean = folds.Average();
        return new C2stScore(mean, Math.Sqrt(folds.Sum(a => (a - mean) * (a - mean)) / (folds.Length - 1)), folds);
    }
}

/// <summary>A pair of samples cannot be tested; the message says which, why, and what to do.</summary>
public sealed class C2stException(string message) : InputException(message);
