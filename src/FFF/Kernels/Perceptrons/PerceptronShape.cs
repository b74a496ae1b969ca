namespace FFF.Kernels.Perceptrons;

/// <summary>The sizes that the fused pass through a perceptron depends on.</summary>
/// <remarks>
/// Layer l takes S_l, [P, n, W_l], to H_{l+1} = S_l W_lᵀ (+ b_l in the first plane), and S_{l+1} = a(H_{l+1}) but for the last. In memory a row is
/// as wide as whole vectors need, with zeros beyond its numbers.
/// </remarks>
internal sealed class PerceptronShape
{
    /// <summary>Less is not worth another thread: it takes about as long as to wake it.</summary>
    private const long MultiplyAddsOfThread = 2_000_000;

    private readonly int[] _places;

    /// <summary>Sizes.</summary>
    /// <param name="widths">W_0, ..., W_L.</param>
    /// <param name="planes">P = 1 + K: the value and its tangents, one after the other in every array.</param>
    /// <param name="lanes">Numbers of a vector.</param>
    public PerceptronShape(int[] widths, int planes, int lanes)
    {
        (Widths, Planes) = (widths, planes);
        Padded = [.. widths.Select(width => (width + lanes - 1) / lanes * lanes)];

        // S_0, then H_1, S_1, H_2, S_2, ...
        _places = new int[2 * widths.Length];
        for (var i = 2; i < _places.Length; i++)
        {
            _places[i] = _places[i - 1] + Padded[(i - 1) / 2];
        }
    }

    /// <summary>W_0, ..., W_L.</summary>
    public int[] Widths { get; }

    /// <summary>The widths of rows in memory.</summary>
    public int[] Padded { get; }

    /// <summary>P.</summary>
    public int Planes { get; }

    /// <summary>L.</summary>
    public int Layers => Widths.Length - 1;

    /// <summary>Rows of one plane that are taken through all layers at once.</summary>
    public int ChunkRows => ChunkPlan.AtOnce(Planes * Padded.Max());

    /// <summary>Numbers that a row leaves for the way back, of all planes: S_0, H_1, S_1, ..., S_{L−1}.</summary>
    public int TapeNumbers => Planes * _places[2 * Layers];

    /// <summary>How many threads are worth their while.</summary>
    /// <param name="batch">B.</param>
    /// <param name="threads">How many may work.</param>
    public int Threads(long batch, int threads) => (int)Math.Clamp(MultiplyAdds * batch / MultiplyAddsOfThread, 1, threads);

    /// <summary>Multiply-adds of a row of all planes.</summary>
    private long MultiplyAdds => Planes * Enumerable.Range(0, Layers).Sum(l => (long)Widths[l] * Padded[l + 1]);

    /// <summary>Where S_l begins in the tape of n rows.</summary>
    public long Activated(int layer, int rows) => (long)Planes * rows * _places[2 * layer + 1];

    /// <summary>Where H_l begins, l from 1.</summary>
    public long Hidden(int layer, int rows) => (long)Planes * rows * _places[2 * layer];
}
