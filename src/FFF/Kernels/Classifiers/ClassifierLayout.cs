namespace FFF.Kernels.Classifiers;

/// <summary>
/// A classifier with two hidden layers of H ReLU units, 10·D of them unless it is said otherwise:
/// logit = w₃ᵀ relu(W₂ relu(W₁ᵀ [x, 1]) + b₂) + b₃, and P(label = 1 | x) = sigmoid(logit).
/// Its P parameters in one row: W₁ [D, H], b₁ [H], W₂ [H (to), H (from)], b₂ [H], w₃ [H], b₃.
/// </summary>
internal readonly record struct ClassifierLayout(int Dimension)
{
    /// <summary>α of the loss, mean cross-entropy + α/(2B)·‖weights‖² over a batch of B points; biases are exempt.</summary>
    public const float L2 = 1e-4f;

    private const int HiddenPerDimension = 10;

    /// <summary>H.</summary>
    public int Hidden { get; init; } = HiddenPerDimension * Dimension;

    /// <summary>Where b₁ begins, as the last row of [W₁; b₁].</summary>
    public int B1 => Dimension * Hidden;

    /// <summary>Where W₂ begins.</summary>
    public int W2 => B1 + Hidden;

    /// <summary>Where b₂ begins.</summary>
    public int B2 => W2 + (Hidden * Hidden);

    /// <summary>Where w₃ begins.</summary>
    public int W3 => B2 + Hidden;

    /// <summary>Where b₃ is.</summary>
    public int B3 => W3 + Hidden;

    /// <summary>P.</summary>
    public int Count => B3 + 1;

    /// <summary>α for each weight, 0 for each bias, [P].</summary>
    public float[] Decay()
    {
        var decay = new float[Count];
        decay.AsSpan(0, B1).Fill(L2);
        decay.AsSpan(W2, B2 - W2).Fill(L2);
        decay.AsSpan(W3, B3 - W3).Fill(L2);
        return decay;
    }
}
