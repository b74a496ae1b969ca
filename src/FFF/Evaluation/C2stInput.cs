using static TorchSharp.torch;

namespace FFF.Evaluation;

/// <summary>Checks the samples of a two-sample test and pools them into labelled points.</summary>
internal static class C2stInput
{
    /// <summary>Checks what can be told from shapes, before anything is computed.</summary>
    /// <exception cref="C2stException">The options or a pair make no test.</exception>
    public static void Check(IReadOnlyList<(Tensor Samples, Tensor Reference)> pairs, C2stOptions options)
    {
        if (options.Folds < 2)
        {
            throw new C2stException($"Cross-validation needs at least 2 folds, not {options.Folds}.");
        }

        if (options.Seed is < 0 or > uint.MaxValue)
        {
            throw new C2stException($"The seed of a two-sample test is a number from 0 to {uint.MaxValue}, as in NumPy, not {options.Seed}.");
        }

        for (var i = 0; i < pairs.Count; i++)
        {
            foreach (var (side, tensor) in Sides(pairs[i].Samples, pairs[i].Reference))
            {
                if (tensor.dim() != 2 || tensor.shape[1] == 0 || !tensor.is_floating_point())
                {
                    throw new C2stException($"{Where(i, side)} must be floating-point numbers in rows and columns, [N, D], "
                        + $"but are {tensor.dtype} [{string.Join(", ", tensor.shape)}].");
                }

                if (tensor.shape[0] < options.Folds)
                {
                    throw new C2stException($"{Where(i, side)} have {tensor.shape[0]} rows: fewer than the {options.Folds} folds. Draw more samples.");
                }
            }

            var dimension = pairs[i].Samples.shape[1];
            if (pairs[i].Reference.shape[1] != dimension)
            {
                throw new C2stException($"{Where(i, "the samples")} have {dimension} columns, but the reference samples {pairs[i].Reference.shape[1]}: "
                    + "both must describe the same quantities.");
            }

            if (dimension != pairs[0].Samples.shape[1])
            {
                throw new C2stException($"{Where(i, "the samples")} have {dimension} columns, but those of the first pair {pairs[0].Samples.shape[1]}. "
                    + "Test pairs of different dimension separately.");
            }
        }
    }

    /// <summary>
    /// Z-scores both samples by the reference and pools them: rows (z, 1, sign), [N + M, D + 2], float32 on the CPU,
    /// with the sign −1 for the reference (label 0) and 1 for the samples (label 1). The 1 is the input of the first layer's biases.
    /// </summary>
    /// <exception cref="C2stException">A value is not finite, or a column of the reference is constant.</exception>
    public static Tensor Pool(Tensor samples, Tensor reference, int pair)
    {
        using var scope = NewDisposeScope();
        foreach (var (side, tensor) in Sides(samples, reference))
        {
            using var finite = tensor.isfinite();
            if (!finite.all().item<bool>())
            {
                using var cell = finite.logical_not().nonzero();
                throw new C2stException($"{Where(pair, side)} hold a value that is not finite, in row {cell[0, 0].item<long>() + 1}, "
                    + $"column {cell[0, 1].item<long>() + 1} (both counted from 1). Remove such rows, or find out why they were drawn.");
            }
        }

        var y = samples.cpu().to_type(ScalarType.Float64);
        var x = reference.cpu().to_type(ScalarType.Float64);
        var (std, mean) = std_mean(x, 0, unbiased: true, keepdim: true);
        var spread = (x.amax([0]) - x.amin([0])).data<double>().ToArray();
        if (Array.IndexOf(spread, 0.0) is >= 0 and var constant)
        {
            throw new C2stException($"{Where(pair, "the reference samples")} are constant in column {constant + 1} (counted from 1), "
                + "so they cannot be scaled by their standard deviation. Leave that column out of both samples.");
        }

        return cat([Points(x, -1), Points(y, 1)], 0).MoveToOuterDisposeScope();

        Tensor Points(Tensor values, double sign)
        {
            var z = ((values - mean) / std).to_type(ScalarType.Float32);
            var rows = values.shape[0];
            return cat([z, ones(rows, 1), full(rows, 1, sign, dtype: ScalarType.Float32)], 1);
        }
    }

    private static (string Side, Tensor Tensor)[] Sides(Tensor samples, Tensor reference) =>
        [("the samples", samples), ("the reference samples", reference)];

    private static string Where(int pair, string side) => $"Pair {pair + 1}: {side}";
}
