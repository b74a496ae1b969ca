using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Datasets.Sbi;

/// <summary>Independent log-normal priors of positive parameters: ln θᵢ ~ N(mᵢ, sᵢ²).</summary>
/// <param name="Location">m, D numbers.</param>
/// <param name="Scale">s, D numbers.</param>
internal sealed record LogNormalPrior(double[] Location, double[] Scale)
{
    /// <summary>Draws θ, [N, D], float32 on the CPU.</summary>
    public Tensor Sample(long count, RandomStream random)
    {
        using var scope = NewDisposeScope();
        var normal = random.Normal([count, Location.Length]);
        var (location, scale) = (tensor(Location, float32), tensor(Scale, float32));
        return (location + (scale * normal)).exp().MoveToOuterDisposeScope();
    }

    /// <summary>Whether θ is positive and finite: [N, D] to booleans [N]. Logarithms too large for their type count as outside.</summary>
    public static Tensor Contains(Tensor parameters)
    {
        using var scope = NewDisposeScope();
        return ((parameters > 0) & (parameters < double.PositiveInfinity)).all(1).MoveToOuterDisposeScope();
    }
}
