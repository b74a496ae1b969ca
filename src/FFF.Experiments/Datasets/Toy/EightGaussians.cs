using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Toy;

/// <summary>Eight Gaussians whose means lie evenly on a circle.</summary>
/// <remarks>
/// Means 2√2 (cos kπ/4, sin kπ/4), k = 0 … 7, all equally likely; standard deviation √2/4 per axis. Source: Grathwohl et
/// al., "FFJORD", ICLR 2019.
/// </remarks>
internal static class EightGaussians
{
    private static readonly double Radius = 2 * Math.Sqrt(2);
    private static readonly double Deviation = Math.Sqrt(2) / 4;

    /// <summary>Draws points, [N, 2], and the Gaussian k of each, one-hot [N, 8].</summary>
    public static Samples Draw(long count, RandomStream random)
    {
        using var scope = NewDisposeScope();
        var component = random.Integers(0, 8, [count]);
        var angle = Math.PI / 4 * component.to(float32);
        var mean = Radius * stack([angle.cos(), angle.sin()], 1);
        var points = mean + (Deviation * random.Normal([count, 2]));
        return new Samples(points.MoveToOuterDisposeScope(), nn.functional.one_hot(component, 8).to(float32).MoveToOuterDisposeScope());
    }
}
