using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Toy;

/// <summary>Four concentric rings.</summary>
/// <remarks>
/// Radii ¾, 1½, 2¼ and 3, all equally likely; the angle is uniform; plus normal noise of standard deviation 0.08 per
/// axis. Source: Grathwohl et al., "FFJORD", ICLR 2019.
/// </remarks>
internal static class Rings
{
    private const int Count = 4;
    private const double Spacing = 0.75;
    private const double Noise = 0.08;

    /// <summary>Draws points, [N, 2], and the ring of each from inside, one-hot [N, 4].</summary>
    public static Samples Draw(long count, RandomStream random)
    {
        using var scope = NewDisposeScope();
        var ring = random.Integers(0, Count, [count]);
        var radius = Spacing * (ring.to(float32) + 1);
        var angle = 2 * Math.PI * random.Uniform([count]);
        var circle = radius.unsqueeze(1) * stack([angle.cos(), angle.sin()], 1);
        var points = circle + (Noise * random.Normal([count, 2]));
        return new Samples(points.MoveToOuterDisposeScope(), nn.functional.one_hot(ring, Count).to(float32).MoveToOuterDisposeScope());
    }
}
