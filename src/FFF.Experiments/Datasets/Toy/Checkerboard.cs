using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Toy;

/// <summary>The dark squares of a 4 × 4 board.</summary>
/// <remarks>
/// Uniform over the eight squares of side 2 on [-4, 4)² whose column and row, counted from 0 at the lower left, have an
/// even sum. Source: Grathwohl et al., "FFJORD", ICLR 2019.
/// </remarks>
internal static class Checkerboard
{
    private const int Rows = 4;

    /// <summary>Draws points, [N, 2], and the row of each from below, one-hot [N, 4]; a row has two dark squares.</summary>
    public static Samples Draw(long count, RandomStream random)
    {
        using var scope = NewDisposeScope();
        var row = random.Integers(0, Rows, [count]);
        var column = (2 * random.Integers(0, 2, [count])) + row.remainder(2);
        var square = stack([column, row], 1).to(float32);
        var points = (2 * (square + random.Uniform([count, 2]))) - Rows;
        return new Samples(points.MoveToOuterDisposeScope(), nn.functional.one_hot(row, Rows).to(float32).MoveToOuterDisposeScope());
    }
}
