using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Toy;

/// <summary>A spiral, the swiss roll seen from the side.</summary>
/// <remarks>
/// t/5 (cos t, sin t) with t = 3π/2 (1 + 2u), u uniform on [0, 1], plus normal noise of standard deviation 0.2 per axis.
/// Source: scikit-learn's make_swiss_roll, scaled as in Grathwohl et al., "FFJORD", ICLR 2019.
/// </remarks>
internal static class SwissRoll
{
    private const double Scale = 0.2;
    private const double Noise = 0.2;

    /// <summary>Draws points, [N, 2], and the position u of each along the roll, [N, 1].</summary>
    public static Samples Draw(long count, RandomStream random)
    {
        using var scope = NewDisposeScope();
        var position = random.Uniform([count, 1]);
        var angle = 1.5 * Math.PI * (1 + (2 * position));
        var spiral = Scale * angle * cat([angle.cos(), angle.sin()], 1);
        var points = spiral + (Noise * random.Normal([count, 2]));
        return new Samples(points.MoveToOuterDisposeScope(), position.MoveToOuterDisposeScope());
    }
}
