namespace FFF.Evaluation;

/// <summary>One of the k classifiers of a pair: the points that it is trained on, and those it is scored on.</summary>
/// <param name="Pair">The position of the pair in the list.</param>
/// <param name="Index">The fold, 0 to k − 1.</param>
/// <param name="Train">The rows of the pooled points that it learns, ascending.</param>
/// <param name="Test">The rows that it has not seen.</param>
internal sealed record HeldOutFold(int Pair, int Index, long[] Train, long[] Test)
{
    /// <summary>
    /// The k folds of N points: permuted and cut, the first N mod k of them one point larger (scikit-learn's
    /// <c>KFold(k, shuffle=True, random_state=seed)</c>).
    /// </summary>
    public static IEnumerable<HeldOutFold> Of(long count, int pair, C2stOptions options)
    {
        long[] order = [.. Enumerable.Range(0, (int)count).Select(i => (long)i)];
        new NumpyRandom((uint)options.Seed).Shuffle(order);
        var start = 0;
        for (var i = 0; i < options.Folds; i++)
        {
            var size = (int)((count / options.Folds) + (i < count % options.Folds ? 1 : 0));
            long[] rest = [.. order.AsSpan(0, start), .. order.AsSpan(start + size)];
            Array.Sort(rest);
            yield return new HeldOutFold(pair, i, rest, order.AsSpan(start, size).ToArray());
            start += size;
        }
    }
}
