namespace FFF.Evaluation;

/// <summary>One of the k classifiers of a pair: the points that it is trained on, and those it is scored on.</summary>
/// <param name="Pair">The position of the pair in the list.</param>
/// <param name="Index">The fold, 0 to k − 1.</param>
/// <param name="Train">The rows of the pooled points that it learns, in random order.</param>
/// <param name="Test">The rows that it has not seen.</param>
internal sealed record HeldOutFold(int Pair, int Index, long[] Train, long[] Test);
