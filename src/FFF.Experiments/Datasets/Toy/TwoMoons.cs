using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Toy;

/// <summary>Two interleaved half circles.</summary>
/// <remarks>
/// Upper moon c + 2 (cos t, sin t), lower moon c + 2 (1 - cos t, ½ - sin t), t uniform on [0, π], c = (-1, -0.2), plus
/// normal noise of standard deviation 0.2 per axis. Source: scikit-learn's make_moons, scaled as in Grathwohl et al.,
/// "FFJORD", ICLR 2019.
/// </remarks>
internal static class TwoMoons
{
    private const double Noise = 0.2;

    /// <summary>Draws points, [N, 2], and the moon of each, one-hot [N, 2]: upper, lower.</summary>
    public static Samples Draw(long count, RandomStream random)
    {
        using var scope = NewDisposeScope();
        var moon = random.Integers(0, 2, [count]);
        var angle = Math.PI * random.Uniform([count]);
        var (x, y) = (angle.cos(), angle.sin());
        var curve = stack([where(moon == 0, x, 1 - x), where(moon == 0, y, 0.5 - y)], 1);
        var points = (2 * curve) + tensor([-1f, -0.2f]) + (Noise * random.Normal([count, 2]));
        return new Samples(points.MoveToOuterDisposeScope(), nn.functional.one_hot(moon, 2).to(float32).MoveToOuterDisposeScope());
    }
}
