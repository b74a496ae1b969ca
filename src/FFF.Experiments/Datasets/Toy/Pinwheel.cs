using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets.Toy;

/// <summary>Five bent arms around the origin.</summary>
/// <remarks>
/// In an arm's own axes r ~ N(1, 0.3²) points outwards and s ~ N(0, 0.1²) sideways; 2 (r, s) is turned clockwise by
/// 2πk/5 + ¼ exp(r), which bends the arm. Arms k = 0 … 4 are equally likely. Source: Johnson et al., "Composing graphical
/// models with neural networks", NeurIPS 2016, with the constants of Grathwohl et al., "FFJORD", ICLR 2019.
/// </remarks>
internal static class Pinwheel
{
    private const int Arms = 5;
    private const double RadialDeviation = 0.3;
    private const double SidewaysDeviation = 0.1;
    private const double Bend = 0.25;

    /// <summary>Draws points, [N, 2], and the arm k of each, one-hot [N, 5].</summary>
    public static Samples Draw(long count, RandomStream random)
    {
        using var scope = NewDisposeScope();
        var arm = random.Integers(0, Arms, [count]);
        var r = 1 + (RadialDeviation * random.Normal([count]));
        var s = SidewaysDeviation * random.Normal([count]);
        var angle = (2 * Math.PI / Arms * arm.to(float32)) + (Bend * r.exp());
        var (cos, sin) = (angle.cos(), angle.sin());
        var points = 2 * stack([(r * cos) + (s * sin), (s * cos) - (r * sin)], 1);
        return new Samples(points.MoveToOuterDisposeScope(), nn.functional.one_hot(arm, Arms).to(float32).MoveToOuterDisposeScope());
    }
}
