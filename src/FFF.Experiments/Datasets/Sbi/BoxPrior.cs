using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Sbi;

/// <summary>The uniform prior on a cube about the origin: θ ~ U([-b, b]ᴰ).</summary>
/// <param name="Dimension">D.</param>
/// <param name="Bound">b.</param>
internal sealed record BoxPrior(int Dimension, double Bound)
{
    /// <summary>The bounds of each parameter.</summary>
    public IReadOnlyList<ColumnBounds> Bounds => [.. Enumerable.Repeat(new ColumnBounds(-Bound, Bound), Dimension)];

    /// <summary>Draws θ, [N, D], float32 on the CPU.</summary>
    public Tensor Sample(long count, RandomStream random)
    {
        using var scope = NewDisposeScope();
        var unit = random.Uniform([count, Dimension]);
        return (Bound * ((2 * unit) - 1)).MoveToOuterDisposeScope();
    }

    /// <summary>Whether θ lies in the cube, its faces included: [N, D] to booleans [N].</summary>
    public Tensor Contains(Tensor parameters)
    {
        using var scope = NewDisposeScope();
        return (parameters.abs() <= Bound).all(1).MoveToOuterDisposeScope();
    }
}
